import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A test run that leaves something open never ends by itself. */
const LONGEST_MS = 5 * 60_000;

// What `npm run` tells its scripts would make an npm below it work on this repository instead of on `directory`.
const inherited =
  /^(npm_config_local_prefix|npm_package_|npm_lifecycle_|npm_command|INIT_CWD|NODE_OPTIONS|NODE_ENV|VITEST)/;

/**
 * Runs npm in a directory and resolves to what it printed; rejects with that when it fails, or does not end in minutes.
 * `variables` are added to its environment.
 */
export async function npm(npmArguments, directory, variables = {}) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
  const child = spawn('npm', npmArguments, {
    cwd: directory,
    env: { ...env, npm_config_update_notifier: 'false', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, LONGEST_MS);
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  const text = Buffer.concat(printed).toString();
  if (code !== 0) throw new Error(`${text}\nnpm ${npmArguments.join(' ')} ended with ${signal ?? `code ${code}`}.`);
  return text;
}
