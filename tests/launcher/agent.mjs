// Stands in for the agent: lays out a task's folder, starts the launcher in it, and reads what comes back by the
// agent's own rules.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../task/launcher.js', import.meta.url));

export const HERE = `${process.platform}-${process.arch}`;
export const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'launcher-test-'));
fs.chmodSync(scratch, 0o755); // some tests run the launcher as another user

export function shellScript(body) {
  return `#!/bin/sh\n${body}\n`;
}

export function nodeScript(body) {
  return `#!${process.execPath}\n${body}\n`;
}

/** A program that waits for signals and answers each with the code given for it. */
export function waiting(answers) {
  const handlers = Object.entries(answers).map(([signal, body]) => `process.on('${signal}', () => { ${body} });`);
  return nodeScript(`${handlers.join('')} console.log('ready'); setInterval(() => {}, 1000);`);
}

/** Lays out a copy of the task's folder and an agent's temp folder beside it. */
export function taskWith({ program, platforms = [HERE], mode = 0o755, folder = 'task' }) {
  const home = fs.mkdtempSync(path.join(scratch, 'agent-'));
  fs.chmodSync(home, 0o755);
  const task = path.join(home, folder);
  fs.mkdirSync(tempOf(task));
  fs.mkdirSync(task);
  fs.copyFileSync(LAUNCHER, path.join(task, 'launcher.js'));
  for (const platform of platforms) {
    const file = executableIn(task, platform);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, program);
    fs.chmodSync(file, mode);
  }
  return task;
}

export function executableIn(task, platform = HERE) {
  return path.join(task, 'bin', platform, platform.startsWith('win32-') ? 'fabrikate-gitops.exe' : 'fabrikate-gitops');
}

export function tempOf(task) {
  return path.join(path.dirname(task), 'temp');
}

export function agentEnvironment(task) {
  return { PATH: process.env.PATH, AGENT_TEMPDIRECTORY: tempOf(task), TF_BUILD: 'True' };
}

/**
 * Runs the launcher with no environment but the agent's, and reads its output by the agent's rules.
 * Sends the next of `signals` at each line `ready`.
 */
export async function launch(
  task,
  { env = {}, signals = [], through = [], uid, pauseReading = false, percents = true } = {},
) {
  const [command, ...args] = [...through, process.execPath, path.join(task, 'launcher.js')];
  const launcher = spawn(command, args, {
    cwd: '/',
    env: { ...agentEnvironment(task), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const output = { stdout: '', stderr: '' };
  const waiting = [...signals];
  for (const stream of ['stdout', 'stderr']) {
    launcher[stream].setEncoding('utf8').on('data', (text) => {
      output[stream] += text;
      if (stream === 'stdout' && waiting.length > 0 && text.includes('ready')) launcher.kill(waiting.shift());
    });
  }
  if (pauseReading) {
    // Long enough for the pipe to fill and for the writer to meet it full.
    launcher.stdout.pause();
    setTimeout(() => launcher.stdout.resume(), 500);
  }
  const [status, signal] = await new Promise((resolve, reject) => {
    launcher.on('error', reject).on('close', (...end) => resolve(end));
  });
  assert.deepEqual({ status, signal }, { status: 0, signal: null }, output.stderr);
  return { ...output, commands: commandsIn(output.stdout, percents).concat(commandsIn(output.stderr, percents)) };
}

/** Returns the commands that the agent would see: one a line, anywhere in it, the first prefix wins. */
function commandsIn(output, percents) {
  return output.split(/\r\n|\r|\n/).flatMap((line) => {
    const at = line.indexOf('##vso[');
    if (at < 0) return [];
    const found = line.slice(at).match(/^##vso\[(?<name>\w+\.\w+)(?: (?<properties>[^\]]*))?\](?<data>.*)$/);
    if (!found) return [{ name: 'unparsable', data: line }]; // a warning in the agent's log
    const properties = (found.groups.properties ?? '')
      .split(';')
      .filter(Boolean)
      .map((pair) => pair.split('='));
    return [
      {
        name: found.groups.name,
        properties: Object.fromEntries(properties.map(([key, value]) => [key, unescaped(value, percents)])),
        data: unescaped(found.groups.data, percents),
      },
    ];
  });
}

function unescaped(text, percents) {
  const plain = text.replaceAll('%3B', ';').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%5D', ']');
  return percents ? plain.replaceAll('%AZP25', '%') : plain;
}

export function names(commands) {
  return commands.map((command) => command.name);
}
