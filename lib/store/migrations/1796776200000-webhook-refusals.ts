import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns, primary } from './portable-columns.js';

/** Webhooks with a signature that is missing or wrong, counted by hour. */
export class WhatsAppWebhookRefusals1796776200000 implements MigrationInterface {
  readonly name = 'WhatsAppWebhookRefusals1796776200000';

  async up(runner: QueryRunner): Promise<void> {
    const { integer, bigint } = portableColumns(runner);
    await runner.createTable(
      new Table({
        name: tableOf(runner),
        columns: [integer('hour', primary), integer('refused'), bigint('last_at')],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableOf(runner));
  }
}

const tableOf = ({ connection }: QueryRunner): string =>
  `${connection.options.entityPrefix ?? ''}whatsapp_webhook_refusals`;
