import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds how far an account has joined Meta's Marketing Messages API, and how a bulk send wants marketing sent. */
export class WhatsAppMarketingMessages1796256000000 implements MigrationInterface {
  readonly name = 'WhatsAppMarketingMessages1796256000000';

  // Not `addColumns`: on SQLite it would copy the tables.
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, name, type] of columnsOf(runner)) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${name} ${type} NULL`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, name] of columnsOf(runner)) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  }
}

type AddedColumn = readonly [table: string, name: string, type: string];

function columnsOf({ connection: { driver, options } }: QueryRunner): readonly AddedColumn[] {
  const isMySql = options.type === 'mysql' || options.type === 'mariadb';
  const text = isMySql ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : '';
  const table = (name: string): string => driver.escape(`${options.entityPrefix ?? ''}whatsapp_${name}`);
  return [
    [table('business_accounts'), 'marketing_status', `varchar(64)${text}`],
    [table('business_accounts'), 'marketing_off_on_cloud_api', isMySql ? 'tinyint' : 'boolean'],
    [table('business_accounts'), 'marketing_read_at', 'bigint'],
    [table('bulk_sends'), 'marketing', `text${text}`],
  ];
}
