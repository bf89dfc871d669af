import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import { addNullableColumns, dropAddedColumns, portableColumns } from './portable-columns.js';

/** Adds what people are known by besides number and user id: their id for the parent business, and their username. */
export class WhatsAppIdentities1796090400000 implements MigrationInterface {
  readonly name = 'WhatsAppIdentities1796090400000';

  async up(runner: QueryRunner): Promise<void> {
    const contacts = contactsOf(runner);
    await addNullableColumns(runner, contacts, columnsOf(runner));
    await runner.query(
      `UPDATE ${runner.connection.driver.escape(contacts)} SET parent_user_id = user_id, user_id = NULL ` +
        `WHERE user_id LIKE '__.ENT.%'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropAddedColumns(runner, contactsOf(runner), columnsOf(runner));
  }
}

function columnsOf(runner: QueryRunner): readonly TableColumnOptions[] {
  const { string, bigint } = portableColumns(runner);
  return [string('parent_user_id', 160), string('username', 255), bigint('username_at'), bigint('profile_name_at')];
}

const contactsOf = ({ connection }: QueryRunner): string => `${connection.options.entityPrefix ?? ''}whatsapp_contacts`;
