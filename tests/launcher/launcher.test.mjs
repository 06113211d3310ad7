// Starts task/launcher.js as the agent does, in a copy of the task's folder, with small programs
// in the executable's place.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import {
  agentEnvironment,
  executableIn,
  HERE,
  launch,
  names,
  nodeScript,
  scratch,
  shellScript,
  taskWith,
  tempOf,
  waiting,
} from './agent.mjs';

const NOBODY = 65534;
const POSIX = process.platform !== 'win32';
const NEEDS_POSIX = POSIX ? false : 'the programs in the executable’s place are scripts';
const NEEDS_ROOT = process.getuid?.() === 0 ? false : 'only root can start the launcher as another user';
const SUCCEEDED = '##vso[task.complete result=Succeeded]';

after(() => fs.rmSync(scratch, { recursive: true, force: true }));

// --- environment --------------------------------------------------------------------------------

test('the environment arrives, less the job’s other secrets', { skip: NEEDS_POSIX }, async () => {
  const kept = {
    ACCESS_TOKEN: 'a step’s own',
    AGENT_PROXYURL: 'http://proxy:3128',
    BUILD_SECRET_NOTE: 'not a secret variable',
    ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: 'job token',
    INPUT_ACCESSTOKEN: 'input',
    MY_SECRET_: 'a step’s own',
    SECRET: 'a step’s own',
    SECRET_AGENT_CLIENTCERTPASSWORD: 'certificate',
    SECRET_AGENT_PROXYPASSWORD: 'proxy',
    VSTS_PUBLIC_VARIABLES: '["a"]',
    'my-Var': 'lower case and a dash',
    'with space': '%AZP25 ; ] \n second line',
  };
  const dropped = {
    SECRET_: 'x',
    SECRET_AGENT_PROXYPASSWORD_2: 'x',
    SECRET_MYPAT: 'x',
    SECRET_SYSTEM_ACCESSTOKEN: 'x',
    VSTS_SECRET_VARIABLES: '["mypat"]',
  };
  const task = taskWith({ program: nodeScript('process.stdout.write(JSON.stringify(process.env))') });

  const { stdout } = await launch(task, { env: { ...kept, ...dropped } });

  assert.deepEqual(JSON.parse(stdout), { ...agentEnvironment(task), ...kept });
});

test('the child gets the one argument, and its streams are the agent’s', { skip: NEEDS_POSIX }, async () => {
  const task = taskWith({ program: shellScript('echo "arguments: $*"; echo "to stderr" >&2') });

  const { stdout, stderr } = await launch(task);

  assert.equal(stdout, 'arguments: task\n');
  assert.equal(stderr, 'to stderr\n');
});

test('much output arrives whole though the agent reads slowly', { skip: NEEDS_POSIX }, async () => {
  const line = 'x'.repeat(99);
  const task = taskWith({ program: shellScript(`yes ${line} | head -n 20000 || exit 1; echo end`) });

  const { stdout } = await launch(task, { pauseReading: true });

  assert.equal(stdout, `${line}\n`.repeat(20000) + 'end\n');
});

// --- the end of the child -----------------------------------------------------------------------

for (const result of ['Succeeded', 'SucceededWithIssues', 'Failed', 'Canceled']) {
  test(`nothing is added to a child’s own result: ${result}`, { skip: NEEDS_POSIX }, async () => {
    const own = `##vso[task.complete result=${result}]`;

    const { stdout } = await launch(taskWith({ program: shellScript(`echo '${own}'`) }));

    assert.equal(stdout, `${own}\n`);
  });
}

test('a status other than 0 is reported as a failure, once', { skip: NEEDS_POSIX }, async () => {
  const { stdout } = await launch(taskWith({ program: shellScript('echo working; exit 101') }));

  assert.equal(
    stdout,
    [
      'working',
      '',
      '##vso[task.logissue type=error;code=E900]fabrikate-gitops died unexpectedly (status 101) — please report it, ' +
        'with the log of this step (E900)',
      '##vso[task.complete result=Failed]',
      '',
    ].join('\n'),
  );
});

for (const signal of ['SIGSEGV', 'SIGABRT', 'SIGKILL', 'SIGTERM', 'SIGINT']) {
  test(`death by ${signal} that nobody asked for is a failure`, { skip: NEEDS_POSIX }, async () => {
    const program = nodeScript(`process.kill(process.pid, '${signal}'); setInterval(() => {}, 1000)`);

    const { commands } = await launch(taskWith({ program }));

    assert.deepEqual(names(commands), ['task.logissue', 'task.complete']);
    assert.match(commands[0].data, new RegExp(`\\(signal ${signal}\\).*\\(E900\\)$`));
    assert.equal(commands[0].data.includes('out of memory'), signal === 'SIGKILL');
    assert.equal(commands[1].properties.result, 'Failed');
  });
}

test('an unfinished line of a dead child does not swallow the report', { skip: NEEDS_POSIX }, async () => {
  const program = shellScript("printf '##vso[task.setvariable variable=PATH'; exit 1");

  const { commands } = await launch(taskWith({ program }));

  assert.deepEqual(names(commands), ['unparsable', 'task.logissue', 'task.complete']);
});

// --- stopping -----------------------------------------------------------------------------------

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`${signal} reaches the child, which finishes and reports itself`, { skip: NEEDS_POSIX }, async () => {
    const own = '##vso[task.complete result=Canceled]';
    const program = waiting({ [signal]: `console.log('cleaned'); console.log('${own}'); process.exit(0)` });

    const { stdout } = await launch(taskWith({ program }), { signals: [signal] });

    assert.equal(stdout, `ready\ncleaned\n${own}\n`);
  });

  test(
    `a child that dies of the ${signal} it was sent is canceled, without an error`,
    { skip: NEEDS_POSIX },
    async () => {
      const { commands } = await launch(taskWith({ program: waiting({}) }), { signals: [signal] });

      assert.deepEqual(commands, [{ name: 'task.complete', properties: { result: 'Canceled' }, data: '' }]);
    },
  );
}

test('SIGTERM follows a SIGINT that the child has outlived', { skip: NEEDS_POSIX }, async () => {
  const program = waiting({ SIGINT: "console.log('ready')" });

  const { commands } = await launch(taskWith({ program }), { signals: ['SIGINT', 'SIGTERM'] });

  assert.deepEqual(commands, [{ name: 'task.complete', properties: { result: 'Canceled' }, data: '' }]);
});

test('a child that goes on is killed before the agent gives up on the launcher', { skip: NEEDS_POSIX }, async () => {
  const program = waiting({ SIGINT: "console.log('ready')", SIGTERM: '' });
  const begun = Date.now();

  const { commands } = await launch(taskWith({ program }), { signals: ['SIGINT', 'SIGTERM'] });

  assert.deepEqual(commands, [{ name: 'task.complete', properties: { result: 'Canceled' }, data: '' }]);
  const seconds = (Date.now() - begun) / 1000;
  assert.ok(seconds > 5 && seconds < 9.5, `${seconds} s`);
});

test('a child that crashes while it stops is a failure', { skip: NEEDS_POSIX }, async () => {
  const program = waiting({ SIGINT: 'process.exit(101)' });

  const { commands } = await launch(taskWith({ program }), { signals: ['SIGINT'] });

  assert.deepEqual(names(commands), ['task.logissue', 'task.complete']);
  assert.equal(commands[1].properties.result, 'Failed');
});

// --- finding the executable ---------------------------------------------------------------------

test('a platform that the package lacks is named, and those that it has', async () => {
  const task = taskWith({ program: shellScript('echo wrong one'), platforms: ['aix-ppc64', 'win32-ia32'] });
  fs.mkdirSync(path.join(task, 'bin', 'empty-folder'));

  const { commands } = await launch(task);

  assert.deepEqual(names(commands), ['task.logissue', 'task.complete']);
  assert.deepEqual(commands[0].properties, { type: 'error', code: 'E201' });
  assert.equal(
    commands[0].data,
    `this package has no executable for ${HERE}; it has those for: aix-ppc64, win32-ia32 — ` +
      'run the step on an agent of one of these platforms (E201)',
  );
  assert.equal(commands[1].properties.result, 'Failed');
});

test('a package without any executable says so', async () => {
  const { commands } = await launch(taskWith({ platforms: [] }));

  assert.match(commands[0].data, /it has those for: none — .*\(E201\)$/);
  assert.equal(commands[1].properties.result, 'Failed');
});

// --- making it executable -----------------------------------------------------------------------

test('a file without the executable bit gets it and runs in place', { skip: NEEDS_POSIX }, async () => {
  const task = taskWith({ program: shellScript(`echo "$0"; echo '${SUCCEEDED}'`), mode: 0o644 });

  const { stdout } = await launch(task);

  assert.equal(stdout, `${executableIn(task)}\n${SUCCEEDED}\n`);
  assert.equal(fs.statSync(executableIn(task)).mode & 0o777, 0o755);
});

// Runs a command with one folder read-only, in mounts of its own: nothing outside changes.
const OWN_MOUNTS = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])];
const READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';

function cannotMount() {
  const [command, ...args] = [...OWN_MOUNTS, 'sh', '-c', READ_ONLY, 'sh', scratch, 'true'];
  return spawnSync(command, args).status === 0 ? false : 'this machine does not let us mount a folder read-only';
}

// Reports where it runs, with which modes, and what else is there.
const WHERE = nodeScript(`
  const fs = require('node:fs'), path = require('node:path');
  const file = __filename, folder = path.dirname(file), mode = (f) => (fs.statSync(f).mode & 0o777).toString(8);
  console.log(JSON.stringify({ folder, modes: [mode(folder), mode(file)], files: fs.readdirSync(folder) }));
`);

function assertPrivateCopy(task, stdout) {
  const { folder, modes, files } = JSON.parse(stdout);
  assert.equal(path.dirname(folder), tempOf(task));
  assert.match(path.basename(folder), /^fabrikate-gitops-[A-Za-z0-9]{6}$/);
  assert.deepEqual(modes, ['700', '700']);
  assert.deepEqual(files, ['fabrikate-gitops']);
  assert.deepEqual(fs.readdirSync(tempOf(task)), [], 'the copy is removed');
  assert.equal(fs.statSync(executableIn(task)).mode & 0o777, 0o644, 'the original is untouched');
}

test('in a read-only task folder a private copy runs, and goes', { skip: NEEDS_POSIX || cannotMount() }, async () => {
  const task = taskWith({ program: WHERE, mode: 0o644 });

  const { stdout } = await launch(task, { through: [...OWN_MOUNTS, 'sh', '-c', READ_ONLY, 'sh', task] });

  assertPrivateCopy(task, stdout);
});

test('of another user’s file a private copy runs, and goes', { skip: NEEDS_POSIX || NEEDS_ROOT }, async () => {
  const task = taskWith({ program: WHERE, mode: 0o644 });
  fs.chmodSync(tempOf(task), 0o777);

  const { stdout } = await launch(task, { uid: NOBODY });

  assertPrivateCopy(task, stdout);
});

test('the copy goes when the child dies, too', { skip: NEEDS_POSIX || NEEDS_ROOT }, async () => {
  const task = taskWith({ program: shellScript('kill -KILL $$'), mode: 0o644 });
  fs.chmodSync(tempOf(task), 0o777);

  const { commands } = await launch(task, { uid: NOBODY });

  assert.deepEqual(names(commands), ['task.logissue', 'task.complete']);
  assert.deepEqual(fs.readdirSync(tempOf(task)), []);
});

test('where no copy can be made either, the cause is told', { skip: NEEDS_POSIX || NEEDS_ROOT }, async () => {
  const task = taskWith({ program: shellScript('echo never'), mode: 0o644 });

  const { commands, stdout } = await launch(task, { uid: NOBODY });

  assert.doesNotMatch(stdout, /never/);
  assert.deepEqual(names(commands), ['task.logissue', 'task.complete']);
  assert.equal(commands[0].properties.code, 'E202');
  assert.match(
    commands[0].data,
    /EACCES: permission denied, mkdtemp .* — let the agent's user run programs .*\(E202\)$/,
  );
});

// --- starting it --------------------------------------------------------------------------------

test('a program whose interpreter is missing cannot be started', { skip: NEEDS_POSIX }, async () => {
  const { commands } = await launch(taskWith({ program: '#!/nowhere/interpreter\n' }));

  assert.deepEqual(names(commands), ['task.logissue', 'task.complete']);
  assert.equal(commands[0].properties.code, 'E202');
  assert.match(commands[0].data, /ENOENT.*\(E202\)$/);
  assert.equal(commands[1].properties.result, 'Failed');
});

test('a folder in the executable’s place cannot be started', { skip: NEEDS_POSIX }, async () => {
  const task = taskWith({ platforms: [] });
  fs.mkdirSync(executableIn(task), { recursive: true });

  const { commands } = await launch(task);

  assert.deepEqual(names(commands), ['task.logissue', 'task.complete']);
  assert.match(commands[0].data, /EACCES.*\(E202\)$/);
});

// --- hostile text -------------------------------------------------------------------------------

// Comes in through the names of files: commands in the open, hidden behind invisible characters,
// spread over lines, and escaped so that one decoding too many would bring them out.
const HOSTILE = [
  '##vso[task.complete result=Succeeded]1',
  '#\u200b\ufff9#vso[task.complete result=Succeeded]2',
  '\u00ad##\ufe0fvso[task.complete result=Succeeded]3',
  '####vso[task.setvariable variable=a]4',
  'line\n##vso[task.setvariable variable=a]5\r##vso[task.setvariable variable=a]6',
  '%0A##vso[task.setvariable variable=a]7 %AZP250A;x',
  '\u0007\u001b[31m8',
];

for (const [setting, percents] of [
  [undefined, true],
  ['', true],
  ['true', true],
  ['1', true],
  ['$true', true],
  ['False', false],
  ['0', false],
  ['off', false],
]) {
  test(
    `hostile text starts no command, with DECODE_PERCENTS ${setting ?? 'unset'}`,
    { skip: NEEDS_POSIX },
    async () => {
      const task = taskWith({ program: shellScript('echo wrong one'), platforms: HOSTILE });

      const { commands, stdout } = await launch(task, {
        env: setting === undefined ? {} : { DECODE_PERCENTS: setting },
        percents,
      });

      assert.deepEqual(names(commands), ['task.logissue', 'task.complete']);
      assert.equal(commands[1].properties.result, 'Failed');
      assert.equal(stdout.trimEnd().split(/\r\n|\r|\n/).length, 2);
      assert.doesNotMatch(stdout, /\p{Cf}|[\u0007\u001b\ufe0f]/u);
      const message = commands[0].data;
      assert.doesNotMatch(message, /##/);
      for (const readable of [
        '# #vso[task.complete result=Succeeded]1',
        '# #vso[task.complete result=Succeeded]2',
        '# #vso[task.complete result=Succeeded]3',
        '# # # #vso[task.setvariable variable=a]4',
        'line\n# #vso[task.setvariable variable=a]5\r# #vso[task.setvariable variable=a]6',
        // With the knob off nothing can protect a `%0A` that was there before.
        `${percents ? '%0A' : '\n'}# #vso[task.setvariable variable=a]7 %AZP250A;x`,
        '[31m8',
      ]) {
        assert.ok(message.includes(readable), `${JSON.stringify(readable)} is not in ${JSON.stringify(message)}`);
      }
    },
  );
}

test('a hostile folder name starts no command when the program cannot start', { skip: NEEDS_POSIX }, async () => {
  const task = taskWith({
    program: '#!/nowhere/interpreter\n',
    folder: '##vso[task.complete result=Succeeded]%0A\n;x',
  });

  const { commands } = await launch(task);

  assert.deepEqual(names(commands), ['task.logissue', 'task.complete']);
  assert.ok(commands[0].data.includes('# #vso[task.complete result=Succeeded]%0A\n;x'));
});
