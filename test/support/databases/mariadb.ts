import { createConnection } from 'mysql2/promise';
import type { ServiceState } from '../services/service.js';
import { databaseName, urlOfDatabase } from './database-name.js';
import type { FreshDatabase, TestDatabase } from './test-database.js';

export function mariadbDatabase(state: ServiceState): TestDatabase {
  return {
    kind: 'mariadb',
    title: 'MariaDB',
    available: state.available,
    async create(): Promise<FreshDatabase> {
      if (!state.available) throw new Error(`There is no MariaDB: ${state.reason}.`);
      const name = databaseName();
      await execute(state.url, `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
      const url = urlOfDatabase(state.url, name);
      return {
        options: { type: 'mariadb', url, charset: 'utf8mb4', timezone: 'Z' },
        url,
        drop: () => execute(state.url, `DROP DATABASE IF EXISTS ${name}`),
      };
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
