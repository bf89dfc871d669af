import 'reflect-metadata';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import {
  AccountsService,
  MessagesService,
  WhatsAppModule,
  type WhatsAppModuleExtras,
  whatsappEntities,
  whatsappMigrations,
} from 'nestjs-whatsapp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../../lib/errors.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { sqlite } from '../support/databases/sqlite.js';
import { migratedDatabase } from './open-database.js';

// Each starts an app or makes a database, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const typeOrm = (options: TypeOrmModuleOptions): DynamicModule =>
  TypeOrmModule.forRoot({ ...options, retryAttempts: 0 });

async function start(databases: DynamicModule[], extras: WhatsAppModuleExtras = {}): Promise<INestApplicationContext> {
  @Module({ imports: [...databases, WhatsAppModule.forRoot({ refreshInterval: 0, logger: false, ...extras })] })
  class AppModule {}

  return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
}

/** The text of the configuration error that a start ends in. */
async function refusalOf(starting: Promise<INestApplicationContext>): Promise<string> {
  const outcome: unknown = await starting.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ConfigurationError);
  return outcome instanceof ConfigurationError ? outcome.message : '';
}

describeEachDatabase('a start on tables that are not up to date', (database) => {
  let fresh: FreshDatabase;

  beforeEach(async () => {
    fresh = await database.createEmpty();
  });
  afterEach(() => fresh.drop());

  const startHere = (options: object = {}) =>
    start([typeOrm({ ...fresh.options, autoLoadEntities: true, ...options })]);

  async function alter(statement: string): Promise<void> {
    const dataSource = await migratedDatabase(fresh);
    await dataSource.query(statement);
    await dataSource.destroy();
  }

  it('names every table of a database that was never migrated, and the line to add', async () => {
    const text = await refusalOf(startHere());
    expect(text).toContain('migrations: [...yourMigrations, ...whatsappMigrations]');
    expect(text.match(/table whatsapp_\w+ is missing/g)).toHaveLength(whatsappEntities.length);
  });

  it('names a missing table, and nothing else', async () => {
    await alter('DROP TABLE whatsapp_messages');
    const text = await refusalOf(startHere());
    expect(text.match(/(table|column) [\w.]+ is missing/g)).toEqual(['table whatsapp_messages is missing']);
  });

  it('names a missing column, and nothing else', async () => {
    await alter('ALTER TABLE whatsapp_messages DROP COLUMN played_at');
    const text = await refusalOf(startHere());
    expect(text.match(/(table|column) [\w.]+ is missing/g)).toEqual(['column whatsapp_messages.played_at is missing']);
  });

  it('is none where the host synchronizes, or runs the migrations at start', async () => {
    const synchronizing = await startHere({ synchronize: true });
    expect(await synchronizing.get(AccountsService).list()).toEqual([]);
    await synchronizing.close();
    await fresh.drop();
    fresh = await database.createEmpty();
    const migrating = await startHere({ migrations: whatsappMigrations, migrationsRun: true });
    expect(await migrating.get(AccountsService).list()).toEqual([]);
    await migrating.close();
  });
});

describe('a start with a DataSource', () => {
  let fresh: FreshDatabase;
  const migrated = () => ({ ...fresh.options, migrations: whatsappMigrations, migrationsRun: true });

  beforeAll(async () => {
    fresh = await sqlite.createEmpty();
  });
  afterAll(() => fresh.drop());

  it('that does not know the entities says which, and the two ways to name them', async () => {
    const text = await refusalOf(start([typeOrm({ ...migrated(), entities: whatsappEntities.slice(1) })]));
    expect(text).toContain(`"default" does not know ${whatsappEntities[0]?.name}.`);
    expect(text).toContain('autoLoadEntities: true');
    expect(text).toContain('entities: [...yourEntities, ...whatsappEntities]');
  });

  it('that is missing says the line to add', async () => {
    expect(await refusalOf(start([]))).toContain('TypeOrmModule.forRoot({ …, autoLoadEntities: true })');
  });

  it('of another name than the one given says the name that is missing', async () => {
    const starting = start([typeOrm({ ...migrated(), autoLoadEntities: true })], { dataSource: 'crm' });
    expect(await refusalOf(starting)).toContain("TypeOrmModule.forRoot({ name: 'crm', … })");
  });

  it('beside the default one keeps to it', async () => {
    const host = typeOrm({ type: 'better-sqlite3', database: ':memory:', autoLoadEntities: true });
    const own = typeOrm({ ...migrated(), name: 'crm', autoLoadEntities: true });
    const app = await start([host, own], { dataSource: 'crm' });
    expect(app.get(MessagesService)).toBeDefined();
    expect(await app.get(AccountsService).list()).toEqual([]);
    await app.close();
  });
});
