import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns, primary } from './portable-columns.js';

/** What workspaces and bulk sends may spend. */
export class WhatsAppSpendingBudgets1796342400000 implements MigrationInterface {
  readonly name = 'WhatsAppSpendingBudgets1796342400000';

  async up(runner: QueryRunner): Promise<void> {
    const { integer, string, bigint } = portableColumns(runner);
    await runner.createTable(
      new Table({
        name: tableOf(runner),
        columns: [
          string('scope', 9, primary),
          string('subject_id', 36, primary),
          string('currency', 3, primary),
          integer('workspace_id'),
          bigint('limit_amount'),
          string('budget_month', 7),
          bigint('used_amount'),
          bigint('wanted_amount'),
          bigint('counted_at'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableOf(runner));
  }
}

const tableOf = ({ connection }: QueryRunner): string =>
  `${connection.options.entityPrefix ?? ''}whatsapp_spending_budgets`;
