import 'reflect-metadata';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GENERATED, writeSources } from './pages.js';

writeSources();
// As Jest has them, and Vitest as Nest's CLI sets it up.
Object.assign(globalThis, { afterAll, beforeAll, describe, expect, it });

// A file of its own: the tests that a page shows load the app with an environment of its own.
describe('the tests that a page shows', async () => {
  await import(join(GENERATED, 'welcome.spec.ts'));
  await import(join(GENERATED, 'messaging.spec.ts'));
  await import(join(GENERATED, 'app.spec.ts'));
});
