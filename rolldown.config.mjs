import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Of what the compiler wrote, and of the bundles that take its place. */
const DIST = process.env.DIST ?? 'dist';

/** What the bundles took in, for this build alone; the types next to it are kept. */
const removeBundled = {
  name: 'remove-bundled',
  writeBundle() {
    const kept = new Set(ENTRIES.map((entry) => join(DIST, entry)));
    for (const name of readdirSync(DIST, { recursive: true })) {
      const file = join(DIST, name);
      if (file.endsWith('.js') && !kept.has(file)) rmSync(file);
    }
  },
};

const ENTRIES = ['index.js', 'testing/index.js', 'schematics/index.js'];

/** What the Nest CLI reads next to the schematics' code. */
const copySchematics = {
  name: 'copy-schematics',
  writeBundle() {
    for (const file of ['collection.json', 'schema.json']) {
      copyFileSync(join('lib/schematics', file), join(DIST, 'schematics', file));
    }
  },
};

/** Packages, and Node's own modules. */
const isPackage = (id) => !id.startsWith('.') && !isAbsolute(id);

/** The module for tests takes the library from its bundle, so that there is one of each class. */
const libraryApart = {
  name: 'library-apart',
  resolveId: (id, importer) =>
    id === '../../index.js' && /[\\/]testing[\\/]nest[\\/]/.test(importer) ? LIBRARY : null,
};

const LIBRARY = { id: '../index.js', external: true };

const bundle = (name, plugin) => ({
  input: { [name]: `${DIST}/${name}.js` },
  platform: 'node',
  external: (id, importer) => importer !== undefined && isPackage(id),
  plugins: [plugin],
  output: { dir: DIST, format: 'cjs', exports: 'named', keepNames: true },
});

/** One file for each entry point: Node loads it in half the time that hundreds of small ones take. */
export default [
  // First what imports the other, of which the compiler's own files are still there.
  bundle('testing/index', libraryApart),
  bundle('schematics/index', copySchematics),
  bundle('index', removeBundled),
];
