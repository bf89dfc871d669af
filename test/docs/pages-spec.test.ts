import 'reflect-metadata';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GENERATED, writeSources } from './pages.js';

writeSources();
// As Jest has them, and Vitest as Nest's CLI sets it up.
Object.assign(globalThis, { expect, it });

// A file of its own: the test that a page shows loads the app with an environment of its own.
describe('the test that a page shows', async () => {
  await import(join(GENERATED, 'welcome.spec.ts'));
});
