import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

/** The index by which failed items of webhooks are counted, listed, and found again when they fail once more. */
export class WhatsAppFailedItemLists1796860800000 implements MigrationInterface {
  readonly name = 'WhatsAppFailedItemLists1796860800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndex(tableOf(runner), index());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex(tableOf(runner), index());
  }
}

const index = (): TableIndex => new TableIndex({ columnNames: ['business_account_id', 'id'] });

const tableOf = ({ connection }: QueryRunner): string =>
  `${connection.options.entityPrefix ?? ''}whatsapp_webhook_items`;
