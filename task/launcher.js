'use strict';
// Starts the executable of this package, which does the work: the agent itself starts a task's
// program only through Node. Written for Node 20, which agents use for the Node24 handler too.
//
// The executable exits 0 after it has reported its result to the agent. Any other end means that
// it has not, and the launcher reports in its place. The launcher itself always exits 0: after
// any other status, an agent that retries the step would keep the first failure.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const PROGRAM = 'fabrikate-gitops';
const EXECUTABLES = path.join(__dirname, 'bin');
const WINDOWS = process.platform === 'win32';
const STOP_SIGNALS = WINDOWS ? ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];
// The agent kills the launcher, and only it, 10 s after its first signal.
const LONGEST_STOP = 6000;
const STATUS_CONTROL_C_EXIT = 0xc000013a; // what Windows calls the end of a program by Ctrl+C
const NEEDED_SECRETS = ['SECRET_AGENT_PROXYPASSWORD', 'SECRET_AGENT_CLIENTCERTPASSWORD'];

class Failure extends Error {
  constructor(code, what, hint) {
    super(`${what} — ${hint} (${code})`);
    this.code = code;
  }
}

/** Returns the executable for this machine's platform and processor. */
function locate() {
  const platform = `${process.platform}-${process.arch}`;
  const program = executableFor(platform);
  if (fs.existsSync(program)) return program;

  const folders = fs.existsSync(EXECUTABLES) ? fs.readdirSync(EXECUTABLES).sort() : [];
  const available = folders.filter((folder) => fs.existsSync(executableFor(folder)));
  throw new Failure(
    'E201',
    `this package has no executable for ${platform}; it has those for: ${available.join(', ') || 'none'}`,
    'run the step on an agent of one of these platforms',
  );
}

function executableFor(platform) {
  return path.join(EXECUTABLES, platform, PROGRAM + (platform.startsWith('win32-') ? '.exe' : ''));
}

/** Returns `program`, made executable, or a copy of it that is. */
function runnable(program) {
  // The package is a zip without permissions: on Linux and macOS the first run finds the bit unset.
  if (mayExecute(program)) return program;
  try {
    fs.chmodSync(program, 0o755);
  } catch (error) {
    // Another user's file, or a task folder that is mounted read-only into a container.
    if (!['EPERM', 'EROFS', 'EACCES'].includes(error.code)) throw error;
  }
  if (mayExecute(program)) return program;

  // All steps share the agent's temp folder: a new folder of mode 0700 keeps the others out.
  const folder = fs.mkdtempSync(path.join(process.env.AGENT_TEMPDIRECTORY || os.tmpdir(), `${PROGRAM}-`));
  process.once('exit', () => remove(folder));
  const copy = path.join(folder, path.basename(program));
  fs.copyFileSync(program, copy);
  fs.chmodSync(copy, 0o700);
  return copy;
}

function mayExecute(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function remove(folder) {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    // Not worth the step's result: the agent empties its temp folder when the job ends.
  }
}

/** Returns the environment without the job's other secrets, which the agent gives to every task. */
function environment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => {
      const key = WINDOWS ? name.toUpperCase() : name;
      return NEEDED_SECRETS.includes(key) || !(key.startsWith('SECRET_') || key === 'VSTS_SECRET_VARIABLES');
    }),
  );
}

function run(program) {
  let child;
  let deadline;
  const asked = new Set();
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      asked.add(signal);
      deadline ??= setTimeout(() => {
        asked.add('SIGKILL');
        child?.kill('SIGKILL');
      }, LONGEST_STOP).unref();
      // The agent signals only this process. On Windows it signals the whole console, so the child
      // knows already, and kill() would end it before it can finish.
      if (!WINDOWS) child?.kill(signal);
    });
  }

  child = spawn(program, ['task'], { stdio: 'inherit', env: environment() });
  child.on('error', (error) => {
    // Also emitted when a signal cannot be sent; then the child still runs, and its exit follows.
    if (child.pid === undefined) report('Failed', notStarted(error));
  });
  child.on('exit', (status, signal) => {
    clearTimeout(deadline);
    if (status === 0) return;
    process.stdout.write('\n'); // the child may have died in the middle of a line
    const stopped = asked.has(signal) || (asked.size > 0 && WINDOWS && status === STATUS_CONTROL_C_EXIT);
    report(stopped ? 'Canceled' : 'Failed', stopped ? undefined : died(status, signal));
  });
}

function notStarted(error) {
  return new Failure(
    'E202',
    `the task's executable cannot be made executable or started: ${error.message}`,
    "let the agent's user run programs from the task's folder or from the agent's temp folder",
  );
}

function died(status, signal) {
  const memory = signal === 'SIGKILL' ? 'the agent may have run out of memory; if it has not, ' : '';
  return new Failure(
    'E900',
    `${PROGRAM} died unexpectedly (${signal ? `signal ${signal}` : `status ${status}`})`,
    `${memory}please report it, with the log of this step`,
  );
}

/** Tells the agent the result, in the only commands that the launcher writes. */
// Called only when no child runs: the first use of process.stdout makes the pipe non-blocking, for
// the child as well, and the child's writes would fail whenever the agent reads slowly.
function report(result, failure) {
  const issue = failure ? `##vso[task.logissue type=error;code=${failure.code}]${data(failure.message)}\n` : '';
  process.stdout.write(`${issue}##vso[task.complete result=${result}]\n`);
}

/** Returns `text` as the data of a command, unable to hold a command of its own. */
function data(text) {
  // The agent looks for `##vso[` anywhere in a line and by the rules of a language, for which
  // invisible characters do not count: they go first, then `##` is broken up.
  const visible = text.replace(/(?![\t\r\n])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
  const inert = visible.replace(/#(?=#)/g, '# ');
  const percents = /^(1|\$?true)?$/i.test(process.env.DECODE_PERCENTS ?? ''); // unset means on
  return (percents ? inert.replaceAll('%', '%AZP25') : inert).replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

try {
  run(runnable(locate()));
} catch (error) {
  report('Failed', error instanceof Failure ? error : notStarted(error));
}
