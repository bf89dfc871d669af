import { Client } from 'pg';
import type { ServiceState } from '../services/service.js';
import { databaseName, urlOfDatabase } from './database-name.js';
import type { FreshDatabase, TestDatabase } from './test-database.js';

export function postgresDatabase(state: ServiceState): TestDatabase {
  return {
    kind: 'postgres',
    title: 'PostgreSQL',
    available: state.available,
    async create(): Promise<FreshDatabase> {
      if (!state.available) throw new Error(`There is no PostgreSQL: ${state.reason}.`);
      const name = databaseName();
      await execute(state.url, `CREATE DATABASE ${name}`);
      const url = urlOfDatabase(state.url, name);
      return {
        options: { type: 'postgres', url },
        url,
        drop: () => execute(state.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      };
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
