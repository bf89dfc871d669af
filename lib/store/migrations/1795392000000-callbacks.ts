import { type MigrationInterface, type QueryRunner, Table, TableColumn, type TableOptions } from 'typeorm';
import { dialectOf } from '../dialect.js';
import { nullable, portableColumns, primary } from './portable-columns.js';

/** Callbacks and their deliveries, when an account's last webhook came, and what a workspace files about its contacts. */
export class WhatsAppCallbacks1795392000000 implements MigrationInterface {
  readonly name = 'WhatsAppCallbacks1795392000000';

  async up(runner: QueryRunner): Promise<void> {
    const { entityPrefix = '' } = runner.connection.options;
    await runner.addColumns(`${entityPrefix}whatsapp_contacts`, contactColumns(runner));
    for (const table of tables(runner)) {
      await runner.createTable(new Table({ ...table, name: entityPrefix + table.name }));
    }
    await addWebhookAt(runner, `${entityPrefix}whatsapp_business_accounts`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const { entityPrefix = '' } = runner.connection.options;
    await dropWebhookAt(runner, `${entityPrefix}whatsapp_business_accounts`);
    for (const { name } of tables(runner).toReversed()) await runner.dropTable(entityPrefix + name);
    await runner.dropColumns(`${entityPrefix}whatsapp_contacts`, contactColumns(runner));
  }
}

/** On SQLite TypeORM would make the table anew, and with the old one the rows that refer to it would go. */
const isSqlite = (runner: QueryRunner): boolean => dialectOf(runner.connection) === 'sqlite';

async function addWebhookAt(runner: QueryRunner, accounts: string): Promise<void> {
  if (isSqlite(runner)) await runner.query(`ALTER TABLE "${accounts}" ADD COLUMN "webhook_at" bigint`);
  else await runner.addColumn(accounts, new TableColumn(portableColumns(runner).bigint('webhook_at', nullable)));
}

async function dropWebhookAt(runner: QueryRunner, accounts: string): Promise<void> {
  if (isSqlite(runner)) await runner.query(`ALTER TABLE "${accounts}" DROP COLUMN "webhook_at"`);
  else await runner.dropColumn(accounts, 'webhook_at');
}

function contactColumns(runner: QueryRunner): TableColumn[] {
  const { bigint, string, text } = portableColumns(runner);
  const columns = [
    string('type', 16, nullable),
    string('company', 255, nullable),
    text('description', nullable),
    string('country', 64, nullable),
    text('groups', nullable),
    bigint('deleted_at', nullable),
  ];
  return columns.map((column) => new TableColumn(column));
}

function tables(runner: QueryRunner): TableOptions[] {
  const { integer, bigint, string, text } = portableColumns(runner);
  return [
    {
      name: 'whatsapp_callbacks',
      columns: [
        integer('workspace_id', primary),
        string('url', 2_048),
        text('secret'),
        text('events', nullable),
        integer('failures'),
        bigint('failing_since', nullable),
        bigint('resting_until', nullable),
        bigint('created_at'),
        bigint('updated_at'),
      ],
    },
    {
      name: 'whatsapp_callback_deliveries',
      columns: [
        string('id', 36, primary),
        integer('workspace_id'),
        string('event', 64),
        integer('contact_id', nullable),
        text('payload'),
        string('status', 16),
        integer('attempts'),
        bigint('next_attempt_at', nullable),
        integer('response_status', nullable),
        text('error', nullable),
        bigint('created_at'),
        bigint('delivered_at', nullable),
      ],
      indices: [
        { columnNames: ['workspace_id', 'created_at'] },
        { columnNames: ['workspace_id', 'next_attempt_at'], where: 'next_attempt_at IS NOT NULL' },
        { columnNames: ['contact_id'], where: 'contact_id IS NOT NULL' },
        { columnNames: ['created_at'] },
      ],
    },
  ];
}
