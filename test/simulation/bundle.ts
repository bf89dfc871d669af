import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { type PlantedBug, SMALL_SIZES, type SourceChange } from './planted-bugs.js';

const CACHE = 'node_modules/.cache/nestjs-whatsapp-simulation';

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * The library and the simulation in one file, with a bug planted if one is given. Made once for each state of the sources.
 * @param root of the repository
 */
export async function bundleSimulation(root: string, bug?: PlantedBug): Promise<string> {
  const changes = [...SMALL_SIZES, ...(bug?.changes ?? [])];
  const file = join(root, CACHE, `${await stateOf(root)}-${bug?.name ?? 'as-it-is'}.cjs`);
  if (existsSync(file)) return file;
  await removeOldBundles(join(root, CACHE));
  const draft = `${file}.${process.pid}`;
  const applied = new Set<SourceChange>();
  const bundle = await rolldown({
    cwd: root,
    input: join(root, 'test/simulation/run.ts'),
    platform: 'node',
    tsconfig: join(root, 'tsconfig.json'),
    external: (id, importer) => importer !== undefined && isPackage(id),
    plugins: [
      {
        name: 'source-changes',
        transform: (code, id) => {
          const own = changes.filter((change) => id === join(root, 'lib', ...change.file.split('/')));
          if (own.length === 0) return null;
          for (const change of own) applied.add(change);
          return own.reduce(changed, code);
        },
      },
    ],
  });
  await bundle.write({ file: draft, format: 'cjs', keepNames: true });
  await bundle.close();
  const missed = changes.find((change) => !applied.has(change));
  if (missed) throw new Error(`lib/${missed.file} is not part of the simulation.`);
  await rename(draft, file);
  return file;
}

/** Packages, and Node's own modules; the compiler's helpers are taken in. */
const isPackage = (id: string): boolean =>
  !id.startsWith('.') && !id.startsWith('\0') && !isAbsolute(id) && !id.startsWith('@oxc-project/');

function changed(code: string, { file, find, replace }: SourceChange): string {
  const [before, after, ...others] = code.split(find);
  if (before === undefined || after === undefined || others.length > 0) {
    throw new Error(
      `lib/${file} has "${find}" ${others.length + (after === undefined ? 0 : 1)} times instead of once.`,
    );
  }
  return before + replace + after;
}

async function stateOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const directory of ['lib', 'test/simulation']) {
    const names = await readdir(resolve(root, directory), { recursive: true });
    for (const name of names.toSorted()) {
      if (!name.endsWith('.ts') || name.startsWith(`console${sep}`)) continue;
      hash.update(`${name}\0`).update(await readFile(resolve(root, directory, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** Removes bundles that no run can be using any more. */
async function removeOldBundles(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) {
    const { mtimeMs } = await stat(join(directory, name)).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < Date.now() - DAY_MS) await rm(join(directory, name), { force: true });
  }
}
