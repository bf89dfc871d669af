import { Inject, Injectable } from '@nestjs/common';
import { Between, type DataSource, IsNull, LessThanOrEqual, Repository } from 'typeorm';
import { MessageEntity } from '../../messages/message.entity.js';
import { WHATSAPP_DATA_SOURCE } from '../../store/data-source.provider.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { retryOnDeadlock } from '../../store/retry.js';
import { runInTransaction } from '../../store/run-in-transaction.js';
import { change, select, type Statements } from '../../store/statement.js';
import { CHUNK_SIZE } from '../accept/recipient-rows.js';
import { BulkChunkEntity } from '../bulk-chunk.entity.js';
import type { BulkSendEntity } from '../bulk-send.entity.js';

/** What a job of the queue carries: a chunk, and its epoch when it was due. */
export interface ChunkJob {
  readonly chunkId: number;
  readonly epoch: number;
}

/** The chunks of bulk sends. One process at a time sends a chunk, and the database decides which. */
@Injectable()
export class BulkChunks {
  /** The chunks that this process sends, or is about to take, with their epoch. */
  readonly #held = new Map<number, number>();

  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(BulkChunkEntity) private readonly chunks: Repository<BulkChunkEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
  ) {}

  /** The first chunks of a bulk send that are due and not taken. */
  due(bulkSendId: string, count: number): Promise<BulkChunkEntity[]> {
    return this.chunks.find({
      where: { bulkSendId, processId: IsNull(), dueAt: LessThanOrEqual(new Date()) },
      order: { fromSeq: 'ASC' },
      take: count,
    });
  }

  /** Whether this process sends a chunk, or is about to take it. */
  isHeld(id: number): boolean {
    return this.#held.has(id);
  }

  /**
   * Takes a chunk for this process; undefined when the job is stale or here twice, or another process was quicker. After an
   * error it may have been taken, and has to be dropped.
   */
  async take({ chunkId: id, epoch }: ChunkJob, processId: string): Promise<BulkChunkEntity | undefined> {
    // The row has the same owner and epoch for both: the one that fails would drop what the other one sends.
    if (this.#held.has(id)) return undefined;
    const taken = { processId, epoch: epoch + 1 };
    this.#held.set(id, taken.epoch);
    const { affected } = await this.chunks.update({ id, epoch, processId: IsNull() }, taken);
    const chunk = affected === 1 ? await this.chunks.findOneBy({ id, ...taken }) : null;
    if (!chunk) this.#forget({ id, epoch: taken.epoch });
    return chunk ?? undefined;
  }

  /** Drops a chunk that may have been taken with this job. */
  async drop({ chunkId: id, epoch }: ChunkJob, processId: string): Promise<void> {
    const taken = { id, epoch: epoch + 1 };
    await this.chunks.update({ ...taken, processId }, { processId: null });
    this.#forget(taken);
  }

  /**
   * Releases a chunk, due again when the first of its pending messages is; without any it is done and gone.
   * @param notBefore nothing could be sent of it now: it is not due before
   */
  async release(chunk: BulkChunkEntity, notBefore = new Date(0)): Promise<void> {
    const { id, processId, epoch, bulkSendId, fromSeq, toSeq } = chunk;
    const asTaken = { id, epoch, processId: processId ?? IsNull() };
    const { chunks, messages } = this;
    await runInTransaction(this.dataSource, function* () {
      const own = chunks.createQueryBuilder('chunk').select('chunk.id', 'id').where(asTaken);
      const [taken] = yield* select<{ id: number }>(own, { lock: true, numbers: ['id'] });
      if (!taken) return;
      const pending = messages
        .createQueryBuilder('message')
        .select('MIN(COALESCE(message.nextAttemptAt, 0))', 'due')
        .where({ bulkSendId, seq: Between(fromSeq, toSeq), status: 'pending' });
      const [first] = yield* select<{ due: number | null }>(pending, { numbers: ['due'] });
      const due = first?.due ?? null;
      yield* change(
        due === null
          ? chunks.createQueryBuilder().delete().where({ id })
          : chunks
              .createQueryBuilder()
              .update()
              .set({ processId: null, dueAt: new Date(Math.max(due, notBefore.getTime())) })
              .where({ id }),
      );
    });
    this.#forget(chunk);
  }

  /** Makes all chunks of a bulk send due. */
  async makeDue(bulkSendId: string): Promise<void> {
    await retryOnDeadlock(() => this.chunks.update({ bulkSendId, processId: IsNull() }, { dueAt: new Date(0) }));
  }

  /** Makes the chunks of these messages due, and inserts those that were done. The bulk send's row must be locked. */
  *plan(
    { id: bulkSendId, uniqueRecipients }: Pick<BulkSendEntity, 'id' | 'uniqueRecipients'>,
    messages: readonly Pick<MessageEntity, 'seq'>[],
  ): Statements<void> {
    const starts = new Set(messages.map(({ seq }) => Math.floor(((seq ?? 1) - 1) / CHUNK_SIZE) * CHUNK_SIZE + 1));
    const dueAt = new Date(0);
    for (const fromSeq of starts) {
      const chunk = { bulkSendId, fromSeq };
      const hurried = yield* change(this.chunks.createQueryBuilder().update().set({ dueAt }).where(chunk));
      if (hurried > 0) continue;
      const toSeq = Math.min(uniqueRecipients, fromSeq + CHUNK_SIZE - 1);
      const chunkRow = { ...chunk, toSeq, dueAt, epoch: 0 };
      yield* change(this.chunks.createQueryBuilder().insert().values(chunkRow));
    }
  }

  #forget({ id, epoch }: Pick<BulkChunkEntity, 'id' | 'epoch'>): void {
    if (this.#held.get(id) === epoch) this.#held.delete(id);
  }
}
