import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm';
import { nullable, portableColumns, primary } from './portable-columns.js';

/**
 * Adds who owns a number or user id from when until when; places in the messaging limit for business-scoped user ids, too; and when
 * an inbound message was learned of, for the order within a second.
 */
export class WhatsAppPeople1795651200000 implements MigrationInterface {
  readonly name = 'WhatsAppPeople1795651200000';

  async up(runner: QueryRunner): Promise<void> {
    const names = namesIn(runner);
    // A user id was reported with the number that its owner has now; since when, is unknown.
    await rebuild(
      runner,
      identityTimes(runner),
      [
        `SELECT one.workspace_id, one.identity, 0, NULL, one.contact_id, COALESCE(contact.created_at, 0), `,
        `CASE WHEN one.identity LIKE '%.%' THEN NULL ELSE contact.user_id END `,
        `FROM ${names.identities} AS one LEFT JOIN ${names.contacts} AS contact ON contact.id = one.contact_id`,
      ].join(''),
    );
    await endFormerNumbers(runner);
    await rebuild(runner, entries(runner, 160), `SELECT portfolio_id, recipient, counted_at FROM ${names.entries}`);
    for (const [table, column] of LEARNED) {
      await runner.query(`ALTER TABLE ${names[table]} ADD COLUMN ${column} bigint`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const names = namesIn(runner);
    for (const [table, column] of LEARNED) await runner.query(`ALTER TABLE ${names[table]} DROP COLUMN ${column}`);
    const short = `SELECT portfolio_id, recipient, counted_at FROM ${names.entries} WHERE LENGTH(recipient) <= 32`;
    await rebuild(runner, entries(runner, 32), short);
    const present = `FROM ${names.identities} WHERE ${escaped(runner, 'until')} IS NULL`;
    await rebuild(runner, identities(runner), `SELECT workspace_id, identity, contact_id ${present}`);
  }
}

const LEARNED = [
  ['messages', 'learned_at'],
  ['conversations', 'last_message_learned_at'],
  ['conversations', 'last_inbound_learned_at'],
] as const;

const escaped = (runner: QueryRunner, name: string): string => runner.connection.driver.escape(name);

function namesIn(runner: QueryRunner) {
  const { entityPrefix = '' } = runner.connection.options;
  const name = (table: string) => escaped(runner, `${entityPrefix}whatsapp_${table}`);
  return {
    identities: name('contact_identities'),
    contacts: name('contacts'),
    entries: name('budget_entries'),
    messages: name('messages'),
    conversations: name('conversations'),
  };
}

/** Creates a table again with the rows of a query over it, which selects the columns in the table's order. */
async function rebuild(runner: QueryRunner, table: TableOptions, rows: string): Promise<void> {
  const { entityPrefix = '' } = runner.connection.options;
  const [name, copy] = [entityPrefix + table.name, `${entityPrefix}${table.name}_copy`];
  await runner.createTable(new Table({ ...table, name: copy, indices: [] }));
  await runner.query(`INSERT INTO ${escaped(runner, copy)} ${rows}`);
  await runner.dropTable(name);
  await runner.createTable(new Table({ ...table, name }));
  await runner.query(`INSERT INTO ${escaped(runner, name)} SELECT * FROM ${escaped(runner, copy)}`);
  await runner.dropTable(copy);
}

/** Ends the ownership of the numbers that a contact had before its present one. */
async function endFormerNumbers(runner: QueryRunner): Promise<void> {
  const { identities: table, contacts } = namesIn(runner);
  const until = escaped(runner, 'until');
  const several = `SELECT contact_id FROM ${table} WHERE identity NOT LIKE '%.%' GROUP BY contact_id HAVING COUNT(*) > 1`;
  const rows: unknown = await runner.query(
    `SELECT one.identity AS identity, contact.id AS id, contact.phone AS phone, contact.wa_id AS wa_id, ` +
      `contact.updated_at AS updated_at FROM ${table} AS one JOIN ${contacts} AS contact ON contact.id = one.contact_id ` +
      `WHERE one.contact_id IN (${several}) AND one.identity NOT LIKE '%.%'`,
  );
  for (const row of Array.isArray(rows) ? rows : []) {
    const { identity, id, phone, wa_id: waId, updated_at: updatedAt }: Record<string, unknown> = row;
    const present = [phone, waId].flatMap((one) => (typeof one === 'string' ? subscriberOf(one) : []));
    if (typeof identity !== 'string' || present.length === 0 || present.includes(subscriberOf(identity))) continue;
    await runner.query(
      `UPDATE ${table} SET ${until} = ${Number(updatedAt)} ` +
        `WHERE contact_id = ${Number(id)} AND identity = '${identity.replaceAll(/\D/g, '')}'`,
    );
  }
}

/** What all spellings of a number end with. */
const subscriberOf = (digits: string): string => digits.slice(-8);

function identityTimes(runner: QueryRunner): TableOptions {
  const { integer, string, bigint } = portableColumns(runner);
  return {
    name: 'whatsapp_contact_identities',
    columns: [
      integer('workspace_id', primary),
      string('identity', 160, primary),
      bigint('since', primary),
      bigint('until', nullable),
      integer('contact_id'),
      bigint('seen_at'),
      string('user_id', 160, nullable),
    ],
    indices: [{ columnNames: ['contact_id'] }],
  };
}

function identities(runner: QueryRunner): TableOptions {
  const { integer, string } = portableColumns(runner);
  return {
    name: 'whatsapp_contact_identities',
    columns: [integer('workspace_id', primary), string('identity', 160, primary), integer('contact_id')],
    indices: [{ columnNames: ['contact_id'] }],
  };
}

function entries(runner: QueryRunner, length: number): TableOptions {
  const { string, bigint } = portableColumns(runner);
  return {
    name: 'whatsapp_budget_entries',
    columns: [string('portfolio_id', 80, primary), string('recipient', length, primary), bigint('counted_at')],
    indices: [{ columnNames: ['portfolio_id', 'counted_at'] }],
  };
}
