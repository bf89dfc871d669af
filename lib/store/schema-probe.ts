import type { Type } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { findSchemaProblems } from './data-source.provider.js';

/** Milliseconds to a connection: a person is waiting. */
const CONNECT_TIMEOUT = 10_000;

/**
 * What a database lacks of the given entities, by a connection of its own that writes nothing.
 * @param url `sqlite:<path>`, `postgres://…`, or `mysql://…`, which is MariaDB's too
 * @throws the driver's error when there is no connection
 */
export async function probeSchema(url: string, entities: Type[]): Promise<string[]> {
  const dataSource = new DataSource({ ...optionsOf(url), entities, logging: false });
  await dataSource.initialize();
  try {
    return await findSchemaProblems(dataSource, entities);
  } finally {
    await dataSource.destroy();
  }
}

function optionsOf(url: string): DataSourceOptions {
  const [scheme = ''] = url.split(':', 1);
  switch (scheme) {
    case 'sqlite':
      return { type: 'better-sqlite3', database: url.slice('sqlite:'.length), readonly: true };
    case 'postgres':
    case 'postgresql':
      return { type: 'postgres', url, installExtensions: false, connectTimeoutMS: CONNECT_TIMEOUT };
    case 'mysql':
    case 'mariadb':
      return { type: 'mariadb', url: url.replace(/^mariadb:/, 'mysql:'), connectTimeout: CONNECT_TIMEOUT };
    default:
      throw new Error(`it begins with ${scheme}:, and not with sqlite:, postgres:// or mysql://`);
  }
}
