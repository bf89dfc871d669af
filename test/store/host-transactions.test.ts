import 'reflect-metadata';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  BulkSendEntity,
  BulkService,
  MessageEntity,
  MessagesService,
  type MessageStatusEvent,
  OnMessageStatus,
  WebhooksService,
  WhatsAppModule,
  whatsappMigrations,
} from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DataSource, Entity, PrimaryColumn, type Repository } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { recipientsOf } from '../bulk/bulk-scene.js';
import { SEND_BULK } from '../http/bulk/bulk-app.js';
import { Host, sampleSend } from '../module/host.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { optionsFor } from '../support/test-app.js';

/** The part of `typeorm-transactional` that a host uses. */
interface TransactionalLibrary {
  addTransactionalDataSource(dataSource: DataSource): DataSource;
  deleteDataSourceByName(name: string): boolean;
  initializeTransactionalContext(options: { readonly storageDriver: unknown }): void;
  runInTransaction<Result>(work: () => Promise<Result>): Promise<Result>;
  readonly StorageDriver: { readonly ASYNC_LOCAL_STORAGE: unknown };
}

// It patches the TypeORM of CommonJS, which is the one that the library and the host have.
const library: TransactionalLibrary = createRequire(`${process.cwd()}/package.json`)('typeorm-transactional');
library.initializeTransactionalContext({ storageDriver: library.StorageDriver.ASYNC_LOCAL_STORAGE });

const POOL_SIZE = 5;
const SECRET = 'secret-of-our-app';

@Entity('orders')
class Order {
  @PrimaryColumn('integer')
  id!: number;
}

/** What the host carries along with a request. */
const request = new AsyncLocalStorage<string>();

class Rollback extends Error {}

/** As hosts write it that want each request to count whole, or not at all. */
@Injectable()
class TransactionInterceptor implements NestInterceptor {
  static rollsBack = false;

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(
      library.runInTransaction(async () => {
        const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
        if (TransactionInterceptor.rollsBack) throw new Rollback();
        return answer;
      }),
    );
  }
}

/** Keeps an order for each status, in what the host believes to be no transaction. */
@Injectable()
class StatusHandler {
  readonly seen: string[] = [];
  readonly requests: unknown[] = [];
  static orders: Repository<Order>;

  @OnMessageStatus()
  async take({ status }: MessageStatusEvent): Promise<void> {
    await StatusHandler.orders.insert({ id: 1_000 + this.seen.length });
    this.requests.push(request.getStore());
    this.seen.push(status);
  }
}

for (const kind of ['postgres', 'mariadb'] as const) {
  describeOn(kind, 'A host with transactions that follow its calls', (database) => {
    let meta: GraphApiServer;
    let fresh: FreshDatabase;
    let host: Host;
    let orders: Repository<Order>;

    beforeAll(async () => {
      meta = await GraphApiServer.start({ sample: true });
      fresh = await database.create();
      const options = optionsFor(meta);
      host = await Host.start({
        imports: [
          TypeOrmModule.forRootAsync({
            useFactory: () => ({ autoLoadEntities: true, retryAttempts: 0 }),
            dataSourceFactory: async (given) => {
              const tables = { migrations: whatsappMigrations, migrationsRun: true };
              const entities = [...Object.values(given?.entities ?? []), Order];
              const all = Object.assign({}, fresh.options, tables, { entities, poolSize: POOL_SIZE });
              return library.addTransactionalDataSource(await new DataSource(all).initialize());
            },
          }),
          WhatsAppModule.forRoot({
            ...options,
            accounts: options.accounts?.map((account) => ({ ...account, appSecret: SECRET })),
            messagesPerSecond: 1_000,
            webhook: { verifyToken: 'token' },
            surfaces: { metaTemplates: true, webhook: true },
          }),
        ],
        providers: [{ provide: APP_INTERCEPTOR, useClass: TransactionInterceptor }, StatusHandler],
      });
      const hosts = host.get(DataSource);
      await hosts.query('CREATE TABLE orders (id integer PRIMARY KEY)');
      orders = hosts.getRepository(Order);
      StatusHandler.orders = orders;
    });
    afterAll(async () => {
      await host?.app.close();
      library.deleteDataSourceByName('default');
      await fresh?.drop();
      await meta?.close();
    });
    beforeEach(() => meta.clear());
    afterEach(() => {
      TransactionInterceptor.rollsBack = false;
    });

    const messages = () => host.get(DataSource).getRepository(MessageEntity);
    const rolledBack = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      const results: Result[] = [];
      const transaction = library.runInTransaction(async () => {
        await orders.insert({ id: 1 });
        results.push(await work());
        throw new Rollback();
      });
      await expect(transaction).rejects.toThrow(Rollback);
      const [result] = results;
      if (result === undefined) throw new Error('The work did not end.');
      return result;
    };

    it('keeps what it sent when the transaction around it rolls back, and sends it once', async () => {
      const input = { ...sampleSend.input, idempotency: `order-1-${database.kind}` };
      const sent = await rolledBack(() => host.get(MessagesService).sendTemplate(input));

      expect(await orders.countBy({ id: 1 })).toBe(0);
      expect(await messages().countBy({ id: sent.id, status: 'sent' })).toBe(1);
      expect(await host.get(MessagesService).sendTemplate(input)).toMatchObject({ id: sent.id, wamid: sent.wamid });
      const again = await rolledBack(() => host.get(MessagesService).sendTemplate(input));
      expect(again).toMatchObject({ id: sent.id, wamid: sent.wamid });
      expect(meta.sendsTo(input.to)).toBe(1);
    });

    it('keeps a bulk send that it accepted in a transaction that rolls back, and sends it once', async () => {
      const recipients = recipientsOf(40);
      const { template, language } = sampleSend.input;
      const input = { template, language, recipients, idempotency: `campaign-${database.kind}` };
      const accepted = await rolledBack(() => host.get(BulkService).create(input));
      expect(await orders.countBy({ id: 1 })).toBe(0);

      const again = await host.get(BulkService).create(input);
      expect(again.id).toBe(accepted.id);
      await vi.waitFor(
        async () => expect(await host.get(BulkService).get(accepted.id)).toMatchObject({ status: 'COMPLETED' }),
        { timeout: 30_000 },
      );
      for (const { phone } of recipients) expect(meta.sendsTo(phone)).toBe(1);
      expect(await host.get(DataSource).getRepository(BulkSendEntity).countBy({ id: accepted.id })).toBe(1);
    });

    it('takes requests of surfaces inside a transaction of its own, whether that commits or not', async () => {
      TransactionInterceptor.rollsBack = true;
      const key = await host.newKey();
      const body = {
        ...sampleSend.body(meta),
        recipient_phone: undefined,
        recipients: recipientsOf(5, 100).map(({ phone, variables }) => ({ phone, variables })),
      };
      const headers = { ...key, 'idempotency-key': `over-http-${database.kind}` };
      const lost = await host.call('POST', SEND_BULK, body, headers);
      expect(lost.status).toBe(500);

      TransactionInterceptor.rollsBack = false;
      const { status, body: answer } = await host.call('POST', SEND_BULK, body, headers);
      expect({ status, answer }).toMatchObject({ status: 202 });
      await meta.waitForMessages(5, 30_000);
      for (const { phone } of recipientsOf(5, 100)) expect(meta.sendsTo(phone)).toBe(1);
    });

    it('keeps what webhooks reported in a transaction that rolls back, and hands events on outside it', async () => {
      const { id, wamid } = await host.get(MessagesService).sendTemplate(sampleSend.input);
      const raw = Buffer.from(statusOf(meta, wamid ?? '', 'delivered'));
      const seen = host.get(StatusHandler).seen.length;
      await rolledBack(async () => {
        await request.run('webhook', () => host.get(WebhooksService).receive(raw, signatureOf(raw)));
        return true;
      });
      expect(await messages().countBy({ id, status: 'delivered' })).toBe(1);
      await vi.waitFor(() => expect(host.get(StatusHandler).seen).toHaveLength(seen + 1));
      expect(host.get(StatusHandler).requests).toEqual(host.get(StatusHandler).seen.map(() => undefined));
      expect(await orders.countBy({ id: 1_000 + seen })).toBe(1);
    });

    it('gets through when more of its transactions are open than it has connections', async () => {
      const ids = Array.from({ length: 4 * POOL_SIZE }, (_, index) => 2_000 + index);
      const sends = await Promise.all(
        ids.map((id) =>
          library.runInTransaction(async () => {
            await orders.insert({ id });
            const to = `+54911${String(20_000_000 + id)}`;
            return host.get(MessagesService).sendTemplate({ ...sampleSend.input, to });
          }),
        ),
      );
      expect(sends.map(({ status }) => status)).toEqual(ids.map(() => 'sent'));
      expect(await orders.count()).toBeGreaterThanOrEqual(ids.length);
      expect(meta.messages).toHaveLength(ids.length);
    });
  });
}

const signatureOf = (raw: Buffer): string => `sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}`;

function statusOf(meta: GraphApiServer, wamid: string, status: string): string {
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550001', phone_number_id: meta.phoneNumber.id },
    statuses: [{ id: wamid, status, timestamp: String(Math.floor(Date.now() / 1_000)), recipient_id: '5491112345678' }],
  };
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: meta.account.id, changes: [{ field: 'messages', value }] }],
  });
}
