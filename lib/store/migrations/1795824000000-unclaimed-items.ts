import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns } from './portable-columns.js';

/** Items of webhooks about accounts that are not configured, until they are. */
export class WhatsAppUnclaimedItems1795824000000 implements MigrationInterface {
  readonly name = 'WhatsAppUnclaimedItems1795824000000';

  async up(runner: QueryRunner): Promise<void> {
    const { generatedId, string, text, bigint } = portableColumns(runner);
    await runner.createTable(
      new Table({
        name: tableOf(runner),
        columns: [
          generatedId(),
          string('secret_id', 64),
          string('business_account_id', 64),
          text('item'),
          bigint('received_at'),
        ],
        indices: [{ columnNames: ['secret_id', 'business_account_id'] }, { columnNames: ['received_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableOf(runner));
  }
}

const tableOf = ({ connection }: QueryRunner): string =>
  `${connection.options.entityPrefix ?? ''}whatsapp_unclaimed_items`;
