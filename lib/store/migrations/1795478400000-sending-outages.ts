import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns, primary } from './portable-columns.js';

const TABLE = 'whatsapp_sending_outages';

/** Phone numbers for which Meta gives no answers at present. */
export class WhatsAppSendingOutages1795478400000 implements MigrationInterface {
  readonly name = 'WhatsAppSendingOutages1795478400000';

  async up(runner: QueryRunner): Promise<void> {
    const { entityPrefix = '' } = runner.connection.options;
    const { integer, bigint, string, text } = portableColumns(runner);
    const columns = [
      string('phone_number_id', 64, primary),
      text('message'),
      bigint('since'),
      integer('trials'),
      bigint('next_trial_at'),
    ];
    await runner.createTable(new Table({ name: entityPrefix + TABLE, columns }));
  }

  async down(runner: QueryRunner): Promise<void> {
    const { entityPrefix = '' } = runner.connection.options;
    await runner.dropTable(entityPrefix + TABLE);
  }
}
