import { Client } from 'pg';
import type { ServiceState } from '../services/service.js';
import { databaseName, urlOfDatabase } from './database-name.js';
import { makeTables } from './make-tables.js';
import { isLeftAlone, ReusedDatabases } from './reused-databases.js';
import type { FreshDatabase, TestDatabase } from './test-database.js';

export function postgresDatabase(state: ServiceState): TestDatabase {
  async function createEmpty(): Promise<FreshDatabase> {
    if (!state.available) throw new Error(`There is no PostgreSQL: ${state.reason}.`);
    const name = databaseName();
    await withClient(state.url, (client) => client.query(`CREATE DATABASE ${name}`));
    const url = urlOfDatabase(state.url, name);
    return {
      options: { type: 'postgres', url },
      url,
      drop: () =>
        withClient(state.url, async (client) => {
          await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        }),
    };
  }
  const reused = new ReusedDatabases(createEmpty, (url) => withClient(url, empty));
  return {
    kind: 'postgres',
    title: 'PostgreSQL',
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
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`;

const OTHERS = `
  SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;

const USERS = `NOT IN ('pg_catalog', 'pg_toast', 'information_schema')`;

const LARGEST_TABLE = `
  SELECT max(pg_relation_size(c.oid))::int AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname ${USERS}`;

/** Deleted rows keep their place, so large tables are not worth keeping. */
const MOST_BYTES = 1024 * 1024;

const DELETE_ROWS = `
  DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica; -- ignores foreign keys
    FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
      WHERE schemaname ${USERS} AND tablename <> 'migrations'
    LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
      FROM pg_sequences WHERE sequencename <> 'migrations_id_seq';
  END $$`;

const SCHEMA = `
  WITH tables AS (
    SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname ${USERS}
  )
  SELECT md5(string_agg(line, ',' ORDER BY line)) AS schema FROM (
    SELECT concat_ws(' ', 'relation', oid, relname, relchecks, relhasrules, reloptions) AS line FROM tables
    UNION ALL SELECT concat_ws(' ', 'column', attrelid, attname, atttypid, atttypmod, attnotnull, atthasdef)
      FROM pg_attribute JOIN tables ON tables.oid = attrelid
    UNION ALL SELECT concat_ws(' ', 'constraint', oid, conname) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', 'trigger', oid, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', 'function', oid) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', 'schema', oid) FROM pg_namespace WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', 'setting', setrole, setconfig::text) FROM pg_db_role_setting
      JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database()
  ) lines`;

async function empty(client: Client): Promise<string | undefined> {
  if (!(await isLeftAlone(async () => (await client.query(OTHERS)).rowCount === 0))) {
    await client.query(OTHER_CONNECTIONS);
    return undefined;
  }
  const { rows: sizes } = await client.query<{ bytes: number }>(LARGEST_TABLE);
  if ((sizes[0]?.bytes ?? 0) > MOST_BYTES) return undefined;
  await client.query(DELETE_ROWS);
  const { rows: schemas } = await client.query<{ schema: string }>(SCHEMA);
  return schemas[0]?.schema;
}

async function withClient<T>(url: string, action: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await action(client);
  } finally {
    await client.end();
  }
}
