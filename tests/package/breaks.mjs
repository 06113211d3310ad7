// The ways to break a package that tfx lets pass, each with the start of what must be said about it.
//
// A change gets the files of a good package, as a map from name to bytes, and the package itself.
// It alters the map, or returns other bytes to stand for the package.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { header, LINUX, WINDOWS } from './stage.mjs';

export const BREAKS = [
  // The package.
  ['a file that is no archive', () => Buffer.from('not a zip'), /not a zip archive that can be read/],
  ['a cut-off archive', (files, good) => good.subarray(0, good.length - 40), /not a zip archive that can be read/],
  [
    '25 MB and more',
    (files) => files.set(LINUX, Buffer.concat([header('linux-x64'), crypto.randomBytes(25 * 1024 * 1024)])),
    /has \d+ bytes; .* less than 26214400/,
  ],
  [
    'a file name that is not ASCII',
    (files) => files.set('task/bin/linux-x64/größe', header('linux-x64')),
    /"task\/bin\/linux-x64\/größe" has characters/,
    /größe is in the package but no part/,
  ],
  [
    'a file name with a space',
    (files) => files.set('task/read me', Buffer.from('x')),
    /"task\/read me" has characters/,
    /is in the package but no part/,
  ],
  [
    'a file name that ends with a dot',
    (files) => files.set('task/x.', Buffer.from('x')),
    /"task\/x\." has a part that is empty or ends/,
    /is in the package but no part/,
  ],
  [
    'two names that differ in case only',
    (files) => files.set('task/Launcher.js', Buffer.from('x')),
    /launcher\.js and task\/Launcher\.js differ in/,
    /is in the package but no part/,
  ],
  [
    'a file that nobody expects',
    (files) => files.set('task/node_modules.js', Buffer.from('x')),
    /^task\/node_modules\.js is in the package but no part/,
  ],
  ['no licence', (files) => files.delete('LICENSE'), /^LICENSE is missing/],
  [
    'no overview',
    (files) => files.delete('overview.md'),
    /^overview\.md is missing/,
    /does not name linux-x64/,
    /does not name win32-arm64/,
  ],
  ['no task.json', (files) => files.delete('task/task.json'), /^task\/task\.json is missing/],
  // Icons.
  ['no task icon', (files) => files.delete('task/icon.png'), /^task\/icon\.png is missing/],
  ['no extension icon', (files) => files.delete('images/icon.png'), /^images\/icon\.png is missing/],
  [
    'an undersized extension icon',
    (files) => files.set('images/icon.png', files.get('task/icon.png')),
    /^images\/icon\.png has 32 × 32 pixels; it must have 128/,
  ],
  [
    'an oversized task icon',
    (files) => files.set('task/icon.png', files.get('images/icon.png')),
    /^task\/icon\.png has 128 × 128 pixels; it must have 32/,
  ],
  [
    'an icon that is no PNG',
    (files) => files.set('task/icon.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
    /^task\/icon\.png is not a PNG picture/,
  ],
  // Executables.
  [
    'no executable at all',
    (files) => [LINUX, WINDOWS].forEach((name) => files.delete(name)),
    /no executable below task\/bin/,
    /names linux-x64, but/,
    /names win32-arm64, but/,
  ],
  [
    'a missing executable of one platform',
    (files) => files.delete(WINDOWS),
    /overview\.md names win32-arm64, but task\/bin\/win32-arm64 has no executable/,
  ],
  [
    'an executable under a wrong name',
    (files) => {
      files.set(`${LINUX}.exe`, files.get(LINUX));
      files.delete(LINUX);
    },
    /fabrikate-gitops\.exe is in the package but no part/,
    /names linux-x64, but/,
  ],
  [
    'an executable of another processor',
    (files) => files.set(LINUX, header('linux-arm64')),
    /is an executable for linux-arm64: give scripts\/package the one for linux-x64/,
  ],
  [
    'an executable of another system',
    (files) => files.set(WINDOWS, header('darwin-arm64')),
    /is an executable for darwin-arm64: .* win32-arm64/,
  ],
  [
    'a script in the place of an executable',
    (files) => files.set(LINUX, Buffer.from('#!/bin/sh\n')),
    /is no executable of a known platform/,
  ],
  [
    'a platform that the page leaves out',
    (files) => files.set('task/bin/darwin-x64/fabrikate-gitops', header('darwin-x64')),
    /does not name darwin-x64, which the package has/,
  ],
  [
    'a mark left in the page',
    (files) => files.set('overview.md', Buffer.concat([files.get('overview.md'), Buffer.from('<!-- platform -->')])),
    /has a comment/,
  ],
  // The extension.
  [
    'another version of the extension',
    manifest(/(<Identity [^>]*Version=)"[^"]*"/, '$1"9.9.9"'),
    /^vss-extension\.json has version 9\.9\.9, Cargo\.toml has/,
  ],
  [
    'another id of the extension',
    manifest(/ Id="fabrikate-gitops"/, ' Id="fabrikate"'),
    /has the id "fabrikate"; it must be "fabrikate-gitops"/,
  ],
  ['another publisher', manifest(/Publisher="fabrikate-gitops"/, 'Publisher="someone"'), /has the publisher "someone"/],
  [
    'an unknown category',
    manifest(/Azure Pipelines(?=<.Categories>)/, 'Azure Pipeline'),
    /has the category "Azure Pipeline"/,
  ],
  [
    'another target',
    manifest(/Id="Microsoft.VisualStudio.Services"/, 'Id="Microsoft.VisualStudio.Services.Cloud"'),
    /has the target ".*Cloud"/,
  ],
  [
    'a contribution that points elsewhere',
    contribution((it) => {
      it.contributions[0].properties.name = 'tasks';
    }),
    /has the contribution "ms\.vss-distributed-task\.task in tasks"/,
  ],
  [
    'no contribution',
    contribution((it) => {
      it.contributions = [];
    }),
    /has the contribution ""/,
  ],
  [
    'a scope',
    contribution((it) => {
      it.scopes = ['vso.code_write'];
    }),
    /has the scopes "vso\.code_write"/,
  ],
  // The task's shape.
  [
    'a task.json that is not JSON',
    (files) => files.set('task/task.json', Buffer.from('{')),
    /^task\/task\.json is not JSON/,
  ],
  [
    'an unknown key',
    task((it) => {
      it.icon = 'x';
    }),
    /icon is not known to Azure Pipelines/,
  ],
  [
    'no friendlyName',
    task((it) => {
      delete it.friendlyName;
    }),
    /friendlyName is missing/,
  ],
  [
    'a friendlyName of 41 characters',
    task((it) => {
      it.friendlyName = 'x'.repeat(41);
    }),
    /friendlyName is "x{41}"; write at most 40/,
  ],
  [
    'no instanceNameFormat',
    task((it) => {
      delete it.instanceNameFormat;
    }),
    /instanceNameFormat is missing/,
  ],
  [
    'an empty instanceNameFormat',
    task((it) => {
      it.instanceNameFormat = ' ';
    }),
    /instanceNameFormat is " "; write some text/,
  ],
  [
    'no version',
    task((it) => {
      delete it.version;
    }),
    /version is missing/,
  ],
  [
    'a version in text',
    task((it) => {
      it.version.Patch = '0';
    }),
    /version\.Patch is of type string; write one of type number/,
  ],
  [
    'another name',
    task((it) => {
      it.name = 'Fabrikate';
    }),
    /name is "Fabrikate"; take one of FabrikateGitOps/,
  ],
  [
    'a handler that no agent knows',
    task((it) => {
      it.execution.Node20 = it.execution.Node20_1;
      delete it.execution.Node20_1;
    }),
    /execution\.Node20_1 is missing/,
    /execution\.Node20 is not known/,
  ],
  [
    'a handler at its end of life',
    task((it) => {
      it.execution.Node16 = it.execution.Node24;
    }),
    /execution\.Node16 is not known/,
  ],
  [
    'only one handler',
    task((it) => {
      delete it.execution.Node24;
    }),
    /execution\.Node24 is missing/,
  ],
  [
    'an input of type filePath',
    input('definitionPath', (it) => {
      it.type = 'filePath';
    }),
    /inputs\[definitionPath\]\.type is "filePath"; write boolean/,
  ],
  [
    'an input name with a dash',
    input('authorName', (it) => {
      it.name = 'author-name';
    }),
    /inputs\[author-name\]\.name is "author-name"; write letters/,
  ],
  [
    'an input without a default',
    input('skipTests', (it) => {
      delete it.defaultValue;
    }),
    /inputs\[skipTests\]\.defaultValue is missing/,
  ],
  [
    'an input without help',
    input(
      'repo',
      (it) => {
        it.helpMarkDown = '';
      },
      'destinationRepository',
    ),
    /inputs\[destinationRepository\]\.helpMarkDown is ""; write some text/,
  ],
  [
    'required in text',
    input('command', (it) => {
      it.required = 'true';
    }),
    /inputs\[command\]\.required is of type string/,
  ],
  [
    'the restricted command mode',
    task((it) => {
      it.restrictions.commands = { mode: 'restricted' };
    }),
    /restrictions\.commands is not known/,
  ],
  [
    'no inputs',
    task((it) => {
      it.inputs = [];
    }),
    /inputs is empty/,
  ],
  // What the task's parts say about each other.
  [
    'another version of the task',
    task((it) => {
      it.version.Minor = 7;
    }),
    /version is \d+\.7\.\d+, Cargo\.toml has/,
  ],
  [
    'another id of the task',
    task((it) => {
      it.id = '00000000-0000-4000-8000-000000000000';
    }),
    /id is 00000000-.*; it must stay/,
  ],
  [
    'a handler whose target is missing',
    task((it) => {
      it.execution.Node24.target = 'index.js';
    }),
    /Node24 starts index\.js, but task\/index\.js is not in the package/,
  ],
  [
    'a display name with an unknown input',
    task((it) => {
      it.instanceNameFormat = 'x $(commnad)';
    }),
    /names \$\(commnad\), which is no input/,
  ],
  [
    'an input in an unknown group',
    input('kubeVersion', (it) => {
      it.groupName = 'chart';
    }),
    /kubeVersion is in the group chart, which is not declared/,
  ],
  [
    'a group without inputs',
    task((it) => {
      it.groups.push({ name: 'empty', displayName: 'Empty', isExpanded: true });
    }),
    /the group empty has no input/,
  ],
  [
    'a group declared twice',
    task((it) => {
      it.groups.push(it.groups[0]);
    }),
    /the group definition is declared twice/,
  ],
  [
    'an alias that is another input',
    input(
      'repo',
      (it) => {
        it.aliases = ['AccessToken'];
      },
      'destinationRepository',
    ),
    /the input or alias accesstoken is declared twice/,
  ],
  [
    'a default that is no option',
    input('command', (it) => {
      it.defaultValue = 'deploy';
    }),
    /the default "deploy" of command is not among its options/,
  ],
  [
    'a pick list without options',
    input('authentication', (it) => {
      delete it.options;
    }),
    /the default "auto" of authentication is not among/,
  ],
  [
    'options without a pick list',
    input('kubeVersion', (it) => {
      it.options = { a: 'A' };
    }),
    /kubeVersion has options but is no pickList/,
  ],
  [
    'a boolean with another default',
    input('skipTests', (it) => {
      it.defaultValue = 'no';
    }),
    /skipTests is a boolean with the default "no"/,
  ],
  [
    'a rule about an unknown input',
    input('accessToken', (it) => {
      it.visibleRule = 'auth = auto';
    }),
    /of accessToken names auth, which is no input/,
  ],
  [
    'a rule about an unknown value',
    input('accessToken', (it) => {
      it.visibleRule = 'authentication = pat';
    }),
    /compares authentication with pat, which it never is: take one of auto, accessToken/,
  ],
  [
    'a rule about itself',
    input('command', (it) => {
      it.visibleRule = 'command = auto';
    }),
    /of command makes it depend on itself/,
  ],
  [
    'a rule that cannot be read',
    input('accessToken', (it) => {
      it.visibleRule = 'authentication is auto';
    }),
    /has a part that cannot be read, "authentication is auto"/,
  ],
  [
    'a rule with both operators',
    input('accessToken', (it) => {
      it.visibleRule = 'command = auto && authentication = auto || command = publish';
    }),
    /mixes && and \|\|/,
  ],
  [
    'a broken rule of a group',
    task((it) => {
      it.groups.find((group) => group.name === 'destination').visibleRule = 'comand != render';
    }),
    /of destination names comand, which is no input/,
  ],
  [
    'an output variable that may not be set',
    task((it) => {
      it.restrictions.settableVariables.allowed.pop();
    }),
    /would not let the task set the output variable summaryFile/,
  ],
  [
    'a settable variable that is no output',
    task((it) => {
      it.restrictions.settableVariables.allowed.push('PATH');
    }),
    /allow the task to set PATH/,
  ],
  [
    'an output variable twice',
    task((it) => {
      it.outputVariables.push(it.outputVariables[0]);
    }),
    /the output variable changed is declared twice/,
  ],
  [
    'an output variable without its reading',
    task((it) => {
      it.outputVariables[0].description = 'x';
    }),
    /output variable changed does not tell how to read it: mention \$\(step\.changed\)/,
  ],
];

function task(change) {
  return json('task/task.json', change);
}

function input(name, change, is = name) {
  return task((it) => change(it.inputs.find((candidate) => candidate.name === is)));
}

function contribution(change) {
  return json('extension.vsomanifest', change);
}

function json(name, change) {
  return (files) => {
    const value = JSON.parse(files.get(name));
    change(value);
    files.set(name, Buffer.from(JSON.stringify(value)));
  };
}

function manifest(from, to) {
  return (files) => {
    const text = files.get('extension.vsixmanifest').toString();
    assert.match(text, from);
    files.set('extension.vsixmanifest', Buffer.from(text.replace(from, to)));
  };
}
