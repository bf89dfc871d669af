import { Client } from 'pg';
import { findProgram, versionedDirectories } from './find-program.js';
import { dataIn, startPrivateServer } from './private-server.js';
import { serverAccount } from './server-account.js';
import type { Service } from './service.js';

async function ping(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end();
  }
}

/** Debian keeps PostgreSQL's server programs off the `PATH`. */
async function programs(): Promise<{ initdb: string; server: string } | undefined> {
  const directories = await versionedDirectories('/usr/lib/postgresql');
  const [initdb, server] = await Promise.all([
    findProgram('initdb', directories),
    findProgram('postgres', directories),
  ]);
  return initdb && server ? { initdb, server } : undefined;
}

const cluster = ['-U', 'whatsapp', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];

/** The command that makes a cluster. */
export const initialize = (initdb: string, data: string): readonly string[] => [initdb, '-D', data, ...cluster];

const settings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=300',
  'shared_buffers=64MB',
  'timezone=UTC',
];

export const postgres: Service = {
  name: 'postgres',
  title: 'PostgreSQL',
  urlVariable: 'TEST_POSTGRES_URL',
  install: 'apt-get install -y postgresql',
  ping,
  isInstalled: async () => (await programs()) !== undefined,
  async start() {
    const found = await programs();
    if (!found) throw new Error('initdb and postgres were not found.');
    const account = await serverAccount('postgres');
    return startPrivateServer({
      name: 'postgres',
      account,
      // Immediate shutdown; a kill would leave its shared memory behind.
      signal: 'SIGQUIT',
      prepare: (data) => initialize(found.initdb, data),
      server: (directory, port) => [
        found.server,
        '-D',
        dataIn(directory),
        '-p',
        String(port),
        ...settings.flatMap((setting) => ['-c', setting]),
      ],
      url: (port) => `postgres://whatsapp@127.0.0.1:${port}/postgres`,
      ping,
    });
  },
};
