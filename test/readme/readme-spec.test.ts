import 'reflect-metadata';
import { join } from 'node:path';
import { describe } from 'vitest';
import { GENERATED, writeSources } from './readme.js';

writeSources();

// A file of its own: the test that README.md shows loads the app with an environment of its own.
describe('the test that README.md shows', async () => {
  await import(join(GENERATED, 'welcome.spec.ts'));
});
