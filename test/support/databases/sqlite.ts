import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import { inject } from 'vitest';
import { makeTables } from './make-tables.js';
import type { FreshDatabase, TestDatabase } from './test-database.js';

export const sqlite: TestDatabase = { kind: 'sqlite', title: 'SQLite', available: true, create, createEmpty };

async function create(): Promise<FreshDatabase> {
  const content = await withTables();
  const fresh = await createEmpty();
  await writeFile(fileOf(fresh), content);
  return fresh;
}

async function createEmpty(): Promise<FreshDatabase> {
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

/** A database in memory with the module's tables, for one data source. */
export async function inMemory(): Promise<DataSourceOptions> {
  const content = await withTables();
  return {
    type: 'better-sqlite3',
    database: ':memory:',
    // TypeORM calls it with `new`.
    driver: function open(_: string, options: object) {
      return new SqliteDatabase(content, options);
    },
  };
}

// It has no types of its own.
const SqliteDatabase: new (content: Buffer, options: object) => object = createRequire(import.meta.url)(
  'better-sqlite3',
);

let made: Promise<Buffer> | undefined;

/** The content of a file with the module's tables: to copy it takes less time than to make them. */
function withTables(): Promise<Buffer> {
  return (made ??= makeContent());
}

async function makeContent(): Promise<Buffer> {
  const fresh = await createEmpty();
  await makeTables(fresh.options);
  const content = await readFile(fileOf(fresh));
  await fresh.drop();
  return content;
}

const fileOf = ({ url }: FreshDatabase): string => url.slice('sqlite:'.length);
