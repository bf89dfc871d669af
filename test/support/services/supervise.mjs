// node supervise.mjs '{"directory": …, "signal": …, "account": …, "data": …, "server": [program, …arguments]}'
//
// Prepares the data directory, then runs the server until it ends or our standard input does; then stops what runs with
// the signal and removes the directory. The test run holds the other end of that pipe, so however it ends (done, failed,
// interrupted, killed), nothing of it stays behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const { directory, signal, account, data, server } = JSON.parse(process.argv[2]);

let running;
let stopped = false;
const stop = () => {
  stopped = true;
  running?.kill(signal);
};
process.stdin.on('end', stop).on('error', stop).resume();
for (const interruption of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(interruption, stop);

/** Runs a program to its end. @returns whether it may go on */
async function run([program, ...programArguments], owner = account) {
  if (stopped) return false;
  running = spawn(program, programArguments, { ...owner, cwd: directory, stdio: ['ignore', 'inherit', 'inherit'] });
  const [exitCode] = await once(running, 'exit');
  code = exitCode ?? 1;
  return code === 0 && !stopped;
}

/** Making the system tables takes seconds: they are kept, and copied for the next run. */
async function prepareData({ path, make, kept }) {
  if (existsSync(kept) && (await run(['cp', '-a', kept, path], {}))) return true;
  if (!(await run(make))) return false;
  const draft = `${kept}.${process.pid}`;
  await mkdir(dirname(kept), { recursive: true });
  if (!(await run(['cp', '-a', path, draft], {}))) return false;
  // Another run may have been quicker.
  await rename(draft, kept).catch(() => rm(draft, { recursive: true, force: true }));
  return !stopped;
}

let code = 0;
try {
  if (!data || (await prepareData(data))) await run(server);
} catch (error) {
  console.error(error.message);
  code = 1;
}
// A server's own children may still be writing when it is gone.
await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
process.exit(code);
