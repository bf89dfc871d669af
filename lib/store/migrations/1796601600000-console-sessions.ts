import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns, primary } from './portable-columns.js';

/** Sessions of people who signed in to the console. */
export class WhatsAppConsoleSessions1796601600000 implements MigrationInterface {
  readonly name = 'WhatsAppConsoleSessions1796601600000';

  async up(runner: QueryRunner): Promise<void> {
    const { string, integer, bigint } = portableColumns(runner);
    await runner.createTable(
      new Table({
        name: tableOf(runner),
        columns: [string('token_hash', 64, primary), integer('api_key_id'), bigint('created_at'), bigint('expires_at')],
        indices: [{ columnNames: ['expires_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableOf(runner));
  }
}

const tableOf = ({ connection }: QueryRunner): string =>
  `${connection.options.entityPrefix ?? ''}whatsapp_console_sessions`;
