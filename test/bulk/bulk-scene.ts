import {
  BulkSendEntity,
  type BulkSend,
  BulkService,
  type CreateBulkSendInput,
  MessageEntity,
  type MessageStatus,
  type WhatsAppModuleExtras,
  type WhatsAppModuleOptions,
} from 'nestjs-whatsapp';
import { GraphApiServer, type GraphApiServerOptions, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource, type DataSourceOptions, IsNull, Not } from 'typeorm';
import { vi } from 'vitest';
import { BulkChunkEntity } from '../../lib/bulk/bulk-chunk.entity.js';
import { BulkDispatcher } from '../../lib/bulk/dispatch/dispatcher.js';
import { optionsFor, TestApp, type TestAppOptions } from '../support/test-app.js';

/** The nth of as many phone numbers as a test needs. */
export const phoneOf = (index: number): string => `+54911${String(10_000_000 + index)}`;

/** The same as rows have it. */
export const digitsOf = (index: number): string => phoneOf(index).slice(1);

/** A recipient of `welcome_message`. */
export const recipientOf = (index: number) => ({
  phone: phoneOf(index),
  variables: { name: `Person ${index}`, company: 'Mi Empresa' },
});

export const recipientsOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => recipientOf(from + index));

/** What a scene begins with; what is left out lets nothing but the test limit how fast messages go. */
export interface BulkSceneOptions {
  /** The stand-in; when it is one already, the scene leaves it open. */
  readonly meta?: GraphApiServer | GraphApiServerOptions;
  readonly database?: DataSourceOptions;
  readonly options?: WhatsAppModuleOptions & WhatsAppModuleExtras;
  readonly imports?: TestAppOptions['imports'];
}

const UNLIMITED = { throughput: Infinity, messagingLimit: 'TIER_UNLIMITED' };

/** One account with one number that nothing limits, and every sample template. */
const ACCOUNT = { phoneNumbers: [UNLIMITED], templates: Object.values(sampleTemplates) };

/** An app that sends in bulk, and Meta's stand-in. */
export class BulkScene implements AsyncDisposable {
  private constructor(
    readonly app: TestApp,
    readonly meta: GraphApiServer,
    private readonly ownsMeta: boolean,
  ) {}

  static async start({ meta: given, options, ...rest }: BulkSceneOptions = {}): Promise<BulkScene> {
    const ownsMeta = !(given instanceof GraphApiServer);
    const meta = ownsMeta ? await GraphApiServer.start({ accounts: [ACCOUNT], ...given }) : given;
    const all = { ...optionsFor(meta), messagesPerSecond: 1_000, surfaces: {}, ...options };
    const app = await TestApp.start({ meta, options: all, ...rest });
    return new BulkScene(app, meta, ownsMeta);
  }

  get bulk(): BulkService {
    return this.app.get(BulkService);
  }

  get dataSource(): DataSource {
    return this.app.get(DataSource);
  }

  /** `welcome_message` to these recipients, with other words where they are given. */
  input(
    recipients: CreateBulkSendInput['recipients'],
    changes: Partial<CreateBulkSendInput> = {},
  ): CreateBulkSendInput {
    const { name: template, language } = sampleTemplates.named;
    return { template, language, recipients, ...changes };
  }

  create(recipients: CreateBulkSendInput['recipients'], changes: Partial<CreateBulkSendInput> = {}): Promise<BulkSend> {
    return this.bulk.create(this.input(recipients, changes));
  }

  /** The bulk send once it is as expected. */
  until({ id }: Pick<BulkSend, 'id'>, isAsExpected: (bulkSend: BulkSend) => boolean): Promise<BulkSend> {
    return vi.waitFor(
      async () => {
        const bulkSend = await this.bulk.get(id);
        if (!isAsExpected(bulkSend)) throw new Error(`The bulk send is still ${JSON.stringify(bulkSend)}.`);
        return bulkSend;
      },
      { timeout: 60_000, interval: 20 },
    );
  }

  ended(bulkSend: Pick<BulkSend, 'id'>): Promise<BulkSend> {
    return this.until(bulkSend, ({ completedAt }) => completedAt !== null);
  }

  /** Its messages as they are stored, in the order of the recipients. */
  rows({ id }: Pick<BulkSend, 'id'>): Promise<MessageEntity[]> {
    return this.dataSource.getRepository(MessageEntity).find({ where: { bulkSendId: id }, order: { seq: 'ASC' } });
  }

  /** The row of one recipient, once it is as expected. */
  row(
    bulkSend: Pick<BulkSend, 'id'>,
    index: number,
    isAsExpected: (row: MessageEntity) => boolean = () => true,
  ): Promise<MessageEntity> {
    return vi.waitFor(
      async () => {
        const rows = await this.rows(bulkSend);
        const row = rows.find(({ recipientPhone }) => recipientPhone === digitsOf(index));
        if (!row || !isAsExpected(row)) throw new Error(`The message is still ${JSON.stringify(row)}.`);
        return row;
      },
      { timeout: 60_000, interval: 20 },
    );
  }

  /** What is stored of bulk sends at all. */
  async stored(): Promise<{ readonly bulkSends: number; readonly messages: number; readonly chunks: number }> {
    const count = (entity: typeof BulkSendEntity | typeof MessageEntity | typeof BulkChunkEntity) =>
      this.dataSource.getRepository(entity).count();
    return {
      bulkSends: await count(BulkSendEntity),
      messages: await count(MessageEntity),
      chunks: await count(BulkChunkEntity),
    };
  }

  /** Counters and errors of a bulk send, counted from its messages. */
  async recount(bulkSend: Pick<BulkSend, 'id'>): Promise<Pick<BulkSend, 'counts'> & { errors: object }> {
    const rows = await this.rows(bulkSend);
    const count = (...statuses: MessageStatus[]) => rows.filter(({ status }) => statuses.includes(status)).length;
    const failed = rows.filter(({ status }) => status === 'failed');
    const codes = [...new Set(failed.map(({ errorCode }) => errorCode))];
    return {
      counts: {
        pending: count('pending', 'sending'),
        unconfirmed: count('unconfirmed'),
        sent: count('sent', 'delivered', 'read', 'played'),
        delivered: count('delivered', 'read', 'played'),
        read: count('read', 'played'),
        failed: failed.length,
      },
      errors: Object.fromEntries(codes.map((code) => [code, failed.filter((row) => row.errorCode === code).length])),
    };
  }

  /** The same as the bulk send itself reports it. */
  async reported({ id }: Pick<BulkSend, 'id'>): Promise<Pick<BulkSend, 'counts'> & { errors: object }> {
    const { counts, errors } = await this.bulk.get(id);
    return { counts, errors: Object.fromEntries(errors.map(({ code, count }) => [code, count])) };
  }

  /** Waits until nothing is under way and every outcome is written down. */
  async untilNobodySends(): Promise<void> {
    const chunks = this.dataSource.getRepository(BulkChunkEntity);
    await vi.waitFor(
      async () => {
        if (await chunks.existsBy({ processId: Not(IsNull()) })) throw new Error('Someone still sends.');
      },
      { timeout: 60_000, interval: 20 },
    );
  }

  /** Lets what waits for its time be due: so a test need not wait for minutes. */
  async passTime(): Promise<void> {
    const messages = this.dataSource.getRepository(MessageEntity);
    await messages.update({ status: 'pending' }, { nextAttemptAt: null });
    const bulkSends = this.dataSource.getRepository(BulkSendEntity);
    await bulkSends.update({ waitingReason: 'rate_limited' }, { waitingReason: null, waitingUntil: null });
    await this.dataSource
      .createQueryBuilder()
      .update(BulkChunkEntity)
      .set({ dueAt: new Date(0) })
      .execute();
    this.app.get(BulkDispatcher).wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    if (this.ownsMeta) await this.meta.close();
  }
}
