import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { nullable, portableColumns } from './portable-columns.js';

/** Links that show one list of conversations in a frame. */
export class WhatsAppConsoleLinks1796775000000 implements MigrationInterface {
  readonly name = 'WhatsAppConsoleLinks1796775000000';

  async up(runner: QueryRunner): Promise<void> {
    const { generatedId, string, text, bigint } = portableColumns(runner);
    await runner.createTable(
      new Table({
        name: tableOf(runner),
        columns: [
          generatedId(),
          string('token_hash', 64),
          string('workspace', 63),
          string('phone_number_id', 64, nullable),
          string('label', 255, nullable),
          string('assigned_to', 255, nullable),
          text('abilities'),
          bigint('created_at'),
          bigint('expires_at'),
        ],
        indices: [
          { columnNames: ['token_hash'], isUnique: true },
          { columnNames: ['workspace', 'expires_at'] },
          { columnNames: ['expires_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableOf(runner));
  }
}

const tableOf = ({ connection }: QueryRunner): string =>
  `${connection.options.entityPrefix ?? ''}whatsapp_console_links`;
