import { createConnection } from 'mysql2/promise';
import { OwnServer, serverProgram } from './own-server.js';

/** What is measured is not the disk; but what was committed outlives the server's process, however that ends. */
const SETTINGS = [
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-doublewrite=0',
  '--innodb-flush-method=nosync',
  '--innodb-buffer-pool-size=256M',
  '--skip-log-bin',
  '--skip-name-resolve',
  '--character-set-server=utf8mb4',
  '--default-time-zone=+00:00',
  '--max-connections=200',
];

const INSTALLATION = ['--auth-root-authentication-method=normal', '--skip-test-db'];

/** A MariaDB server that one measurement alone uses, and may restart. */
export class OwnMariaDb implements AsyncDisposable {
  readonly kind = 'mariadb';

  private constructor(readonly server: OwnServer) {}

  /** @param roomMb has its data on a file system in memory of this size, where we may mount one */
  static async start(roomMb?: number): Promise<OwnMariaDb> {
    const server = await OwnServer.start(
      {
        name: 'mariadb',
        account: 'mysql',
        end: 'SIGKILL',
        prepare: (data) => ['mariadb-install-db', '--no-defaults', `--datadir=${data}`, ...INSTALLATION, ...SETTINGS],
        command: (data, port) => [
          serverProgram('mariadbd', '/usr/sbin', '/usr/local/sbin', '/usr/libexec'),
          '--no-defaults',
          `--datadir=${data}`,
          '--bind-address=127.0.0.1',
          `--port=${port}`,
          // Relative to the data directory: a socket's full path may hold some hundred characters only.
          '--socket=mariadb.sock',
          '--pid-file=mariadb.pid',
          ...SETTINGS,
        ],
        ping: (port) => queryOnce(`mariadb://root@127.0.0.1:${port}/mysql`, 'SELECT 1'),
      },
      roomMb,
    );
    const mariadb = new OwnMariaDb(server);
    await mariadb.query('CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci', 'mysql');
    // Not root, who may write where nobody else may.
    await mariadb.query("CREATE USER bench@'127.0.0.1'", 'mysql');
    await mariadb.query("GRANT ALL ON bench.* TO bench@'127.0.0.1'", 'mysql');
    return mariadb;
  }

  /** For those who are measured. */
  get url(): string {
    return `mariadb://bench@127.0.0.1:${this.server.port}/bench`;
  }

  /** Runs a statement, as root and on a connection of its own. */
  query<Row extends object>(statement: string, database = 'bench'): Promise<Row[]> {
    return queryOnce<Row>(`mariadb://root@127.0.0.1:${this.server.port}/${database}`, statement);
  }

  /** Runs statements one after the other on one connection, as root. */
  async together(...statements: readonly string[]): Promise<void> {
    const connection = await createConnection(`mariadb://root@127.0.0.1:${this.server.port}/bench`);
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      connection.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

async function queryOnce<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const connection = await createConnection({ uri: url, connectTimeout: 5_000, timezone: 'Z' });
  // Whoever restarts the server breaks the connection, and the query's own rejection says so.
  connection.on('error', () => {});
  try {
    const [rows] = await connection.query(statement);
    return Array.isArray(rows) ? rows.map((row): Row => Object.assign(Object.create(null), row)) : [];
  } finally {
    connection.destroy();
  }
}
