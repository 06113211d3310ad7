// Checks task.json: its shape first, then what its parts say about each other.

import { SHAPE, TASK_ID } from './task-shape.mjs';

/** Returns a sentence for each thing that is wrong with the task of the package. */
export function taskProblems(files, version) {
  const file = files.get('task/task.json');
  if (file === undefined) return [];
  let task;
  try {
    task = JSON.parse(file.toString('utf8'));
  } catch (error) {
    return [`task/task.json is not JSON (${error.message}): correct it.`];
  }
  const misshapen = shapeProblems(task, SHAPE, '');
  if (misshapen.length > 0) return misshapen; // the rest would stumble over them
  return [
    ...identityProblems(task, version),
    ...handlerProblems(task, files),
    ...groupProblems(task),
    ...inputProblems(task),
    ...ruleProblems(task),
    ...outputProblems(task),
  ];
}

/** Compares a value with a shape: the few words of JSON Schema that task-shape.mjs uses. */
function shapeProblems(value, shape, where) {
  const place = where || 'the whole';
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  if (type !== shape.type) return [`task/task.json: ${place} is of type ${type}; write one of type ${shape.type}.`];
  if (shape.enum && !shape.enum.includes(value)) {
    return [`task/task.json: ${place} is ${JSON.stringify(value)}; take one of ${shape.enum.join(', ')}.`];
  }
  if (shape.pattern && !shape.pattern.test(value)) {
    return [`task/task.json: ${place} is ${JSON.stringify(value)}; write ${shape.wanted}.`];
  }
  if (type === 'array') {
    const few = value.length === 0 ? [`task/task.json: ${place} is empty; write at least one.`] : [];
    return [...few, ...value.flatMap((item, i) => shapeProblems(item, shape.items, `${where}[${item?.name ?? i}]`))];
  }
  if (type !== 'object') return [];
  const at = (key) => (where ? `${where}.${key}` : key);
  const missing = Object.keys(shape.required ?? {}).filter((key) => !Object.hasOwn(value, key));
  return [
    ...missing.map((key) => `task/task.json: ${at(key)} is missing; write it.`),
    ...Object.entries(value).flatMap(([key, part]) => {
      const inner = shape.required?.[key] ?? shape.optional?.[key] ?? shape.others;
      if (inner === undefined)
        return [`task/task.json: ${at(key)} is not known to Azure Pipelines; remove it or correct its name.`];
      return shapeProblems(part, inner, at(key));
    }),
  ];
}

function identityProblems(task, version) {
  const found = [];
  if (task.id !== TASK_ID) {
    found.push(`task/task.json: id is ${task.id}; it must stay ${TASK_ID}, or pipelines lose the task: restore it.`);
  }
  const own = [task.version.Major, task.version.Minor, task.version.Patch].join('.');
  if (own !== version) {
    found.push(`task/task.json: version is ${own}, Cargo.toml has ${version}: write the same version into both.`);
  }
  for (const [, name] of task.instanceNameFormat.matchAll(/\$\((\w+)\)/g)) {
    if (!task.inputs.some((input) => input.name === name)) {
      found.push(`task/task.json: instanceNameFormat names $(${name}), which is no input: name one, or drop it.`);
    }
  }
  return found;
}

function handlerProblems(task, files) {
  return Object.entries(task.execution)
    .filter(([, { target }]) => !files.has(`task/${target}`))
    .map(
      ([handler, { target }]) =>
        `task/task.json: ${handler} starts ${target}, but task/${target} is not in the package: correct the target.`,
    );
}

function groupProblems(task) {
  const groups = task.groups.map(({ name }) => name);
  const used = task.inputs.map(({ groupName }) => groupName);
  return [
    ...repeated(groups).map((name) => `task/task.json: the group ${name} is declared twice: remove one.`),
    ...groups
      .filter((name) => !used.includes(name))
      .map((name) => `task/task.json: the group ${name} has no input: remove it.`),
    ...task.inputs
      .filter(({ groupName }) => groupName !== undefined && !groups.includes(groupName))
      .map(
        ({ name, groupName }) =>
          `task/task.json: ${name} is in the group ${groupName}, which is not declared: declare it in "groups", or correct groupName.`,
      ),
  ];
}

function inputProblems(task) {
  // The agent passes every name on in capitals, so two that differ in case only would be one.
  const names = task.inputs.flatMap(({ name, aliases = [] }) => [name, ...aliases]).map((name) => name.toLowerCase());
  return [
    ...repeated(names).map((name) => `task/task.json: the input or alias ${name} is declared twice: rename one.`),
    ...task.inputs.flatMap(({ name, type, defaultValue, options }) => {
      if (type === 'boolean' && !['true', 'false'].includes(defaultValue)) {
        return [
          `task/task.json: ${name} is a boolean with the default ${JSON.stringify(defaultValue)}: make it "true" or "false".`,
        ];
      }
      if (type !== 'pickList') {
        return options
          ? [`task/task.json: ${name} has options but is no pickList: remove them, or change its type.`]
          : [];
      }
      if (Object.keys(options ?? {}).includes(defaultValue)) return [];
      return [
        `task/task.json: the default ${JSON.stringify(defaultValue)} of ${name} is not among its options: add it there, or take another.`,
      ];
    }),
  ];
}

function ruleProblems(task) {
  return [...task.groups, ...task.inputs]
    .filter(({ visibleRule }) => visibleRule !== undefined)
    .flatMap(({ name, visibleRule }) => {
      const wrong = (why) => [`task/task.json: the visibleRule "${visibleRule}" of ${name} ${why}.`];
      // Pipeline editors refuse brackets, and both operators in one rule.
      if (visibleRule.includes('&&') && visibleRule.includes('||')) return wrong('mixes && and ||: use one of them');
      return visibleRule.split(/&&|\|\|/).flatMap((clause) => {
        const parts = clause.trim().match(/^(\w+) (=|!=) (\w+)$/);
        if (!parts)
          return wrong(`has a part that cannot be read, "${clause.trim()}": write NAME = VALUE or NAME != VALUE`);
        const [, subject, , value] = parts;
        const input = task.inputs.find((candidate) => candidate.name === subject);
        if (!input) return wrong(`names ${subject}, which is no input: correct the name`);
        if (subject === name) return wrong('makes it depend on itself: name another input');
        const values = input.type === 'boolean' ? ['true', 'false'] : Object.keys(input.options ?? { [value]: '' });
        return values.includes(value)
          ? []
          : wrong(`compares ${subject} with ${value}, which it never is: take one of ${values.join(', ')}`);
      });
    });
}

function outputProblems(task) {
  const names = task.outputVariables.map(({ name }) => name);
  const settable = task.restrictions.settableVariables.allowed;
  return [
    ...repeated(names).map((name) => `task/task.json: the output variable ${name} is declared twice: remove one.`),
    ...names
      .filter((name) => !settable.includes(name))
      .map(
        (name) =>
          `task/task.json: the agent would not let the task set the output variable ${name}: add it to restrictions.settableVariables.allowed.`,
      ),
    ...settable
      .filter((name) => !names.includes(name))
      .map(
        (name) => `task/task.json: restrictions allow the task to set ${name}, which is no output variable: remove it.`,
      ),
    ...task.outputVariables
      .filter(({ name, description }) => !description.includes(`$(step.${name})`))
      .map(
        ({ name }) =>
          `task/task.json: the description of the output variable ${name} does not tell how to read it: mention $(step.${name}).`,
      ),
  ];
}

function repeated(names) {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}
