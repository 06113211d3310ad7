// The shape of our task.json. Stricter than the schema that Azure Pipelines publishes, which demands nothing at the top
// and knows old handlers; narrower too, so what we begin to use must be added here.

// The identity of the task in every pipeline that uses it.
export const TASK_ID = 'e1527342-c3e6-4ac8-9b09-7c29280f20a1';

const text = { type: 'string', pattern: /\S/, wanted: 'some text' };
const anyText = { type: 'string' };
const boolean = { type: 'boolean' };
const number = { type: 'number' };
const identifier = { type: 'string', pattern: /^[A-Za-z][A-Za-z0-9]*$/, wanted: 'letters and digits, a letter first' };
const handler = { type: 'object', required: { target: text } };

function listOf(items) {
  return { type: 'array', items };
}

const group = {
  type: 'object',
  required: { name: identifier, displayName: text, isExpanded: boolean },
  optional: { visibleRule: text },
};

const input = {
  type: 'object',
  required: {
    name: identifier,
    type: {
      type: 'string',
      // Not filePath: the agent turns an empty one into the folder of the sources.
      pattern: /^(boolean|multiLine|pickList|string|connectedService:.+)$/,
      wanted: 'boolean, multiLine, pickList, string or connectedService:…',
    },
    label: text,
    defaultValue: anyText,
    required: boolean,
    helpMarkDown: text,
  },
  optional: {
    aliases: listOf(identifier),
    groupName: identifier,
    visibleRule: text,
    options: { type: 'object', others: text },
    properties: {
      type: 'object',
      optional: {
        resizable: boolean,
        rows: { type: 'string', pattern: /^\d+$/, wanted: 'a number in quotes' },
        EditableOptions: { type: 'string', enum: ['True', 'False'] },
      },
    },
  },
};

export const SHAPE = {
  type: 'object',
  required: {
    id: text,
    name: { type: 'string', enum: ['FabrikateGitOps'] },
    friendlyName: { type: 'string', pattern: /^(?=.*\S).{1,40}$/, wanted: 'at most 40 characters' },
    description: text,
    author: text,
    helpUrl: { type: 'string', pattern: /^https:\/\/\S+$/, wanted: 'an https address' },
    helpMarkDown: text,
    category: { type: 'string', enum: ['Azure Pipelines'] },
    visibility: listOf({ type: 'string', enum: ['Build', 'Release'] }),
    runsOn: listOf({ type: 'string', enum: ['Agent', 'MachineGroup', 'DeploymentGroup'] }),
    version: { type: 'object', required: { Major: number, Minor: number, Patch: number } },
    minimumAgentVersion: { type: 'string', pattern: /^\d+\.\d+\.\d+$/, wanted: 'three numbers, as in 4.248.0' },
    instanceNameFormat: text,
    showEnvironmentVariables: boolean,
    groups: listOf(group),
    inputs: listOf(input),
    outputVariables: listOf({ type: 'object', required: { name: identifier, description: text } }),
    // Without "commands": their restricted mode would forbid the build summary.
    restrictions: {
      type: 'object',
      required: { settableVariables: { type: 'object', required: { allowed: listOf(identifier) } } },
    },
    // The agent ignores names that it does not know, Node20 among them, and then finds nothing to run.
    execution: { type: 'object', required: { Node24: handler, Node20_1: handler } },
  },
  optional: { $schema: anyText, demands: listOf(text), releaseNotes: text },
};
