import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

/** Enough to have dead buffers collected. */
const ENOUGH = new Uint8Array(4 * 1024 * 1024);

// What Workers and contexts of the host find that start later.
const typeOfGc = (): unknown => runInNewContext('typeof gc');

beforeEach(() => vi.resetModules());
afterEach(() => setFlagsFromString('--no-expose-gc'));

it.each([
  ['with --expose-gc keeps it', '--expose-gc', 'function'],
  ['without it does not get it', '--no-expose-gc', 'undefined'],
])('A host %s when files pass through', async (_, flag, type) => {
  setFlagsFromString(flag);
  const { passedThrough } = await import('../../lib/media/dead-buffers.js');
  passedThrough(ENOUGH);
  expect(typeOfGc()).toBe(type);
});
