import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns, primary } from './portable-columns.js';

/** The volume tiers that Meta reports. */
export class WhatsAppVolumeTiers1796083200000 implements MigrationInterface {
  readonly name = 'WhatsAppVolumeTiers1796083200000';

  async up(runner: QueryRunner): Promise<void> {
    const { integer, string, bigint } = portableColumns(runner);
    await runner.createTable(
      new Table({
        name: tableOf(runner),
        columns: [
          integer('account_id', primary),
          string('effective_month', 7, primary),
          string('pricing_category', 64, primary),
          string('region', 64, primary),
          string('tier', 32, primary),
          bigint('tier_update_time'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableOf(runner));
  }
}

const tableOf = ({ connection }: QueryRunner): string =>
  `${connection.options.entityPrefix ?? ''}whatsapp_volume_tiers`;
