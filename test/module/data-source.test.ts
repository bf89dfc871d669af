import { TypeOrmModule } from '@nestjs/typeorm';
import {
  MessagesService,
  WhatsAppModule,
  whatsappEntities,
  type WhatsAppModuleExtras,
  whatsappMigrations,
} from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { Column, DataSource, type DataSourceOptions, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../lib/errors.js';
import { sqlite } from '../support/databases/sqlite.js';
import { optionsFor } from '../support/test-app.js';
import { Host, sampleSend } from './host.js';

@Entity('orders')
class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 40 })
  recipient!: string;
}

let meta: GraphApiServer;

beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
afterAll(() => meta.close());
beforeEach(() => meta.clear());

const start = (dataSource: DataSourceOptions | undefined, extras: WhatsAppModuleExtras = {}) =>
  Host.start({
    imports: [
      ...(dataSource ? [TypeOrmModule.forRoot({ ...dataSource, retryAttempts: 0 })] : []),
      WhatsAppModule.forRoot({ ...optionsFor(meta), ...extras }),
    ],
  });

async function refusalOf(starting: Promise<Host>): Promise<string> {
  const error: unknown = await starting.then(
    (host) => host.app.close(),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ConfigurationError) return error.message;
  throw new Error('The app started, or was stopped by something else.', { cause: error });
}

async function sendsOn(dataSource: DataSourceOptions): Promise<number> {
  await using host = await start(dataSource);
  await host.get(MessagesService).sendTemplate(sampleSend.input);
  return meta.sendsTo(sampleSend.input.to);
}

const memory = { type: 'better-sqlite3', database: ':memory:' } as const;
const migrated = { migrations: whatsappMigrations, migrationsRun: true };

describe("the host's data source", () => {
  it('may list the entities itself', async () => {
    expect(await sendsOn({ ...memory, ...migrated, entities: [Order, ...whatsappEntities] })).toBe(1);
  });

  it('may make the tables by synchronizing', async () => {
    expect(await sendsOn({ ...memory, synchronize: true, entities: [Order, ...whatsappEntities] })).toBe(1);
  });

  it('stops the start when there is none, with what to import', async () => {
    const message = await refusalOf(start(undefined));
    expect(message).toContain('TypeOrmModule.forRoot({ …, autoLoadEntities: true })');
    expect(message).toContain("dataSource: 'name'");
  });

  it('stops the start when there is none of that name, with what to import', async () => {
    const entities = [...whatsappEntities];
    const message = await refusalOf(start({ ...memory, ...migrated, entities }, { dataSource: 'whatsap' }));
    expect(message).toContain('"whatsap"');
    expect(message).toContain("TypeOrmModule.forRoot({ name: 'whatsap', … })");
  });

  it('stops the start when it does not know the entities, with the line to add', async () => {
    const message = await refusalOf(start({ ...memory, ...migrated, entities: [Order] }));
    expect(message).toContain('MessageEntity');
    expect(message).toContain('autoLoadEntities: true');
    expect(message).toContain('entities: [...yourEntities, ...whatsappEntities]');
  });

  it('names the entities alone that are missing', async () => {
    const entities = whatsappEntities.filter(({ name }) => name !== 'ApiKeyEntity');
    const message = await refusalOf(start({ ...memory, ...migrated, entities }));
    expect(message).toContain('does not know ApiKeyEntity.');
  });

  it('stops the start when its migration was not run, with the line to add', async () => {
    const message = await refusalOf(start({ ...memory, entities: whatsappEntities }));
    expect(message).toContain('table whatsapp_messages is missing');
    expect(message).toContain('migrations: [...yourMigrations, ...whatsappMigrations]');
    expect(message).toContain('migrationsRun: true');
  });

  it('stops the start when a newer migration is missing', async () => {
    const fresh = await sqlite.createEmpty();
    const options = { ...fresh.options, entities: whatsappEntities };
    const older = await new DataSource({ ...options, ...migrated }).initialize();
    await older.query('ALTER TABLE whatsapp_messages DROP COLUMN error_trace_id');
    await older.destroy();
    const message = await refusalOf(start(options));
    expect(message).toContain('column whatsapp_messages.error_trace_id is missing');
    expect(message).not.toContain('table ');
    await fresh.drop();
  });
});
