import { type MigrationInterface, type QueryRunner, Table, TableColumn, TableIndex, type TableOptions } from 'typeorm';
import { nullable, portableColumns, primary } from './portable-columns.js';

/** Bulk sends with their chunks, the processes that send them, what paces them, and their columns of the messages. */
export class WhatsAppBulkSends1795219200000 implements MigrationInterface {
  readonly name = 'WhatsAppBulkSends1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    const { entityPrefix = '' } = runner.connection.options;
    for (const table of tables(runner)) await runner.createTable(new Table(prefixed(table, entityPrefix)));
    const messages = `${entityPrefix}whatsapp_messages`;
    await runner.addColumns(messages, messageColumns(runner));
    await runner.createIndices(messages, messageIndices());
  }

  async down(runner: QueryRunner): Promise<void> {
    const { entityPrefix = '' } = runner.connection.options;
    const messages = `${entityPrefix}whatsapp_messages`;
    const table = await runner.getTable(messages);
    const added = new Set(messageIndices().map(({ columnNames }) => columnNames.join()));
    const indices = table?.indices.filter(({ columnNames }) => added.has(columnNames.join())) ?? [];
    await runner.dropIndices(messages, indices);
    await runner.dropColumns(messages, messageColumns(runner));
    for (const { name } of tables(runner).toReversed()) await runner.dropTable(entityPrefix + name);
  }
}

function messageColumns(runner: QueryRunner): TableColumn[] {
  const { integer, bigint, string } = portableColumns(runner);
  return [
    integer('retries', { default: 0 }),
    bigint('next_attempt_at', nullable),
    string('bulk_send_id', 36, nullable),
    integer('seq', nullable),
  ].map((column) => new TableColumn(column));
}

const messageIndices = (): TableIndex[] => [
  new TableIndex(index('bulk_send_id', 'seq')),
  new TableIndex(index('phone_number_id', 'recipient_phone', 'created_at')),
];

function tables(runner: QueryRunner): TableOptions[] {
  const { generatedId, integer, bigint, boolean, string, text } = portableColumns(runner);
  const count = (name: string) => integer(name, { default: 0 });
  return [
    {
      name: 'whatsapp_bulk_sends',
      columns: [
        string('id', 36, primary),
        string('task_id', 36),
        integer('workspace_id'),
        integer('account_id'),
        string('phone_number_id', 64),
        integer('template_id'),
        string('template_name', 512),
        string('template_language', 32),
        string('template_category', 64),
        boolean('carries_code'),
        string('name', 255, nullable),
        string('status', 16),
        string('accepted_by', 32),
        count('total_recipients'),
        count('unique_recipients'),
        count('sent_count'),
        count('delivered_count'),
        count('read_count'),
        count('failed_count'),
        count('unconfirmed_count'),
        text('failures'),
        count('streak'),
        string('streak_code', 64, nullable),
        string('waiting_reason', 32, nullable),
        bigint('waiting_until', nullable),
        text('waiting_message', nullable),
        text('acceptance', nullable),
        integer('api_key_id', nullable),
        string('api_key_name', 255, nullable),
        string('idempotency_key', 64, nullable),
        string('idempotency_fingerprint', 64, nullable),
        bigint('scheduled_at', nullable),
        bigint('created_at'),
        bigint('served_at', nullable),
        bigint('started_at', nullable),
        bigint('completed_at', nullable),
      ],
      indices: [unique('idempotency_key'), index('status', 'completed_at'), index('workspace_id', 'created_at')],
    },
    {
      name: 'whatsapp_bulk_chunks',
      columns: [
        generatedId(),
        string('bulk_send_id', 36),
        integer('from_seq'),
        integer('to_seq'),
        bigint('due_at'),
        string('process_id', 32, nullable),
        count('epoch'),
      ],
      indices: [unique('bulk_send_id', 'from_seq'), index('process_id')],
    },
    {
      name: 'whatsapp_processes',
      columns: [string('id', 32, primary), bigint('beat'), boolean('is_worker'), bigint('started_at')],
    },
    {
      name: 'whatsapp_number_leases',
      columns: [string('phone_number_id', 64, primary), string('process_id', 32)],
    },
    {
      name: 'whatsapp_sending_pauses',
      columns: [
        string('scope', 8, primary),
        string('subject_id', 64, primary),
        string('code', 64, nullable),
        text('message'),
        bigint('since'),
        bigint('until', nullable),
      ],
    },
    {
      name: 'whatsapp_budgets',
      columns: [string('portfolio_id', 80, primary), bigint('counted_since')],
    },
    {
      name: 'whatsapp_budget_entries',
      columns: [string('portfolio_id', 80, primary), string('recipient', 32, primary), bigint('counted_at')],
      indices: [index('portfolio_id', 'counted_at')],
    },
  ];
}

const unique = (...columnNames: string[]) => ({ columnNames, isUnique: true });
const index = (...columnNames: string[]) => ({ columnNames });

const prefixed = (table: TableOptions, prefix: string): TableOptions => ({ ...table, name: prefix + table.name });
