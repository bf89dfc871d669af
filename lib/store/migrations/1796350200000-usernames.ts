import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import { addNullableColumns, dropAddedColumns, portableColumns } from './portable-columns.js';

/** Adds the usernames of business phone numbers. */
export class WhatsAppUsernames1796350200000 implements MigrationInterface {
  readonly name = 'WhatsAppUsernames1796350200000';

  async up(runner: QueryRunner): Promise<void> {
    await addNullableColumns(runner, numbersOf(runner), columnsOf(runner));
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropAddedColumns(runner, numbersOf(runner), columnsOf(runner));
  }
}

function columnsOf(runner: QueryRunner): readonly TableColumnOptions[] {
  const { string, bigint } = portableColumns(runner);
  return [string('username', 64), string('username_status', 64), bigint('username_at')];
}

const numbersOf = ({ connection }: QueryRunner): string =>
  `${connection.options.entityPrefix ?? ''}whatsapp_phone_numbers`;
