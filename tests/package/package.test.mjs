// Makes a package with the real tfx, then breaks it in each way that tfx lets pass and sees it refused.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { problems } from '../../scripts/check-package.mjs';
import { executablePlatform, pngSize } from '../../scripts/check-package/formats.mjs';
import { readZip } from '../../scripts/check-package/zip.mjs';
import { BREAKS } from './breaks.mjs';
import { changed, header, LINUX, packaged, repository, ROOT, scratch, VERSION, vsixOf, WINDOWS } from './stage.mjs';

const NO_NETWORK = ['unshare', '--net', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])];

let good; // the bytes of a package without fault

before(() => {
  const copy = repository();
  const made = packaged(copy);
  assert.equal(made.status, 0, made.stderr);
  good = fs.readFileSync(vsixOf(copy));
});
after(() => fs.rmSync(scratch, { recursive: true, force: true }));

// --- the good one -------------------------------------------------------------------------------

test('a package from the real tfx passes, and holds what the agent needs and no more', () => {
  assert.deepEqual(problems(good, { version: VERSION }), []);
  assert.deepEqual([...readZip(good).keys()].sort(), [
    'LICENSE',
    '[Content_Types].xml',
    'extension.vsixmanifest',
    'extension.vsomanifest',
    'images/icon.png',
    'overview.md',
    LINUX,
    WINDOWS,
    'task/icon.png',
    'task/launcher.js',
    'task/task.json',
  ]);
});

test('the page in the package names its platforms', () => {
  const page = readZip(good).get('overview.md').toString();
  assert.match(page, /an executable for: linux-x64, win32-arm64\./);
});

test('the checks run alone on a given package', async () => {
  const file = path.join(scratch, 'given.vsix');
  fs.writeFileSync(file, good);
  assert.deepEqual(check(file), {
    status: 0,
    stdout: `given.vsix: ${good.length} bytes, nothing wrong.\n`,
    stderr: '',
  });

  fs.writeFileSync(file, await changed(good, (files) => files.delete('task/icon.png')));
  const broken = check(file);
  assert.equal(broken.status, 1);
  assert.match(broken.stderr, /^given\.vsix: task\/icon\.png is missing from the package: .*\n$/);

  assert.equal(check().status, 2);
});

// --- each way to break it -----------------------------------------------------------------------

for (const [name, change, ...expected] of BREAKS) {
  test(`refused: ${name}`, async () => {
    const found = problems(await changed(good, change), { version: VERSION });

    assert.equal(found.length, expected.length, found.join('\n'));
    expected.forEach((pattern, i) => assert.match(found[i], pattern));
    for (const sentence of found) assert.match(sentence, /: [a-z].*\.$|; [a-z].*\.$/, 'says what to do');
  });
}

test('refused: files other than those staged', async () => {
  const stage = path.join(scratch, 'stage');
  for (const [name, bytes] of readZip(good)) {
    if (/extension\.|Content_Types/.test(name)) continue;
    fs.mkdirSync(path.dirname(path.join(stage, name)), { recursive: true });
    fs.writeFileSync(path.join(stage, name), bytes);
  }
  assert.deepEqual(problems(good, { version: VERSION, stage }), []);

  const other = await changed(good, (files) => files.set('task/launcher.js', Buffer.from('other();\n')));
  assert.deepEqual(problems(other, { version: VERSION }), [], 'only the stage can tell');
  assert.match(
    problems(other, { version: VERSION, stage }).join('\n'),
    /^task\/launcher\.js in the package is not the file that was staged/,
  );

  fs.mkdirSync(path.join(stage, 'task/bin/linux-arm64'));
  fs.writeFileSync(path.join(stage, 'task/bin/linux-arm64/fabrikate-gitops'), header('linux-arm64'));
  assert.match(
    problems(good, { version: VERSION, stage }).join('\n'),
    /^task\/bin\/linux-arm64\/fabrikate-gitops was staged but is missing/,
  );
});

// --- the script ---------------------------------------------------------------------------------

const SCRIPT_BREAKS = [
  ['a handler that no agent knows', 'task/task.json', '"Node20_1"', '"Node20"', /execution\.Node20_1 is missing/],
  [
    'differing versions',
    'Cargo.toml',
    `version = "${VERSION}"`,
    'version = "9.9.9"',
    /task\.json: version is \S+, Cargo\.toml has 9\.9\.9/,
  ],
  [
    'a file that is staged but not listed',
    'vss-extension.json',
    '{ "path": "task/icon.png" },',
    '',
    /task\/icon\.png is missing from the package/,
  ],
];

for (const [name, file, from, to, expected] of SCRIPT_BREAKS) {
  test(`scripts/package fails for ${name}, which tfx lets pass`, () => {
    const copy = repository();
    const text = fs.readFileSync(path.join(copy, file), 'utf8');
    assert.ok(text.includes(from));
    fs.writeFileSync(path.join(copy, file), text.replace(from, to));

    const { status, stdout, stderr } = packaged(copy);

    assert.match(stdout, /Completed operation: create extension/);
    assert.equal(status, 1);
    assert.match(stderr, expected);
  });
}

for (const [name, args, expected] of [
  [
    'an unknown platform',
    ['--executable', 'solaris-x64=linux-x64'],
    /solaris-x64 is not a platform of the launcher: take/,
  ],
  [
    'an executable that is not there',
    ['--executable', 'linux-x64=nowhere'],
    /there is no executable for linux-x64 at .*nowhere: build it/,
  ],
  [
    'two executables for a platform',
    ['--executable', 'linux-x64=linux-x64', '--executable', 'linux-x64=linux-x64'],
    /two executables are given for linux-x64/,
  ],
  ['an argument that it does not know', ['--target', 'x'], /cannot read '--target x': give --executable PLATFORM=PATH/],
  ['an executable without a path', ['--executable'], /cannot read '--executable '/],
]) {
  test(`scripts/package refuses ${name}`, () => {
    const copy = repository();

    const { status, stderr } = packaged(copy, args);

    assert.equal(status, 1);
    assert.match(stderr, expected);
    assert.equal(fs.existsSync(vsixOf(copy)), false);
  });
}

test('scripts/package needs no network once it has tfx', { skip: cannotLeaveNetwork() }, () => {
  const { status, stdout, stderr } = packaged(repository(), undefined, NO_NETWORK);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /nothing wrong\.\n$/);
});

// --- the formats --------------------------------------------------------------------------------

test('damaged and short files are no pictures and no executables', () => {
  for (const bytes of ['', 'MZ', '\x7fELF', '\x89PNG\r\n\x1a\n'.padEnd(40), 'MZ'.padEnd(64, '\xff')]) {
    assert.equal(pngSize(Buffer.from(bytes, 'latin1')), undefined);
    assert.equal(executablePlatform(Buffer.from(bytes, 'latin1')), undefined);
  }
});

// --- how the tests start programs ---------------------------------------------------------------

function check(...args) {
  const script = path.join(ROOT, 'scripts/check-package.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

function cannotLeaveNetwork() {
  const [command, ...args] = [...NO_NETWORK, 'true'];
  return spawnSync(command, args).status === 0 ? false : 'this machine does not let us run a program without network';
}
