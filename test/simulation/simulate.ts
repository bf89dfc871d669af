import { spawn } from 'node:child_process';
import { bundleSimulation } from './bundle.js';
import { PLANTED_BUGS } from './planted-bugs.js';

/** `npm run simulate`: bundles library and simulation, and runs that in a process of its own. */
async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const at = given.indexOf('--bug');
  const name = at < 0 ? undefined : given[at + 1];
  const bug = PLANTED_BUGS.find((one) => one.name === name);
  if (at >= 0 && !bug) throw new Error(`--bug takes one of ${PLANTED_BUGS.map((one) => one.name).join(', ')}.`);
  const file = await bundleSimulation(process.cwd(), bug);
  const rest = at < 0 ? given : given.toSpliced(at, 2);
  const child = spawn(process.execPath, ['--max-semi-space-size=64', file, ...rest], { stdio: 'inherit' });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

void main();
