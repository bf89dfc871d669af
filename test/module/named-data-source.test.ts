import { getDataSourceToken, getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { MessagesService, WhatsAppModule } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { Column, DataSource, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { optionsFor } from '../support/test-app.js';
import { database, Host, sampleSend } from './host.js';

@Entity('orders')
class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 40 })
  recipient!: string;
}

async function tablesOf(dataSource: DataSource): Promise<string[]> {
  const tables: { name: string }[] = await dataSource.query(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  return tables.map(({ name }) => name);
}

const hostsDatabase = () => [
  TypeOrmModule.forRoot({
    type: 'better-sqlite3',
    database: ':memory:',
    autoLoadEntities: true,
    synchronize: true,
    retryAttempts: 0,
  }),
  TypeOrmModule.forFeature([Order]),
];

// In a file of its own: what `autoLoadEntities` loads is known to the whole process.
describe('a data source of its own next to the default one', () => {
  let meta: GraphApiServer;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
  });
  afterAll(() => meta.close());
  beforeEach(() => meta.clear());

  const whatsapp = [
    ['forRoot', () => WhatsAppModule.forRoot({ ...optionsFor(meta), dataSource: 'whatsapp' })],
    ['forRootAsync', () => WhatsAppModule.forRootAsync({ dataSource: 'whatsapp', useFactory: () => optionsFor(meta) })],
  ] as const;

  it.each(whatsapp)('has the tables alone, with %s', async (_, module) => {
    await using host = await Host.start({ imports: [...hostsDatabase(), database({ name: 'whatsapp' }), module()] });
    const { recipientPhone } = await host.get(MessagesService).sendTemplate(sampleSend.input);
    const orders = host.app.get<Repository<Order>>(getRepositoryToken(Order), { strict: false });
    await orders.insert({ recipient: recipientPhone });

    expect(meta.sendsTo(sampleSend.input.to)).toBe(1);
    expect(await tablesOf(host.get(DataSource))).toEqual(['orders']);
    const own = host.app.get<DataSource>(getDataSourceToken('whatsapp'), { strict: false });
    expect(await tablesOf(own)).toContain('whatsapp_messages');
    expect(await own.query('SELECT recipient_phone FROM whatsapp_messages')).toEqual([
      { recipient_phone: recipientPhone },
    ]);
    expect(await tablesOf(own)).not.toContain('orders');
  });

  it.each(['before', 'after'])('may be imported %s the module', async (where) => {
    const [, module] = whatsapp[0];
    const own = database({ name: 'whatsapp' });
    const imports = where === 'before' ? [own, module()] : [module(), own];
    await using host = await Host.start({ imports: [...imports, ...hostsDatabase()] });
    await expect(host.get(MessagesService).sendTemplate(sampleSend.input)).resolves.toMatchObject({ status: 'sent' });
  });
});
