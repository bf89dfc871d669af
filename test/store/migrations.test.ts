import 'reflect-metadata';
import {
  BulkSendEntity,
  ContactCategoryEntity,
  ContactEntity,
  PhoneNumberEntity,
  whatsappEntities,
} from 'nestjs-whatsapp';
import { type DataSource, DefaultNamingStrategy, type NamingStrategyInterface, type Table } from 'typeorm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findSchemaProblems } from '../../lib/store/data-source.provider.js';
import { SequenceEntity } from '../../lib/store/sequence.entity.js';
import { type DatabaseKind, describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { openDatabase } from './open-database.js';

// Each starts an app or makes a database, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Renames whatever an entity leaves unnamed, as the usual snake-case strategies do, and constraints besides. */
class HostNamingStrategy extends DefaultNamingStrategy implements NamingStrategyInterface {
  override tableName(className: string, given: string | undefined): string {
    return given ?? `host${snakeCase(className)}`;
  }
  override columnName(property: string, given: string | undefined, prefixes: string[]): string {
    return snakeCase([...prefixes, given ?? `host_${property}`].join('_'));
  }
  override primaryKeyName(table: Table | string, columns: string[]): string {
    return `pk_${super.primaryKeyName(table, columns)}`;
  }
  override indexName(table: Table | string, columns: string[], where?: string): string {
    return `ix_${super.indexName(table, columns, where)}`;
  }
  override foreignKeyName(table: Table | string, columns: string[]): string {
    return `fk_${super.foreignKeyName(table, columns)}`;
  }
}

/** What TypeORM would still change to make the tables those of the entities. */
async function driftOf(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

const TABLES: Record<DatabaseKind, string> = {
  sqlite: "SELECT name FROM sqlite_master WHERE type = 'table'",
  postgres: 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()',
  mariadb: 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database()',
};

async function undoAll(dataSource: DataSource): Promise<void> {
  for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
}

describeEachDatabase('the migrations', (database) => {
  let fresh: FreshDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    fresh = await database.createEmpty();
  });
  afterEach(async () => {
    await dataSource.destroy();
    await fresh.drop();
  });

  /** Every table that is the module's by its name. */
  async function tables(): Promise<string[]> {
    const rows: { name: string }[] = await dataSource.query(TABLES[database.kind]);
    return rows.map(({ name }) => name).filter((name) => name.includes('whatsapp_'));
  }

  it.each([
    ['the default naming strategy', {}],
    ["a host's naming strategy", { namingStrategy: new HostNamingStrategy() }],
    ["a host's prefix", { entityPrefix: 'host_' }],
  ])('make exactly the tables of the entities, and undo them, with %s', async (_, options) => {
    dataSource = await openDatabase(fresh, options);
    await dataSource.runMigrations();
    expect(await tables()).toHaveLength(whatsappEntities.length);
    expect(await driftOf(dataSource)).toEqual([]);
    expect(await findSchemaProblems(dataSource, whatsappEntities)).toEqual([]);
    await undoAll(dataSource);
    expect(await tables()).toEqual([]);
  });

  it('can be run again after they were undone', async () => {
    dataSource = await openDatabase(fresh);
    await dataSource.runMigrations();
    await undoAll(dataSource);
    await dataSource.runMigrations();
    expect(await driftOf(dataSource)).toEqual([]);
  });

  it('keep the accounts and numbers that there are', async () => {
    dataSource = await openDatabase(fresh);
    await dataSource.runMigrations();
    await dataSource.undoLastMigration();
    await dataSource.query("INSERT INTO whatsapp_workspaces (id, name, created_at) VALUES (1, 'ours', 1)");
    await dataSource.query(
      'INSERT INTO whatsapp_business_accounts (id, workspace_id, business_account_id, created_at) VALUES (1, 1, 2, 1)',
    );
    await dataSource.query(
      'INSERT INTO whatsapp_phone_numbers (id, account_id, phone_number_id, is_on_biz_app, created_at) ' +
        "VALUES (1, 1, '3', false, 1)",
    );
    await dataSource.runMigrations();
    await dataSource.undoLastMigration();
    await dataSource.runMigrations();
    const number = await dataSource
      .getRepository(PhoneNumberEntity)
      .findOne({ where: { phoneNumberId: '3' }, relations: { account: true } });
    expect(number).toMatchObject({ account: { businessAccountId: '2', reportedAt: null } });
  });

  it('keep contacts that share an email, their groups, and number the bulk sends that there are', async () => {
    dataSource = await openDatabase(fresh);
    await dataSource.runMigrations();
    const newest = async (): Promise<string> =>
      (await dataSource.query('SELECT name FROM migrations ORDER BY id')).at(-1).name;
    while ((await newest()) !== 'WhatsAppContactCategories1795737600000') await dataSource.undoLastMigration();
    await dataSource.undoLastMigration();
    const groups = dataSource.driver.escape('groups');
    for (const [id, email] of [
      [1, 'Ana@example.com'],
      [2, 'ana@example.com'],
      [3, 'eva@example.com'],
    ] as const) {
      await dataSource.query(
        `INSERT INTO whatsapp_contacts (id, workspace_id, email, ${groups}, created_at, updated_at) ` +
          `VALUES (${id}, 1, '${email}', '["vip","a b"]', 1, 1)`,
      );
    }
    for (const [id, createdAt] of [
      ['b', 1],
      ['a', 2],
    ] as const) {
      await dataSource.query(
        'INSERT INTO whatsapp_bulk_sends (id, task_id, workspace_id, account_id, phone_number_id, template_id, ' +
          'template_name, template_language, template_category, carries_code, status, accepted_by, failures, created_at) ' +
          `VALUES ('${id}', '${id}', 1, 1, '3', 1, 'x', 'es', 'UTILITY', false, 'QUEUED', 'p', '[]', ${createdAt})`,
      );
    }
    await dataSource.runMigrations();
    const contacts = await dataSource.getRepository(ContactEntity).find({ order: { id: 'ASC' } });
    expect(contacts.map(({ emailKey }) => emailKey)).toEqual(['ana@example.com', null, 'eva@example.com']);
    const categories = await dataSource.getRepository(ContactCategoryEntity).find({ order: { name: 'ASC' } });
    expect(categories.map(({ kind, name }) => [kind, name])).toEqual([
      ['group', 'a b'],
      ['group', 'vip'],
    ]);
    const bulkSends = await dataSource.getRepository(BulkSendEntity).find({ order: { number: 'ASC' } });
    expect(bulkSends.map(({ id, number }) => [id, number])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
    expect(await dataSource.getRepository(SequenceEntity).findOneBy({ name: 'bulk_sends' })).toMatchObject({
      nextId: 3,
    });
  });

  it("leave the host's own tables alone", async () => {
    dataSource = await openDatabase(fresh);
    await dataSource.query('CREATE TABLE customers (id integer PRIMARY KEY, name varchar(20))');
    await dataSource.query("INSERT INTO customers VALUES (1, 'Ana')");
    await dataSource.runMigrations();
    await undoAll(dataSource);
    expect(await dataSource.query('SELECT name FROM customers')).toEqual([{ name: 'Ana' }]);
  });

  it('are not needed where the host synchronizes', async () => {
    dataSource = await openDatabase(fresh, { migrations: [], synchronize: true });
    expect(await findSchemaProblems(dataSource, whatsappEntities)).toEqual([]);
    expect(await driftOf(dataSource)).toEqual([]);
  });
});
