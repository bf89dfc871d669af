import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { In, IsNull, Not, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { SendingPauses } from '../../accounts/sending-pauses.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { Periodic } from '../../process/periodic.js';
import { NUMBER_SHARES, type NumberShares } from '../../queue/number-shares.js';
import { CHUNK_QUEUE, type Queue } from '../../queue/queue.js';
import { OutageLog } from '../../store/outage-log.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import { BULK_OPTIONS, type BulkOptions } from '../bulk.options.js';
import { sendable } from '../lifecycle.js';
import { ChunkSender } from '../send/chunk-sender.js';
import { BulkChunks, type ChunkJob } from './chunks.js';

type DueBulkSend = Pick<BulkSendEntity, 'id' | 'phoneNumberId' | 'accountId'>;

/** Chunks of a number that one process sends at a time: while the last calls of one end, others are sent. */
const PER_PROCESS = 3;

/** Picks the chunks to send next: a few for each phone number, alternating between its bulk sends. */
@Injectable()
export class ChunkPlan {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(BulkChunkEntity) private readonly chunks: Repository<BulkChunkEntity>,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly bulkChunks: BulkChunks,
    private readonly pauses: SendingPauses,
  ) {}

  /** Bulk sends that may be sent now, by phone number; the one served longest ago comes first. */
  async sendable(): Promise<ReadonlyMap<string, readonly DueBulkSend[]>> {
    const ready = await this.bulkSends.find({
      select: { id: true, phoneNumberId: true, accountId: true, servedAt: true, createdAt: true },
      where: sendable(),
    });
    const paused = await this.#paused();
    const byNumber = new Map<string, DueBulkSend[]>();
    for (const bulkSend of ready.toSorted(byLastServed)) {
      if (paused.numbers.has(bulkSend.phoneNumberId) || paused.accounts.has(bulkSend.accountId)) continue;
      byNumber.set(bulkSend.phoneNumberId, [...(byNumber.get(bulkSend.phoneNumberId) ?? []), bulkSend]);
    }
    return byNumber;
  }

  /** Jobs for the next chunks of one number, without those that are being sent. */
  async jobs(bulkSends: readonly DueBulkSend[], workers: number): Promise<ChunkJob[]> {
    const ids = bulkSends.map(({ id }) => id);
    const wanted = PER_PROCESS * workers + 1 - (await this.#taken(ids));
    const perSend: BulkChunkEntity[][] = [];
    for (const { id } of bulkSends) {
      if (perSend.length >= wanted) break;
      const due = await this.bulkChunks.due(id, wanted);
      if (due.length > 0) perSend.push(due);
    }
    return interleave(perSend, wanted).map(({ id, epoch }) => ({ chunkId: id, epoch }));
  }

  /** Of each process no more than its share counts: one that has more may be dead. */
  async #taken(bulkSendIds: readonly string[]): Promise<number> {
    const owners: { count: string | number }[] = await this.chunks
      .createQueryBuilder('chunk')
      .select('COUNT(*)', 'count')
      .where({ bulkSendId: In([...bulkSendIds]), processId: Not(IsNull()) })
      .groupBy('chunk.processId')
      .getRawMany();
    return owners.reduce((taken, { count }) => taken + Math.min(Number(count), PER_PROCESS), 0);
  }

  async #paused(): Promise<{ numbers: ReadonlySet<string>; accounts: ReadonlySet<number> }> {
    const pauses = await this.pauses.list();
    const subjects = (scope: string) => pauses.filter((pause) => pause.scope === scope).map((pause) => pause.subjectId);
    const accounts = subjects('account');
    const rows = accounts.length > 0 ? await this.accounts.findBy({ businessAccountId: In(accounts) }) : [];
    return { numbers: new Set(subjects('number')), accounts: new Set(rows.map(({ id }) => id)) };
  }
}

function byLastServed(a: BulkSendEntity, b: BulkSendEntity): number {
  const served = (a.servedAt?.getTime() ?? 0) - (b.servedAt?.getTime() ?? 0);
  return served || a.createdAt.getTime() - b.createdAt.getTime();
}

/** The first of each, then the second of each … */
function interleave<T>(lists: readonly (readonly T[])[], count: number): T[] {
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  const picked = Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1)));
  return picked.flat().slice(0, Math.max(0, count));
}

const INTERVAL_MS = 1_000;

/**
 * Puts chunks that are due in the queue, every second and when woken. Every process does so: what one of them, or Redis,
 * has lost is found again by the next run of any.
 */
@Injectable()
export class BulkDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #periodic: Periodic;
  #hasEnded = false;

  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(CHUNK_QUEUE) private readonly queue: Queue<ChunkJob>,
    @Inject(NUMBER_SHARES) private readonly shares: NumberShares,
    private readonly plan: ChunkPlan,
    private readonly sender: ChunkSender,
    private readonly outages: OutageLog,
  ) {
    const run = (signal: AbortSignal) => this.#enqueueDue(signal);
    this.#periodic = new Periodic({ name: 'Queueing due chunks', everyMs: INTERVAL_MS, run, logger, outages });
  }

  onApplicationBootstrap(): void {
    if (this.options.workers) this.queue.start((job) => this.#send(job));
    this.#periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#hasEnded = true;
    const stopped = this.#periodic.stop();
    await this.queue.stop().catch((error: unknown) => this.#warn(error));
    await stopped;
  }

  /** Something became due: queues it at once. */
  wake(): void {
    this.#periodic.wake();
  }

  async #send(job: ChunkJob): Promise<void> {
    try {
      if (await this.sender.send(job)) this.wake();
    } catch (error) {
      this.#warn(error);
    }
  }

  async #enqueueDue(signal: AbortSignal): Promise<void> {
    const byNumber = await this.plan.sendable();
    const { phoneNumberIds, workers } = await this.shares.of([...byNumber.keys()]);
    for (const phoneNumberId of phoneNumberIds) {
      if (signal.aborted) return;
      const jobs = await this.plan.jobs(byNumber.get(phoneNumberId) ?? [], workers);
      await this.queue.add(jobs.map((data) => ({ id: `${data.chunkId}.${data.epoch}`, data })));
    }
  }

  #warn(error: unknown): void {
    if (this.#hasEnded || this.outages.covers(error)) return;
    this.logger.warn(`Chunks could not be sent: ${String(error)}`);
  }
}
