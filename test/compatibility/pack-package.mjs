import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const published = /^(dist\/.+|lib\/.+\.ts|docs\/.+\.md|README\.md|CHANGELOG\.md|LICENSE|llms\.txt|package\.json)$/;
const required = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'docs/errors.md',
  'llms.txt',
  'LICENSE',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/testing/index.js',
  'dist/cli.js',
  'dist/console/built.html',
  // What `nest add` runs.
  'dist/schematics/collection.json',
  'dist/schematics/schema.json',
  'dist/schematics/nest-add.js',
  // "Go to definition" follows the maps of the declarations to the sources.
  'dist/index.d.ts.map',
  'lib/index.ts',
  'lib/testing/index.ts',
];

/** Packs the built package into `directory` and returns the tarball's path; rejects when it holds anything odd. */
export async function packPackage(directory) {
  await access(join(root, 'dist/index.js')).catch(() => {
    throw new Error('There is no dist/index.js to pack: run npm run build first.');
  });
  const packed = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', directory];
  const { stdout } = await promisify(execFile)('npm', packed, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  // An object by package name since npm 12, an array before.
  const [tarball] = Object.values(JSON.parse(stdout));
  const paths = tarball.files.map((file) => file.path);
  const odd = paths.filter((path) => !published.test(path) || /\.(test|spec)\.|\.tsbuildinfo$/.test(path));
  if (odd.length > 0) throw new Error(`The tarball would publish what it should not: ${odd.join(', ')}.`);
  const lacking = required.filter((path) => !paths.includes(path));
  if (lacking.length > 0) throw new Error(`The tarball lacks ${lacking.join(', ')}.`);
  console.log(`${tarball.filename}: ${paths.length} files, ${Math.ceil(tarball.size / 1024)} KiB packed.`);
  return join(directory, tarball.filename);
}
