import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds what Meta reports of the price of a message. */
export class WhatsAppPricing1795996800000 implements MigrationInterface {
  readonly name = 'WhatsAppPricing1795996800000';

  // Not `addColumns`: on SQLite it would copy the largest table there is.
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of columnsOf(runner)) {
      await runner.query(`ALTER TABLE ${messagesOf(runner)} ADD COLUMN ${name} ${type} NULL`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of columnsOf(runner)) {
      await runner.query(`ALTER TABLE ${messagesOf(runner)} DROP COLUMN ${name}`);
    }
  }
}

function columnsOf({ connection }: QueryRunner): readonly (readonly [name: string, type: string])[] {
  const { type } = connection.options;
  const isMySql = type === 'mysql' || type === 'mariadb';
  const string = (length: number) => `varchar(${length})${isMySql ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : ''}`;
  return [
    ['pricing_billable', isMySql ? 'tinyint' : 'boolean'],
    ['pricing_model', string(64)],
    ['pricing_type', string(64)],
    ['pricing_category', string(64)],
    ['pricing_country', string(2)],
    ['conversation_origin', string(64)],
  ];
}

const messagesOf = ({ connection: { driver, options } }: QueryRunner): string =>
  driver.escape(`${options.entityPrefix ?? ''}whatsapp_messages`);
