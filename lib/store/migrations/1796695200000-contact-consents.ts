import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { nullable, portableColumns } from './portable-columns.js';

/** What people said of marketing, one row for each time; until now the last one was kept. */
export class WhatsAppContactConsents1796695200000 implements MigrationInterface {
  readonly name = 'WhatsAppContactConsents1796695200000';

  async up(runner: QueryRunner): Promise<void> {
    const { generatedId, string, integer, bigint } = portableColumns(runner);
    const consents = tableOf(runner, 'contact_consents');
    const contacts = tableOf(runner, 'contacts');
    await runner.createTable(
      new Table({
        name: consents,
        columns: [
          generatedId(),
          integer('workspace_id'),
          integer('contact_id'),
          string('consent', 16),
          string('source', 32),
          string('entered_by', 255, nullable),
          bigint('said_at'),
          bigint('recorded_at'),
        ],
        indices: [{ columnNames: ['contact_id', 'said_at'] }],
      }),
    );
    await runner.createIndex(contacts, byConsent());
    const { driver } = runner.connection;
    await runner.query(
      `INSERT INTO ${driver.escape(consents)} (workspace_id, contact_id, consent, source, said_at, recorded_at) ` +
        `SELECT workspace_id, id, CASE WHEN opted_out_at IS NULL THEN 'opted_in' ELSE 'opted_out' END, ` +
        `COALESCE(opt_out_source, 'api'), consent_at, consent_at FROM ${driver.escape(contacts)} WHERE consent_at IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex(tableOf(runner, 'contacts'), byConsent());
    await runner.dropTable(tableOf(runner, 'contact_consents'));
  }
}

const byConsent = (): TableIndex =>
  new TableIndex({ columnNames: ['workspace_id', 'consent_at'], where: 'consent_at IS NOT NULL' });

const tableOf = ({ connection }: QueryRunner, name: string): string =>
  `${connection.options.entityPrefix ?? ''}whatsapp_${name}`;
