import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

/** Indexes by which conversations are listed: by label, by who they are assigned to, and those with unread messages. */
export class WhatsAppConversationLists1796774400000 implements MigrationInterface {
  readonly name = 'WhatsAppConversationLists1796774400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndices(tableOf(runner), indices());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndices(tableOf(runner), indices());
  }
}

const indices = (): TableIndex[] => [
  new TableIndex({ columnNames: ['workspace_id', 'label', 'last_message_at', 'id'] }),
  new TableIndex({ columnNames: ['workspace_id', 'assigned_to', 'last_message_at', 'id'] }),
  new TableIndex({ columnNames: ['workspace_id', 'unread_count'] }),
];

const tableOf = ({ connection }: QueryRunner): string =>
  `${connection.options.entityPrefix ?? ''}whatsapp_conversations`;
