import { type MigrationInterface, type QueryRunner, Table, TableColumn, TableIndex, type TableOptions } from 'typeorm';
import { nullable, portableColumns } from './portable-columns.js';

/** What more is filed about contacts, their groups, statuses and sources, and a number for each bulk send. */
export class WhatsAppContactCategories1795737600000 implements MigrationInterface {
  readonly name = 'WhatsAppContactCategories1795737600000';

  async up(runner: QueryRunner): Promise<void> {
    const { contacts, categories, bulkSends } = tableNames(runner);
    await runner.createTable(new Table({ ...categoriesTable(runner), name: categories }));
    await runner.addColumns(contacts, contactColumns(runner));
    await fillEmailKeys(runner, contacts);
    await runner.createIndices(contacts, contactIndices());
    await fillGroups(runner, contacts, categories);
    await runner.addColumn(bulkSends, numberColumn(runner));
    await numberBulkSends(runner, bulkSends);
  }

  async down(runner: QueryRunner): Promise<void> {
    const { contacts, categories, bulkSends, sequences } = tableNames(runner);
    await query(runner, `DELETE FROM ${q(runner, sequences)} WHERE ${q(runner, 'name')} = :name`, { name: SEQUENCE });
    await runner.dropColumn(bulkSends, numberColumn(runner));
    const table = await runner.getTable(contacts);
    const added = new Set(contactIndices().map(({ columnNames }) => columnNames.join()));
    const indices = table?.indices.filter(({ columnNames }) => added.has(columnNames.join())) ?? [];
    await runner.dropIndices(contacts, indices);
    await runner.dropColumns(contacts, contactColumns(runner));
    await runner.dropTable(categories);
  }
}

/** The name of the sequence that numbers bulk sends. */
const SEQUENCE = 'bulk_sends';

function tableNames({ connection }: QueryRunner) {
  const { entityPrefix = '' } = connection.options;
  return {
    contacts: `${entityPrefix}whatsapp_contacts`,
    categories: `${entityPrefix}whatsapp_contact_categories`,
    bulkSends: `${entityPrefix}whatsapp_bulk_sends`,
    sequences: `${entityPrefix}whatsapp_sequences`,
  };
}

function categoriesTable(runner: QueryRunner): TableOptions {
  const { generatedId, integer, bigint, string } = portableColumns(runner);
  return {
    name: 'whatsapp_contact_categories',
    columns: [
      generatedId(),
      integer('workspace_id'),
      string('kind', 16),
      string('name', 255),
      string('color', 32, nullable),
      bigint('created_at'),
      bigint('updated_at'),
    ],
    indices: [{ columnNames: ['workspace_id', 'kind', 'name'], isUnique: true }],
  };
}

function contactColumns(runner: QueryRunner): TableColumn[] {
  const { integer, string, text } = portableColumns(runner);
  return [
    string('email_key', 512, nullable),
    integer('source_id', nullable),
    integer('status_id', nullable),
    integer('assigned_id', nullable),
    integer('country_id', nullable),
    string('zip', 32, nullable),
    string('city', 255, nullable),
    string('state', 255, nullable),
    text('address', nullable),
  ].map((column) => new TableColumn(column));
}

const contactIndices = (): TableIndex[] => [
  new TableIndex({ columnNames: ['workspace_id', 'email_key'], isUnique: true }),
];

const numberColumn = (runner: QueryRunner): TableColumn =>
  new TableColumn(portableColumns(runner).integer('number', { default: 0 }));

/** Of contacts that share an email the first keeps it to itself; the others are left as they are. */
async function fillEmailKeys(runner: QueryRunner, contacts: string): Promise<void> {
  const [table, email, key, workspace, id] = [contacts, 'email', 'email_key', 'workspace_id', 'id'].map((name) =>
    q(runner, name),
  );
  await query(runner, `UPDATE ${table} SET ${key} = LOWER(${email}) WHERE ${email} IS NOT NULL`);
  const shared = await query(
    runner,
    `SELECT ${workspace} AS workspace, ${key} AS email_key, MIN(${id}) AS first_id FROM ${table} ` +
      `WHERE ${key} IS NOT NULL GROUP BY ${workspace}, ${key} HAVING COUNT(*) > 1`,
  );
  for (const { workspace: workspaceId, email_key, first_id } of shared) {
    await query(
      runner,
      `UPDATE ${table} SET ${key} = NULL WHERE ${workspace} = :workspaceId AND ${key} = :email_key AND ${id} <> :first_id`,
      { workspaceId, email_key, first_id },
    );
  }
}

/** The groups that contacts are in already. */
async function fillGroups(runner: QueryRunner, contacts: string, categories: string): Promise<void> {
  const [table, groups, workspace] = [contacts, 'groups', 'workspace_id'].map((name) => q(runner, name));
  const rows = await query(
    runner,
    `SELECT DISTINCT ${workspace} AS workspace, ${groups} AS names FROM ${table} WHERE ${groups} IS NOT NULL`,
  );
  const known = new Map<string, { readonly workspaceId: number; readonly name: string }>();
  for (const row of rows) {
    const workspaceId = Number(row.workspace);
    const names: unknown = JSON.parse(String(row.names));
    for (const name of Array.isArray(names) ? names.map(String) : []) {
      known.set(JSON.stringify([workspaceId, name]), { workspaceId, name });
    }
  }
  const columns = ['workspace_id', 'kind', 'name', 'created_at', 'updated_at'].map((name) => q(runner, name));
  for (const { workspaceId, name } of known.values()) {
    await query(
      runner,
      `INSERT INTO ${q(runner, categories)} (${columns.join(', ')}) VALUES (:workspaceId, 'group', :name, :now, :now)`,
      { workspaceId, name, now: Date.now() },
    );
  }
}

/** Those that there are get their numbers in the order in which they were created. */
async function numberBulkSends(runner: QueryRunner, bulkSends: string): Promise<void> {
  const [table, id, number, createdAt] = [bulkSends, 'id', 'number', 'created_at'].map((name) => q(runner, name));
  const rows = await query(runner, `SELECT ${id} AS id FROM ${table} ORDER BY ${createdAt}, ${id}`);
  for (const [index, row] of rows.entries()) {
    await query(runner, `UPDATE ${table} SET ${number} = :number WHERE ${id} = :id`, { number: index + 1, id: row.id });
  }
  const { sequences } = tableNames(runner);
  await query(
    runner,
    `INSERT INTO ${q(runner, sequences)} (${q(runner, 'name')}, ${q(runner, 'next_id')}) VALUES (:name, :next)`,
    { name: SEQUENCE, next: rows.length + 1 },
  );
}

const q = ({ connection }: QueryRunner, name: string): string => connection.driver.escape(name);

/** A statement with the database's own placeholders. @returns the rows of a select */
async function query(
  runner: QueryRunner,
  sql: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>[]> {
  const { driver } = runner.connection;
  // TypeORM 0.3 wants the third argument, 1.x ignores it.
  const escape: (sql: string, given: object, native: object) => [string, unknown[]] =
    driver.escapeQueryWithParameters.bind(driver);
  const [escaped, values] = escape(sql, { ...parameters }, {});
  const rows: unknown = await runner.query(escaped, values);
  return Array.isArray(rows) ? rows : [];
}
