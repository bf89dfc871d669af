import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Of what the compiler wrote, and of the bundles that take its place. */
const DIST = process.env.DIST ?? 'dist';

/** The files of all bundles. */
const bundled = new Set();

const noteBundled = {
  name: 'note-bundled',
  writeBundle(_options, files) {
    for (const file of Object.keys(files)) bundled.add(join(DIST, file));
  },
};

/** What the bundles took in, for this build alone; the types next to it are kept. */
const removeBundled = {
  name: 'remove-bundled',
  writeBundle() {
    for (const name of readdirSync(DIST, { recursive: true })) {
      const file = join(DIST, name);
      if (file.endsWith('.js') && !bundled.has(file)) rmSync(file);
    }
  },
};

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

const OUTPUT = { dir: DIST, format: 'cjs', keepNames: true };

const bundle = (input, plugins, output) => ({
  input,
  platform: 'node',
  external: (id, importer) => importer !== undefined && isPackage(id),
  plugins: [noteBundled, ...plugins],
  output: { ...OUTPUT, ...output },
});

const entry = (name, plugin) => bundle({ [name]: `${DIST}/${name}.js` }, [plugin], { exports: 'named' });

/** One file for each entry point: Node loads it in half the time that hundreds of small ones take. */
export default [
  // First what imports others, of which the compiler's own files are still there. The command line has a file for each
  // command, of which one is loaded, and nothing of it is shared with the library, which stays one file.
  bundle({ cli: `${DIST}/cli/main.js` }, [], { chunkFileNames: 'cli/bundled-[name].js' }),
  entry('testing/index', libraryApart),
  entry('schematics/nest-add', copySchematics),
  entry('index', removeBundled),
];
