import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { FreshDatabase, TestDatabase } from './test-database.js';

async function create(): Promise<FreshDatabase> {
  const directory = await mkdtemp(join(inject('runDirectory'), 'sqlite-'));
  const file = join(directory, 'test.sqlite');
  return {
    options: {
      type: 'better-sqlite3',
      database: file,
      // A power cut may cost a test its database; a crashed process still does not.
      prepareDatabase: (database: { pragma(text: string): unknown }) => void database.pragma('synchronous = OFF'),
    },
    url: `sqlite:${file}`,
    drop: () => rm(directory, { recursive: true, force: true }),
  };
}

export const sqlite: TestDatabase = { kind: 'sqlite', title: 'SQLite', available: true, create };
