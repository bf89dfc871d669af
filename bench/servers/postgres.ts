import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { databaseUrl } from '../settings.js';

/** A database that one measurement alone uses. */
export class Database implements AsyncDisposable {
  private constructor(
    readonly url: string,
    private readonly name: string,
    private readonly client: Client,
  ) {}

  static async create(): Promise<Database> {
    const name = `whatsapp_bench_${randomBytes(6).toString('hex')}`;
    await onServer(`CREATE DATABASE ${name}`);
    const url = new URL(databaseUrl);
    url.pathname = `/${name}`;
    const client = new Client({ connectionString: url.href });
    await client.connect();
    return new Database(url.href, name, client);
  }

  /** Runs a statement and returns its rows. */
  async query<Row extends object>(statement: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.client.query<Row>(statement, [...parameters]);
    return rows;
  }

  /** How many rows of a table have been sent and carry Meta's id. */
  async sentRows(table: string): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(
      `SELECT count(*) FROM ${table} WHERE status = 'sent' AND wamid IS NOT NULL`,
    );
    return Number(rows[0]?.count);
  }

  /** How many messages Meta has taken, whatever it reported since. */
  async settledRows(): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(
      'SELECT count(*) FROM whatsapp_messages WHERE sent_at IS NOT NULL',
    );
    return Number(rows[0]?.count);
  }

  /** How many messages of a number the counters of its bulk sends and the rows themselves both have as read. */
  async readRows(phoneNumberId: string): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(
      `SELECT least(
         (SELECT count(*) FROM whatsapp_messages WHERE phone_number_id = $1 AND status = 'read'),
         (SELECT sum(read_count) FROM whatsapp_bulk_sends WHERE phone_number_id = $1)
       ) AS count`,
      [phoneNumberId],
    );
    return Number(rows[0]?.count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end();
    await onServer(`DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

export async function postgresVersion(): Promise<string> {
  const [row] = await onServer('SHOW server_version');
  return row?.['server_version']?.split(' ', 1)[0] ?? 'unknown';
}

async function onServer(statement: string): Promise<Record<string, string>[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, string>>(statement);
    return rows;
  } finally {
    await client.end();
  }
}
