import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const FILE = 'node_modules/.cache/nestjs-whatsapp-simulation/simulate.mjs';

// Node 20 runs no TypeScript by itself.
const bundle = await rolldown({
  input: 'test/simulation/simulate.ts',
  platform: 'node',
  external: /^(?:node:|rolldown$)/,
});
await bundle.write({ file: FILE, format: 'esm' });
await import(pathToFileURL(FILE).href);
