#!/usr/bin/env node
// Checks a .vsix for what tfx lets pass in silence or with a mere warning.
//
//   scripts/check-package.mjs PACKAGE.vsix                  what can be told from the package alone
//   scripts/check-package.mjs PACKAGE.vsix --stage FOLDER   also that it holds exactly that folder's files
//
// Every line that it prints says what is wrong, where, and what to do. It needs nothing but Node.

import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { executablePlatform, pngSize } from './check-package/formats.mjs';
import { taskProblems } from './check-package/task.mjs';
import { readZip } from './check-package/zip.mjs';

// Azure DevOps Server refuses larger extensions unless its administrator has raised the limit.
const MOST_BYTES = 25 * 1024 * 1024;

const EXECUTABLES = new Map(
  ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'].map((platform) => [
    `task/bin/${platform}/fabrikate-gitops${platform.startsWith('win32-') ? '.exe' : ''}`,
    platform,
  ]),
);
const ICONS = new Map([
  ['images/icon.png', 128],
  ['task/icon.png', 32],
]);
const MANIFESTS = ['[Content_Types].xml', 'extension.vsixmanifest', 'extension.vsomanifest'];
const CONTENT = ['LICENSE', 'overview.md', 'task/task.json', 'task/launcher.js', ...ICONS.keys()];

/** Returns a sentence for each thing that is wrong with the package. */
export function problems(vsix, { version, stage }) {
  let files;
  try {
    files = readZip(vsix);
  } catch (error) {
    return [
      `The package is not a zip archive that can be read (${error.message}): make it again with scripts/package.`,
    ];
  }
  return [
    ...sizeProblems(vsix),
    ...nameProblems(files),
    ...listProblems(files),
    ...stageProblems(files, stage),
    ...iconProblems(files),
    ...executableProblems(files),
    ...pageProblems(files),
    ...manifestProblems(files, version),
    ...taskProblems(files, version),
  ];
}

function sizeProblems(vsix) {
  if (vsix.length < MOST_BYTES) return [];
  return [
    `The package has ${vsix.length} bytes; Azure DevOps Server takes less than ${MOST_BYTES}: ` +
      'strip the executables, or leave a platform out.',
  ];
}

function nameProblems(files) {
  const found = [];
  const seen = new Map();
  for (const name of files.keys()) {
    if (name !== '[Content_Types].xml' && !/^[A-Za-z0-9._\-/]+$/.test(name)) {
      found.push(
        `The file name ${JSON.stringify(name)} has characters that an extension may not use: rename it to letters, digits, ".", "_" and "-".`,
      );
    }
    if (name.split('/').some((part) => part === '' || part.endsWith('.'))) {
      found.push(`The file name ${JSON.stringify(name)} has a part that is empty or ends with a dot: rename it.`);
    }
    const same = seen.get(name.toLowerCase());
    if (same !== undefined) {
      found.push(
        `The files ${same} and ${name} differ in upper and lower case only, which Windows cannot keep apart: rename one.`,
      );
    }
    seen.set(name.toLowerCase(), name);
  }
  return found;
}

function listProblems(files) {
  const known = [...MANIFESTS, ...CONTENT];
  const missing = known.filter((name) => !files.has(name));
  const surplus = [...files.keys()].filter((name) => !known.includes(name) && !EXECUTABLES.has(name));
  return [
    ...missing.map(
      (name) =>
        `${name} is missing from the package: list it in "files" of vss-extension.json and copy it in scripts/package.`,
    ),
    ...surplus.map(
      (name) =>
        `${name} is in the package but no part of the task: leave it out in scripts/package, or add it to the list in scripts/check-package.mjs.`,
    ),
  ];
}

function stageProblems(files, stage) {
  if (stage === undefined) return [];
  const staged = fs
    .readdirSync(stage, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      path
        .relative(stage, path.join(entry.parentPath ?? entry.path, entry.name))
        .split(path.sep)
        .join('/'),
    )
    .filter((name) => name !== 'vss-extension.json');
  return staged.flatMap((name) => {
    if (!files.has(name))
      return [`${name} was staged but is missing from the package: list it in "files" of vss-extension.json.`];
    if (files.get(name).equals(fs.readFileSync(path.join(stage, name)))) return [];
    return [
      `${name} in the package is not the file that was staged: remove target/tools and run scripts/package again.`,
    ];
  });
}

function iconProblems(files) {
  return [...ICONS].flatMap(([name, wanted]) => {
    const size = files.has(name) ? pngSize(files.get(name)) : undefined;
    if (!files.has(name) || (size?.width === wanted && size?.height === wanted)) return [];
    const found = size ? `has ${size.width} × ${size.height} pixels` : 'is not a PNG picture';
    return [`${name} ${found}; it must have ${wanted} × ${wanted}: draw it with scripts/icons.`];
  });
}

function executableProblems(files) {
  const present = [...EXECUTABLES].filter(([name]) => files.has(name));
  if (present.length === 0) {
    return [
      'The package has no executable below task/bin: let scripts/package build one, or name one with --executable.',
    ];
  }
  return present.flatMap(([name, platform]) => {
    const found = executablePlatform(files.get(name));
    if (found === platform) return [];
    return [
      `${name} is ${found ? `an executable for ${found}` : 'no executable of a known platform'}: give scripts/package the one for ${platform}.`,
    ];
  });
}

/** The page names the platforms; they must be those of the package, or it promises what is not there. */
function pageProblems(files) {
  const page = files.get('overview.md')?.toString('utf8') ?? '';
  const present = [...EXECUTABLES].filter(([name]) => files.has(name)).map(([, platform]) => platform);
  const named = [...EXECUTABLES.values()].filter((platform) => page.includes(platform));
  return [
    ...present
      .filter((platform) => !named.includes(platform))
      .map(
        (platform) =>
          `overview.md does not name ${platform}, which the package has: keep the marks around its list of platforms.`,
      ),
    ...named
      .filter((platform) => !present.includes(platform))
      .map(
        (platform) =>
          `overview.md names ${platform}, but task/bin/${platform} has no executable: name it with --executable, or correct the page.`,
      ),
    ...(page.includes('<!--')
      ? ['overview.md has a comment, which the marketplace may show: remove it or its mistyped mark.']
      : []),
  ];
}

function manifestProblems(files, version) {
  const xml = files.get('extension.vsixmanifest')?.toString('utf8') ?? '';
  const identity = Object.fromEntries(
    [...(xml.match(/<Identity ([^>]*)>/)?.[1] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [
      key,
      value,
    ]),
  );
  const found = [];
  const expect = (what, actual, wanted) => {
    if (actual !== wanted) {
      found.push(
        `vss-extension.json has ${what} ${JSON.stringify(actual ?? null)}; it must be ${JSON.stringify(wanted)}: correct it there.`,
      );
    }
  };
  expect('the id', identity.Id, 'fabrikate-gitops');
  expect('the publisher', identity.Publisher, 'fabrikate-gitops');
  if (identity.Version !== version) {
    found.push(
      `vss-extension.json has version ${identity.Version}, Cargo.toml has ${version}: write the same version into both.`,
    );
  }
  expect('the category', xml.match(/<Categories>(.*?)<\/Categories>/)?.[1], 'Azure Pipelines');
  expect(
    'the target',
    [...xml.matchAll(/<InstallationTarget Id="([^"]*)"/g)].map(([, id]) => id).join(','),
    'Microsoft.VisualStudio.Services',
  );

  const manifest = parsed(files.get('extension.vsomanifest'));
  expect(
    'the contribution',
    manifest?.contributions?.map(({ type, properties }) => `${type} in ${properties?.name}`).join(','),
    'ms.vss-distributed-task.task in task',
  );
  // A scope that is added later keeps every organization on its old version until an administrator agrees.
  expect('the scopes', manifest?.scopes?.join(','), '');
  return found;
}

function parsed(file) {
  try {
    return JSON.parse(file?.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Returns the version of the package in Cargo.toml, which the others must equal. */
function cargoVersion() {
  const manifest = fs.readFileSync(new URL('../Cargo.toml', import.meta.url), 'utf8');
  return manifest.match(/^\[package\]\n(?:(?!\[).*\n)*?version\s*=\s*"([^"]+)"/m)?.[1];
}

function main([vsix, flag, stage]) {
  if (vsix === undefined || (flag !== undefined && (flag !== '--stage' || stage === undefined))) {
    console.error('usage: scripts/check-package.mjs PACKAGE.vsix [--stage FOLDER]');
    return 2;
  }
  const bytes = fs.readFileSync(vsix);
  const found = problems(bytes, { version: cargoVersion(), stage });
  for (const problem of found) console.error(`${path.basename(vsix)}: ${problem}`);
  if (found.length > 0) return 1;
  console.log(`${path.basename(vsix)}: ${bytes.length} bytes, nothing wrong.`);
  return 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  process.exitCode = main(process.argv.slice(2));
}
