import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Compresses what is served, once and as small as can be, so that no request has to. */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle)) {
      if (!name.startsWith('assets/')) continue;
      const bytes = readFileSync(join(dir, name));
      writeFileSync(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      const options = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
      writeFileSync(join(dir, `${name}.br`), brotliCompressSync(bytes, options));
    }
    // The sources have an index.html, too: by this name the server knows what was built.
    renameSync(join(dir, 'index.html'), join(dir, 'built.html'));
  },
};

export default defineConfig({
  root: path('.'),
  // Relative: the host says where the console is.
  base: './',
  logLevel: 'warn',
  publicDir: false,
  plugins: [compressed],
  build: {
    outDir: path('../../dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    // Nothing inline: the page's policy takes files alone.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
