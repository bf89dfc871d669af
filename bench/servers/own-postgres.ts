import { readdirSync } from 'node:fs';
import { Client } from 'pg';
import { OwnServer, serverProgram } from './own-server.js';

const VERSIONS = '/usr/lib/postgresql';

/** What is measured is not the disk. */
const SETTINGS = [
  'fsync=off',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=256MB',
  'max_wal_size=512MB',
  'shared_preload_libraries=pg_stat_statements',
];

/** A Postgres server that one measurement alone uses, and may restart. */
export class OwnPostgres implements AsyncDisposable {
  readonly kind = 'postgres';

  private constructor(readonly server: OwnServer) {}

  /** @param roomMb has its data on a file system in memory of this size, where we may mount one */
  static async start(roomMb?: number): Promise<OwnPostgres> {
    const directories = binaries();
    const [initdb, program] = [serverProgram('initdb', ...directories), serverProgram('postgres', ...directories)];
    const server = await OwnServer.start(
      {
        name: 'postgres',
        account: 'postgres',
        // Immediate shutdown; a kill would leave its shared memory behind.
        end: 'SIGQUIT',
        prepare: (data) => [initdb, '-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
        command: (data, port) => [
          program,
          '-D',
          data,
          '-p',
          String(port),
          ...SETTINGS.flatMap((setting) => ['-c', setting]),
        ],
        ping: (port) => queryOnce(urlOf(port), 'SELECT 1'),
      },
      roomMb,
    );
    return new OwnPostgres(server);
  }

  get url(): string {
    return urlOf(this.server.port);
  }

  /** Runs a statement on a connection of its own. */
  query<Row extends object>(statement: string): Promise<Row[]> {
    return queryOnce<Row>(this.url, statement);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

const urlOf = (port: number): string => `postgres://bench@127.0.0.1:${port}/postgres`;

/** Where Debian puts the programs, newest version first. */
function binaries(): string[] {
  try {
    const versions = readdirSync(VERSIONS).toSorted((one, other) => Number(other) - Number(one));
    return versions.map((version) => `${VERSIONS}/${version}/bin`);
  } catch {
    return []; // elsewhere they are on the path
  }
}

async function queryOnce<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // Whoever restarts the server breaks the connection, and the query's own rejection says so.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<Row>(statement);
    return rows;
  } finally {
    await client.end().catch(() => {});
  }
}
