import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^nestjs-whatsapp$/, replacement: path('./lib/index.ts') },
      { find: /^nestjs-whatsapp\/testing$/, replacement: path('./lib/testing/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Generous: machines are slow and noisy, and no test is about time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ['test/support/services/global-setup.ts'],
  },
});
