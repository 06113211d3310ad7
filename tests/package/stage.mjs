// Where the package tests play: copies of the repository with the real tools, and mere headers in
// place of the executables.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readZip } from '../../scripts/check-package/zip.mjs';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const VERSION = JSON.parse(fs.readFileSync(path.join(ROOT, 'vss-extension.json'))).version;
export const LINUX = 'task/bin/linux-x64/fabrikate-gitops';
export const WINDOWS = 'task/bin/win32-arm64/fabrikate-gitops.exe';

const SOURCES = ['Cargo.toml', 'LICENSE', 'images', 'overview.md', 'scripts', 'task', 'vss-extension.json'];
const TOOLS = path.join(ROOT, 'target/tools');
const BOTH = ['--executable', 'linux-x64=linux-x64', '--executable', 'win32-arm64=win32-arm64'];

export const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'package-test-'));

/** Lays out a copy of what scripts/package reads. */
export function repository() {
  const copy = fs.mkdtempSync(path.join(scratch, 'repository-'));
  for (const name of SOURCES) fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
  fs.mkdirSync(TOOLS, { recursive: true });
  fs.mkdirSync(path.join(copy, 'target'));
  fs.symlinkSync(TOOLS, path.join(copy, 'target/tools'));
  for (const platform of ['linux-x64', 'win32-arm64']) fs.writeFileSync(path.join(copy, platform), header(platform));
  return copy;
}

/** Runs the copy's scripts/package, by way of the program `through` if one is given. */
export function packaged(copy, args = BOTH, through = []) {
  const [command, ...rest] = [...through, path.join(copy, 'scripts/package'), ...args];
  return spawnSync(command, rest, { cwd: copy, encoding: 'utf8' });
}

export function vsixOf(copy) {
  return path.join(copy, `target/package/fabrikate-gitops-${VERSION}.vsix`);
}

/** Returns the package `good` after `change`, written by the same library that tfx writes with. */
export async function changed(good, change) {
  const files = readZip(good);
  const instead = change(files, good);
  if (Buffer.isBuffer(instead)) return instead;
  const JSZip = createRequire(path.join(TOOLS, 'node_modules/tfx-cli/package.json'))('jszip');
  const zip = new JSZip();
  for (const [name, bytes] of files) zip.file(name, bytes);
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });
}

/** Returns the least that says "an executable for this platform". */
export function header(platform) {
  const [system, processor] = platform.split('-');
  const bytes = Buffer.alloc(128);
  if (system === 'linux') {
    bytes.write('\x7fELF', 'latin1');
    bytes.writeUInt16LE(processor === 'x64' ? 62 : 183, 18);
  } else if (system === 'darwin') {
    bytes.writeUInt32LE(0xfeedfacf, 0);
    bytes.writeUInt32LE(processor === 'x64' ? 0x01000007 : 0x0100000c, 4);
  } else {
    bytes.write('MZ', 'latin1');
    bytes.writeUInt32LE(64, 60);
    bytes.write('PE\0\0', 64, 'latin1');
    bytes.writeUInt16LE(processor === 'x64' ? 0x8664 : 0xaa64, 68);
  }
  return bytes;
}
