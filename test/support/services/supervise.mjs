// node supervise.mjs '{"directory": …, "signal": …, "account": …, "commands": [[program, …arguments], …]}'
//
// Runs the commands one after another, the last being a server, until they end or our standard input does; then stops
// what runs with the signal and removes the directory. The test run holds the other end of that pipe, so however it
// ends (done, failed, interrupted, killed), nothing of it stays behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';

const { directory, signal, account, commands } = JSON.parse(process.argv[2]);

let running;
let stopped = false;
const stop = () => {
  stopped = true;
  running?.kill(signal);
};
process.stdin.on('end', stop).on('error', stop).resume();
for (const interruption of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(interruption, stop);

async function run([program, ...programArguments]) {
  running = spawn(program, programArguments, { ...account, cwd: directory, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(running, 'exit');
  return code ?? 1;
}

let code = 0;
try {
  for (const command of commands) {
    if (stopped || code !== 0) break;
    code = await run(command);
  }
} catch (error) {
  console.error(error.message);
  code = 1;
}
// A server's own children may still be writing when it is gone.
await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
process.exit(code);
