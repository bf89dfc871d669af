import { type MigrationInterface, type QueryRunner, Table, type TableIndexOptions, type TableOptions } from 'typeorm';
import { nullable, portableColumns, primary } from './portable-columns.js';

/** Workspaces, API keys, business accounts, phone numbers, templates and messages. */
export class WhatsAppInitial1795132800000 implements MigrationInterface {
  // The host may rename or minify classes; TypeORM distinguishes migrations by this.
  readonly name = 'WhatsAppInitial1795132800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner)) await runner.createTable(new Table(prefixed(table, runner)));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables(runner).toReversed()) await runner.dropTable(prefixed(table, runner).name);
  }
}

function tables(runner: QueryRunner): TableOptions[] {
  const { generatedId, integer, bigint, boolean, string, text } = portableColumns(runner);
  return [
    {
      name: 'whatsapp_installation',
      columns: [integer('id', primary), string('installation_id', 16)],
    },
    {
      name: 'whatsapp_sequences',
      columns: [string('name', 64, primary), bigint('next_id')],
    },
    {
      name: 'whatsapp_workspaces',
      columns: [
        generatedId(),
        string('name', 63),
        integer('primary_phone_number_id', nullable),
        bigint('primary_chosen_at', nullable),
        bigint('created_at'),
      ],
      indices: [unique('name')],
    },
    {
      name: 'whatsapp_api_keys',
      columns: [
        generatedId(),
        integer('workspace_id'),
        string('name', 255),
        string('key_hash', 64),
        string('hint', 32),
        text('abilities'),
        bigint('created_at'),
        bigint('expires_at', nullable),
        bigint('revoked_at', nullable),
        bigint('last_used_at', nullable),
      ],
      indices: [unique('key_hash'), index('workspace_id')],
      foreignKeys: [belongsTo('workspace_id', 'whatsapp_workspaces', 'RESTRICT')],
    },
    {
      name: 'whatsapp_business_accounts',
      columns: [
        generatedId(),
        integer('workspace_id'),
        string('business_account_id', 64),
        string('name', 512, nullable),
        string('owner_business_id', 64, nullable),
        string('owner_business_name', 512, nullable),
        text('credential_encrypted', nullable),
        bigint('synced_at', nullable),
        bigint('created_at'),
      ],
      indices: [unique('business_account_id'), index('workspace_id')],
      foreignKeys: [belongsTo('workspace_id', 'whatsapp_workspaces', 'RESTRICT')],
    },
    {
      name: 'whatsapp_phone_numbers',
      columns: [
        generatedId(),
        integer('account_id'),
        string('phone_number_id', 64),
        string('display_phone_number', 64, nullable),
        string('verified_name', 512, nullable),
        string('quality_rating', 64, nullable),
        string('throughput_level', 64, nullable),
        string('messaging_limit', 64, nullable),
        string('status', 64, nullable),
        string('code_verification_status', 64, nullable),
        string('name_status', 64, nullable),
        boolean('is_on_biz_app'),
        bigint('synced_at', nullable),
        bigint('removed_at', nullable),
        bigint('created_at'),
      ],
      indices: [unique('phone_number_id'), index('account_id')],
      foreignKeys: [belongsTo('account_id', 'whatsapp_business_accounts', 'CASCADE')],
    },
    {
      name: 'whatsapp_templates',
      columns: [
        generatedId(),
        integer('account_id'),
        string('template_id', 64),
        string('name', 512),
        string('language', 32),
        string('status', 64),
        string('category', 64),
        string('parameter_format', 64),
        text('components'),
        string('quality_score', 64, nullable),
        string('rejected_reason', 64, nullable),
        bigint('synced_at'),
        bigint('created_at'),
      ],
      indices: [unique('account_id', 'name', 'language'), index('template_id')],
      foreignKeys: [belongsTo('account_id', 'whatsapp_business_accounts', 'CASCADE')],
    },
    {
      name: 'whatsapp_messages',
      columns: [
        bigint('id', primary),
        integer('workspace_id'),
        string('phone_number_id', 64),
        string('direction', 8),
        string('type', 32),
        string('status', 16),
        string('recipient_phone', 32),
        string('wa_id', 160, nullable),
        string('wamid', 255, nullable),
        integer('attempt'),
        string('template_name', 512, nullable),
        string('template_language', 32, nullable),
        string('template_category', 64, nullable),
        text('content', nullable),
        string('message_status', 64, nullable),
        string('error_code', 64, nullable),
        text('error_message', nullable),
        text('error_details', nullable),
        string('error_trace_id', 64, nullable),
        integer('api_key_id', nullable),
        string('idempotency_key', 64, nullable),
        string('idempotency_fingerprint', 64, nullable),
        bigint('lapses_at', nullable),
        bigint('created_at'),
        bigint('sent_at', nullable),
        bigint('delivered_at', nullable),
        bigint('read_at', nullable),
        bigint('played_at', nullable),
        bigint('failed_at', nullable),
      ],
      indices: [
        ofSome('idempotency_key', { isUnique: true }),
        ofSome('wamid'),
        ofSome('lapses_at'),
        index('workspace_id', 'created_at'),
        index('phone_number_id', 'sent_at'),
      ],
    },
  ];
}

const belongsTo = (column: string, table: string, onDelete: 'CASCADE' | 'RESTRICT') => ({
  columnNames: [column],
  referencedTableName: table,
  referencedColumnNames: ['id'],
  onDelete,
  onUpdate: 'RESTRICT',
});
const unique = (...columnNames: string[]) => ({ columnNames, isUnique: true });
const index = (...columnNames: string[]) => ({ columnNames });
/** An index of the rows that have a value, where the database has such indices: most writes do not touch it. */
const ofSome = (column: string, options: Pick<TableIndexOptions, 'isUnique'> = {}) => ({
  columnNames: [column],
  where: `${column} IS NOT NULL`,
  ...options,
});

/** The host's `entityPrefix` comes before every table of its data source. */
function prefixed(table: TableOptions, runner: QueryRunner): TableOptions {
  const { entityPrefix = '' } = runner.connection.options;
  const foreignKeys = table.foreignKeys?.map((key) => ({
    ...key,
    referencedTableName: entityPrefix + key.referencedTableName,
  }));
  return { ...table, name: entityPrefix + table.name, foreignKeys };
}
