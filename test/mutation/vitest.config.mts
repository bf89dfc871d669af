import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// In Stryker's copy of the repository, where the changed files are.
const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

export default defineConfig({
  root: path('.'),
  resolve: {
    alias: [
      { find: /^nestjs-whatsapp$/, replacement: path('lib/index.ts') },
      { find: /^nestjs-whatsapp\/testing$/, replacement: path('lib/testing/index.ts') },
    ],
  },
  test: {
    include: process.env['MUTATION_TESTS']?.split(' '),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    setupFiles: [path('test/support/clean-up.ts')],
    globalSetup: [path('test/support/services/global-setup.ts')],
    isolate: false,
    maxWorkers: 1,
  },
});
