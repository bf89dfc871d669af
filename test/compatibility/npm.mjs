import { spawn } from 'node:child_process';
import { once } from 'node:events';

// What `npm run` tells its scripts would make an npm below it work on this repository instead of on `directory`.
const inherited =
  /^(npm_config_local_prefix|npm_package_|npm_lifecycle_|npm_command|INIT_CWD|NODE_OPTIONS|NODE_ENV|VITEST)/;

/** Runs npm in a directory, its output going to ours; rejects when it fails. */
export async function npm(npmArguments, directory) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
  const child = spawn('npm', npmArguments, { cwd: directory, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`npm ${npmArguments.join(' ')} ended with code ${code}.`);
}
