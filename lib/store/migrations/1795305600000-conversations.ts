import { type MigrationInterface, type QueryRunner, Table, TableColumn, TableIndex, type TableOptions } from 'typeorm';
import { dialectOf } from '../dialect.js';
import { nullable, portableColumns, primary } from './portable-columns.js';

/** People, conversations, media and webhook items, what inbound messages need of the messages' table, and the accounts' last change. */
export class WhatsAppConversations1795305600000 implements MigrationInterface {
  readonly name = 'WhatsAppConversations1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    const { entityPrefix = '' } = runner.connection.options;
    for (const table of tables(runner)) {
      await runner.createTable(new Table({ ...table, name: entityPrefix + table.name }));
    }
    const messages = `${entityPrefix}whatsapp_messages`;
    await runner.addColumns(messages, messageColumns(runner));
    await runner.createIndices(messages, [new TableIndex(userIndex)]);
    await addToldAt(runner, `${entityPrefix}whatsapp_business_accounts`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const { entityPrefix = '' } = runner.connection.options;
    await dropToldAt(runner, `${entityPrefix}whatsapp_business_accounts`);
    const messages = `${entityPrefix}whatsapp_messages`;
    const table = await runner.getTable(messages);
    await runner.dropIndices(messages, table?.indices.filter(isUserIndex) ?? []);
    await runner.dropColumns(messages, messageColumns(runner));
    for (const { name } of tables(runner).toReversed()) await runner.dropTable(entityPrefix + name);
  }
}

const userIndex = { columnNames: ['phone_number_id', 'user_id', 'created_at'], where: 'user_id IS NOT NULL' };

const isUserIndex = ({ columnNames }: TableIndex): boolean => columnNames.join() === userIndex.columnNames.join();

function messageColumns(runner: QueryRunner): TableColumn[] {
  const { string } = portableColumns(runner);
  return [string('user_id', 160, nullable), string('context_wamid', 255, nullable)].map(
    (column) => new TableColumn(column),
  );
}

/** On SQLite TypeORM would make the table anew, and with the old one the rows that refer to it would go. */
const isSqlite = (runner: QueryRunner): boolean => dialectOf(runner.connection) === 'sqlite';

async function addToldAt(runner: QueryRunner, accounts: string): Promise<void> {
  if (isSqlite(runner)) await runner.query(`ALTER TABLE "${accounts}" ADD COLUMN "told_at" bigint`);
  else await runner.addColumn(accounts, new TableColumn(portableColumns(runner).bigint('told_at', nullable)));
}

async function dropToldAt(runner: QueryRunner, accounts: string): Promise<void> {
  if (isSqlite(runner)) await runner.query(`ALTER TABLE "${accounts}" DROP COLUMN "told_at"`);
  else await runner.dropColumn(accounts, 'told_at');
}

function tables(runner: QueryRunner): TableOptions[] {
  const { generatedId, integer, bigint, string, text } = portableColumns(runner);
  return [
    {
      name: 'whatsapp_contacts',
      columns: [
        generatedId(),
        integer('workspace_id'),
        string('phone', 32, nullable),
        string('wa_id', 160, nullable),
        string('user_id', 160, nullable),
        string('profile_name', 255, nullable),
        string('first_name', 255, nullable),
        string('last_name', 255, nullable),
        string('email', 255, nullable),
        bigint('opted_out_at', nullable),
        string('opt_out_source', 32, nullable),
        bigint('consent_at', nullable),
        bigint('blocked_at', nullable),
        text('block_reason', nullable),
        bigint('created_at'),
        bigint('updated_at'),
        bigint('erased_at', nullable),
      ],
      indices: [index('workspace_id', 'created_at'), ofSome('opted_out_at'), ofSome('blocked_at')],
    },
    {
      name: 'whatsapp_contact_identities',
      columns: [integer('workspace_id', primary), string('identity', 160, primary), integer('contact_id')],
      indices: [index('contact_id')],
    },
    {
      name: 'whatsapp_conversations',
      columns: [
        generatedId(),
        integer('workspace_id'),
        string('phone_number_id', 64),
        integer('contact_id'),
        string('status', 16),
        string('label', 255, nullable),
        string('assigned_to', 255, nullable),
        bigint('request_id', nullable),
        integer('unread_count', { default: 0 }),
        bigint('last_message_at'),
        text('last_message', nullable),
        bigint('last_inbound_at', nullable),
        string('last_inbound_wamid', 255, nullable),
        bigint('created_at'),
        bigint('closed_at', nullable),
      ],
      indices: [
        unique('phone_number_id', 'contact_id'),
        index('workspace_id', 'last_message_at', 'id'),
        index('contact_id'),
      ],
    },
    {
      name: 'whatsapp_media',
      columns: [
        generatedId(),
        string('phone_number_id', 64),
        string('sha256', 64),
        string('mime_type', 255),
        string('media_id', 64),
        bigint('size'),
        bigint('expires_at'),
        bigint('created_at'),
      ],
      indices: [unique('phone_number_id', 'sha256', 'mime_type'), index('expires_at')],
    },
    {
      name: 'whatsapp_webhook_items',
      columns: [
        generatedId(),
        string('business_account_id', 64),
        string('field', 64),
        text('item'),
        text('error'),
        integer('tries'),
        bigint('received_at'),
      ],
      indices: [index('received_at')],
    },
  ];
}

const unique = (...columnNames: string[]) => ({ columnNames, isUnique: true });
const index = (...columnNames: string[]) => ({ columnNames });
const ofSome = (column: string) => ({ columnNames: ['workspace_id', column], where: `${column} IS NOT NULL` });
