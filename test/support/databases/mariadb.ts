import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { ServiceState } from '../services/service.js';
import { databaseName, urlOfDatabase } from './database-name.js';
import { makeTables } from './make-tables.js';
import { isLeftAlone, ReusedDatabases } from './reused-databases.js';
import type { FreshDatabase, TestDatabase } from './test-database.js';

export function mariadbDatabase(state: ServiceState): TestDatabase {
  async function createEmpty(): Promise<FreshDatabase> {
    if (!state.available) throw new Error(`There is no MariaDB: ${state.reason}.`);
    const name = databaseName();
    const create = `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`;
    await withConnection(state.url, (connection) => connection.query(create));
    const url = urlOfDatabase(state.url, name);
    return {
      options: { type: 'mariadb', url, charset: 'utf8mb4', timezone: 'Z' },
      url,
      drop: () =>
        withConnection(state.url, async (connection) => {
          await connection.query(`DROP DATABASE IF EXISTS ${name}`);
        }),
    };
  }
  const reused = new ReusedDatabases(createEmpty, (url) => withConnection(url, empty));
  return {
    kind: 'mariadb',
    title: 'MariaDB',
    available: state.available,
    createEmpty,
    async create() {
      // Nothing may stay behind on a server that outlives the run.
      if (state.available && state.isPrivate) return reused.create();
      const fresh = await createEmpty();
      await makeTables(fresh.options);
      return fresh;
    },
  };
}

const OTHER_CONNECTIONS = `
  SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()`;

const TABLES = `
  SELECT table_name AS name, auto_increment AS next, data_length AS bytes FROM information_schema.tables
  WHERE table_schema = database() AND table_type = 'BASE TABLE' AND table_name <> 'migrations'`;

/** Above this, deleting the rows takes longer than new tables. */
const MOST_BYTES = 1024 * 1024;

const SCHEMA = `
  SELECT md5(group_concat(line ORDER BY line)) AS \`schema\` FROM (
    SELECT concat_ws(' ', table_name, create_time, create_options) AS line
      FROM information_schema.tables WHERE table_schema = database() AND auto_increment IS NULL
    UNION ALL SELECT concat_ws(' ', table_name, column_name, column_type, is_nullable, column_default, collation_name)
      FROM information_schema.columns WHERE table_schema = database()
    UNION ALL SELECT concat_ws(' ', table_name, index_name, seq_in_index, column_name, non_unique)
      FROM information_schema.statistics WHERE table_schema = database()
    UNION ALL SELECT concat_ws(' ', table_name, constraint_name)
      FROM information_schema.table_constraints WHERE constraint_schema = database()
    UNION ALL SELECT concat_ws(' ', trigger_name, created)
      FROM information_schema.triggers WHERE trigger_schema = database()
  ) \`lines\``;

async function empty(connection: Connection): Promise<string | undefined> {
  let others: RowDataPacket[] = [];
  const isAlone = await isLeftAlone(async () => {
    [others] = await connection.query<RowDataPacket[]>(OTHER_CONNECTIONS);
    return others.length === 0;
  });
  // It may have ended by itself in the meantime.
  for (const { id } of others) await connection.query(`KILL ${id}`).catch(() => undefined);
  if (!isAlone) return undefined;
  const [tables] = await connection.query<RowDataPacket[]>(TABLES);
  if (tables.some(({ bytes }) => bytes > MOST_BYTES)) return undefined;
  await connection.query('SET foreign_key_checks = 0, group_concat_max_len = 1000000');
  for (const { name, next } of tables) {
    // Truncating is slow, and the only quick way to restart a table's ids.
    await connection.query(`${next > 1 ? 'TRUNCATE TABLE' : 'DELETE FROM'} \`${name}\``);
  }
  const [[row]] = await connection.query<RowDataPacket[]>(SCHEMA);
  return row?.['schema'];
}

async function withConnection<T>(url: string, action: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection(url);
  try {
    return await action(connection);
  } finally {
    await connection.end();
  }
}
