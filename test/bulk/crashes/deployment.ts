import { BulkSendEntity, MessageEntity, type WhatsAppModuleExtras, type WhatsAppModuleOptions } from 'nestjs-whatsapp';
import { GraphApiServer, type PhoneNumberFixture, sampleTemplates } from 'nestjs-whatsapp/testing';
import { type DataSource, In } from 'typeorm';
import { expect, vi } from 'vitest';
import { BulkChunkEntity } from '../../../lib/bulk/bulk-chunk.entity.js';
import { migratedDatabase } from '../../store/open-database.js';
import { type ChildBulkSend, ChildProcess } from '../../support/child-process.js';
import type { FreshDatabase } from '../../support/databases.js';
import type { FreshRedis } from '../../support/redis.js';
import { digitsOf, recipientsOf } from '../bulk-scene.js';
import { audit, type Audit } from './ledger-audit.js';

/** What processes of a deployment share. */
export interface Surroundings {
  readonly database: FreshDatabase;
  /** With it the queue is Bull, without it in-process. */
  readonly redis?: Pick<FreshRedis, 'url' | 'prefix'> | undefined;
  readonly options?: WhatsAppModuleOptions;
  /** The number that sends; by default nothing limits it. */
  readonly phoneNumber?: PhoneNumberFixture;
}

/** Recipients of one call of `create`, and of no other. */
export interface Batch {
  readonly from: number;
  readonly count: number;
  /** Once the caller was answered that it was accepted. */
  id?: string;
}

/** For whatever takes as long as until a dead process is recognised, a few times over. */
const PATIENCE = { timeout: 60_000, interval: 25 };

/** Processes that share a database, Meta's stand-in, and perhaps a Redis; and a connection of the test to that database. */
export class Deployment implements AsyncDisposable {
  readonly batches: Batch[] = [];
  readonly #started: ChildProcess[] = [];

  private constructor(
    readonly surroundings: Surroundings,
    readonly meta: GraphApiServer,
    readonly dataSource: DataSource,
  ) {}

  static async create(surroundings: Surroundings): Promise<Deployment> {
    const phoneNumber = { throughput: Infinity, messagingLimit: 'TIER_UNLIMITED', ...surroundings.phoneNumber };
    const account = { phoneNumbers: [phoneNumber], templates: Object.values(sampleTemplates) };
    const meta = await GraphApiServer.start({ accounts: [account], record: 'counts' });
    return new Deployment(surroundings, meta, await migratedDatabase(surroundings.database));
  }

  /** The processes that have not ended. */
  get running(): readonly ChildProcess[] {
    return this.#started.filter(({ isRunning }) => isRunning);
  }

  /** How many messages are still to be sent, at most. */
  get waiting(): number {
    return this.batches.reduce((sum, { count }) => sum + count, 0) - this.meta.messageCount;
  }

  async start(): Promise<ChildProcess> {
    const { database, redis, options } = this.surroundings;
    const queue: WhatsAppModuleExtras['queue'] = redis ? { driver: 'bull', prefix: redis.prefix } : 'in-process';
    const process = await ChildProcess.start(database, this.meta, {
      options: { queue, ...options },
      redisUrl: redis?.url,
    });
    this.#started.push(process);
    return process;
  }

  /** Has a process accept a bulk send. Never resolves when the process is killed before it answers. */
  async create(process: ChildProcess, count: number, pause?: ChildBulkSend['pause']): Promise<Batch> {
    const last = this.batches.at(-1);
    const batch: Batch = { from: last ? last.from + last.count : 0, count };
    this.batches.push(batch);
    const { name: template, language } = sampleTemplates.named;
    const recipients = recipientsOf(count, batch.from);
    const { result, error } = await process.createBulkSend({ template, language, recipients, ...(pause && { pause }) });
    if (!result) throw new Error(`The bulk send was not accepted: ${error?.message}`);
    batch.id = result.id;
    return batch;
  }

  /** Waits until Meta took so many messages more. */
  async more(messages: number): Promise<void> {
    const wanted = this.meta.messageCount + messages;
    const rows = this.dataSource.getRepository(MessageEntity);
    // What was on its way at a kill may never come.
    const isOver = async () => !(await rows.existsBy({ status: In(['pending', 'sending']) }));
    await this.until('More is sent', async () => this.meta.messageCount >= wanted || (await isOver()));
  }

  /** Waits until something is so. */
  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    await vi.waitFor(async () => {
      if (!(await isSo())) throw new Error(`${what}: it never came to that. ${JSON.stringify(await this.audit())}`);
    }, PATIENCE);
  }

  /** Waits until every bulk send has ended, and every one that was not accepted is gone. */
  ended(): Promise<void> {
    const bulkSends = this.dataSource.getRepository(BulkSendEntity);
    return this.until('Every bulk send has ended', async () => {
      const rows = await bulkSends.find({ select: { id: true, completedAt: true } });
      return rows.every(({ completedAt }) => completedAt !== null);
    });
  }

  audit(): Promise<Audit[]> {
    return audit(this.dataSource);
  }

  /**
   * Compares every row with what Meta saw: no recipient got a message twice or none, and every row says what
   * happened, and waits until no chunk is left. To be called when all has ended.
   * @returns how many messages are in doubt
   */
  async expectTruth(): Promise<number> {
    const twice = [...this.meta.sendCounts].filter(([, times]) => times > 1);
    expect(twice, 'recipients reached twice').toEqual([]);
    const rows = await this.dataSource.getRepository(MessageEntity).find();
    const byPhone = new Map(rows.map((row) => [row.recipientPhone, row]));
    expect(byPhone.size, 'rows with a recipient of their own').toBe(rows.length);
    let inDoubt = 0;
    for (const batch of this.batches) {
      const phones = Array.from({ length: batch.count }, (_, index) => digitsOf(batch.from + index));
      const stored = phones.filter((phone) => byPhone.has(phone)).length;
      expect(batch.id ? [batch.count] : [0, batch.count], 'rows of a call of create').toContain(stored);
      const untrue = phones.filter((phone) => !isTrue(byPhone.get(phone), this.meta.sendsTo(phone)));
      expect(untrue.map((phone) => ({ reached: this.meta.sendsTo(phone), row: byPhone.get(phone) }))).toEqual([]);
      inDoubt += phones.filter((phone) => byPhone.get(phone)?.status === 'failed').length;
    }
    await this.#expectNothingLeft();
    return inDoubt;
  }

  async #expectNothingLeft(): Promise<void> {
    const ended = this.#started.filter(({ isRunning }) => !isRunning);
    for (const process of ended) expect(['SIGKILL', 'SIGTERM'], 'how a process ended').toContain(await process.ended);
    for (const { status, reported, counted } of await this.audit()) {
      expect(reported).toEqual(counted);
      expect(reported).toMatchObject({ unconfirmed: 0, recipients: reported.sent + reported.failed });
      expect(status).toBe(reported.failed > 0 ? 'PARTIAL' : 'COMPLETED');
    }
    const bulkSends = await this.dataSource.getRepository(BulkSendEntity).find({ select: { id: true } });
    const ids = new Set(bulkSends.map(({ id }) => id));
    const messages = this.dataSource.getRepository(MessageEntity);
    const owners = await messages.createQueryBuilder('m').select('m.bulkSendId', 'id').distinct().getRawMany();
    expect(
      owners.filter(({ id }) => !ids.has(id)),
      'messages of no bulk send',
    ).toEqual([]);
    // The process that stored the last outcome gives its chunk back after that.
    await this.until(
      'No chunk is left',
      async () => (await this.dataSource.getRepository(BulkChunkEntity).count()) === 0,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.running.map((process) => {
        process.thaw();
        return process[Symbol.asyncDispose]();
      }),
    );
    await this.dataSource.destroy();
    await this.meta.close();
    await this.surroundings.database.drop();
  }
}

function isTrue(row: MessageEntity | undefined, reached: number): boolean {
  if (!row) return reached === 0;
  if (row.status === 'sent') return reached === 1;
  return row.status === 'failed' && row.errorCode === 'OUTCOME_UNKNOWN' && reached <= 1;
}
