import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
// Below node_modules, so that what the library imports is found from there.
const BUILDS = join(REPOSITORY, 'node_modules/.cache/nestjs-whatsapp-test-build');
const { resolve } = createRequire(import.meta.url);
const COMPILER = resolve('typescript/bin/tsc');
const BUNDLER = join(dirname(resolve('rolldown/package.json')), 'bin/cli.mjs');
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Directory of the library as its users get it, bundled, for processes that a test starts and for files that a worker of
 * their own runs. Built once for each
 * state of `lib/`, whichever run or worker asks first; types are not checked, which is `npm run typecheck`'s work.
 */
export async function builtLibrary(): Promise<string> {
  for (;;) {
    const state = await stateOfSources();
    const directory = join(BUILDS, state);
    if (existsSync(directory)) return directory;
    const draft = `${directory}.${randomBytes(6).toString('hex')}`;
    await compileInto(draft);
    // Sources that were saved in the meantime may be in the build, or not.
    if ((await stateOfSources()) === state) await publish(draft, directory);
    else await rm(draft, { recursive: true, force: true });
  }
}

async function stateOfSources(): Promise<string> {
  const sources = await readdir(join(REPOSITORY, 'lib'), { recursive: true });
  const files = sources.filter((file) => file.endsWith('.ts')).map((file) => join('lib', file));
  const hash = createHash('sha256');
  for (const file of [...files.toSorted(), 'tsconfig.json', 'tsconfig.build.json', 'rolldown.config.mjs']) {
    hash.update(`${file}\0`).update(await readFile(join(REPOSITORY, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function compileInto(directory: string): Promise<void> {
  await removeOldBuilds();
  const run = (program: string, ...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [program, ...args], {
      cwd: REPOSITORY,
      env: { ...process.env, DIST: directory },
    });
  const modules = ['--module', 'esnext', '--moduleResolution', 'bundler'];
  const onlyJavaScript = ['--declaration', 'false', '--declarationMap', 'false', '--noCheck'];
  await run(COMPILER, '--project', 'tsconfig.build.json', '--outDir', directory, ...modules, ...onlyJavaScript);
  await run(BUNDLER, '--config', 'rolldown.config.mjs', '--logLevel', 'warn');
}

/** Puts a build in its place whole, or not at all when another worker was quicker. */
async function publish(draft: string, directory: string): Promise<void> {
  try {
    await rename(draft, directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
}

/** Removes builds that no run can be using any more. */
async function removeOldBuilds(): Promise<void> {
  await mkdir(BUILDS, { recursive: true });
  for (const name of await readdir(BUILDS)) {
    const build = join(BUILDS, name);
    const { mtimeMs } = await stat(build).catch(() => ({ mtimeMs: 0 }));
    if (mtimeMs < Date.now() - DAY_MS) await rm(build, { recursive: true, force: true });
  }
}
