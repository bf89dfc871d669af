import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

/** Indexes by which messages are listed: those that failed, and those of a template. */
export class WhatsAppMessageLists1796688000000 implements MigrationInterface {
  readonly name = 'WhatsAppMessageLists1796688000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndices(tableOf(runner), indices());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndices(tableOf(runner), indices());
  }
}

const indices = (): TableIndex[] => [
  new TableIndex({ columnNames: ['workspace_id', 'failed_at'], where: 'failed_at IS NOT NULL' }),
  new TableIndex({ columnNames: ['workspace_id', 'template_name', 'created_at'], where: 'template_name IS NOT NULL' }),
];

const tableOf = ({ connection }: QueryRunner): string => `${connection.options.entityPrefix ?? ''}whatsapp_messages`;
