import 'reflect-metadata';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GENERATED, writeSources } from './readme.js';

writeSources();
// As Jest has them, and Vitest as Nest's CLI sets it up.
Object.assign(globalThis, { expect, it });

// A file of its own: the test that README.md shows loads the app with an environment of its own.
describe('the test that README.md shows', async () => {
  await import(join(GENERATED, 'welcome.spec.ts'));
});
