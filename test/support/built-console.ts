import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = join(REPOSITORY, 'dist/console');
const VITE = join(REPOSITORY, 'node_modules/vite/bin/vite.js');

let built: Promise<void> | undefined;

/** Builds the console's page into `dist/`, as `npm run build` does, unless what is there is of the same sources. */
export const buildConsole = (): Promise<void> => (built ??= build());

async function build(): Promise<void> {
  const state = await stateOfSources();
  if ((await readFile(join(BUILT, 'state'), 'utf8').catch(() => '')) === state) return;
  const draft = `${BUILT}.${randomBytes(6).toString('hex')}`;
  const config = join(REPOSITORY, 'lib/console/vite.config.mts');
  // As it is shipped, not as a test's environment would have it.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [VITE, 'build', '--config', config, '--outDir', draft], { env });
  await writeFile(join(draft, 'state'), state);
  await rm(BUILT, { recursive: true, force: true });
  // Another worker may have been quicker, with the same.
  await rename(draft, BUILT).catch(() => rm(draft, { recursive: true, force: true }));
}

async function stateOfSources(): Promise<string> {
  const folder = join(REPOSITORY, 'lib/console');
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.toSorted()) hash.update(`${file}\0`).update(await readFile(file));
  return hash.digest('hex');
}
