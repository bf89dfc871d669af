import { createConnection } from 'mysql2/promise';
import { findProgram } from './find-program.js';
import { dataIn, startPrivateServer } from './private-server.js';
import { serverAccount } from './server-account.js';
import type { Service } from './service.js';

async function ping(url: string): Promise<void> {
  const connection = await createConnection({ uri: url, connectTimeout: 5_000 });
  try {
    await connection.ping();
  } finally {
    await connection.end();
  }
}

const directories = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec'];

async function programs(): Promise<{ install: string; server: string } | undefined> {
  const [install, server] = await Promise.all([
    findProgram('mariadb-install-db'),
    findProgram('mariadbd', directories),
  ]);
  return install && server ? { install, server } : undefined;
}

const storage = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--innodb-flush-method=nosync',
  '--innodb-buffer-pool-size=64M',
  '--innodb-log-file-size=16M',
  '--skip-log-bin',
  '--skip-name-resolve',
];

const network = (port: number) => [
  '--bind-address=127.0.0.1',
  `--port=${port}`,
  // Relative to the data directory: a socket's full path may hold some hundred characters only.
  '--socket=mariadb.sock',
  '--pid-file=mariadb.pid',
  '--max-connections=300',
];

const defaults = ['--character-set-server=utf8mb4', '--default-time-zone=+00:00'];
const installation = ['--auth-root-authentication-method=normal', '--skip-test-db'];

export const mariadb: Service = {
  name: 'mariadb',
  title: 'MariaDB',
  urlVariable: 'TEST_MARIADB_URL',
  install: 'apt-get install -y mariadb-server',
  ping,
  isInstalled: async () => (await programs()) !== undefined,
  async start() {
    const found = await programs();
    if (!found) throw new Error('mariadb-install-db and mariadbd were not found.');
    const account = await serverAccount('mysql');
    return startPrivateServer({
      name: 'mariadb',
      account,
      signal: 'SIGKILL',
      prepare: (data) => [found.install, '--no-defaults', `--datadir=${data}`, ...installation, ...storage],
      server: (directory, port) => [
        found.server,
        '--no-defaults',
        `--datadir=${dataIn(directory)}`,
        ...storage,
        ...network(port),
        ...defaults,
      ],
      url: (port) => `mariadb://root@127.0.0.1:${port}/mysql`,
      ping,
    });
  },
};
