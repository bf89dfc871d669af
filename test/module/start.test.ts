import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtLibrary } from '../support/built-library.js';

/** What most apps need late or never, and takes long to load. */
const LOADED_WHEN_USED = [
  'undici',
  'rate-limiter-flexible',
  '@fastify/busboy',
  'csv-parse',
  'csv-stringify',
  'bull',
  '@nestjs/bull',
  '@nestjs/swagger',
  'prom-client',
];

describe('The package, when an app imports it,', () => {
  let library: string;
  let loaded: readonly string[];

  beforeAll(async () => {
    library = await builtLibrary();
    const script = `require(${JSON.stringify(join(library, 'index.js'))}); console.log(Object.keys(require.cache).join('\\n'));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--eval', script]);
    loaded = stdout.split('\n').map((file) => file.replaceAll('\\', '/'));
  });

  it('is loaded from its build', () => {
    expect(loaded).toContain(join(library, 'index.js').replaceAll('\\', '/'));
  });

  it.each(LOADED_WHEN_USED)('does not load %s before it is used', (name) => {
    expect(loaded.filter((file) => file.includes(`/node_modules/${name}/`))).toEqual([]);
  });

  it('does not load the stand-in for Meta', () => {
    expect(loaded.filter((file) => file.startsWith(join(library, 'testing')))).toEqual([]);
  });
});
