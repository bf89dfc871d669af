import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns, primary } from './portable-columns.js';

/** What happened within the last minutes, and who listens, where there is no Redis. */
export class WhatsAppStream1796775600000 implements MigrationInterface {
  readonly name = 'WhatsAppStream1796775600000';

  async up(runner: QueryRunner): Promise<void> {
    const { integer, bigint, text } = portableColumns(runner);
    await runner.createTable(
      new Table({
        name: tableOf(runner, 'whatsapp_stream_entries'),
        columns: [bigint('id', primary), integer('workspace_id'), text('event'), bigint('created_at')],
      }),
    );
    await runner.createTable(
      new Table({
        name: tableOf(runner, 'whatsapp_stream_listeners'),
        columns: [integer('workspace_id', primary), bigint('listened_until')],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableOf(runner, 'whatsapp_stream_listeners'));
    await runner.dropTable(tableOf(runner, 'whatsapp_stream_entries'));
  }
}

const tableOf = ({ connection }: QueryRunner, name: string): string =>
  `${connection.options.entityPrefix ?? ''}${name}`;
