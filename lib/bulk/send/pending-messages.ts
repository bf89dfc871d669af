import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { And, Between, MoreThan, Raw, Repository, type SelectQueryBuilder } from 'typeorm';
import { EXPIRY_MARGIN } from '../../messages/message-repository.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { inList } from '../../store/dialect.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { retryOnDeadlock } from '../../store/retry.js';
import { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BULK_OPTIONS, type BulkOptions } from '../bulk.options.js';
import { RetryUntilStored } from './outcome-writer.js';

/** Milliseconds by which claims expire apart, at random, so that two for the same messages can be distinguished. */
const CLAIM_SPREAD = 10_000;

/** What the sender needs of a message that waits. */
export type PendingMessage = Pick<
  MessageEntity,
  'id' | 'seq' | 'attempt' | 'retries' | 'phoneNumberId' | 'recipientPhone' | 'userId' | 'content' | 'lapsesAt'
>;

/** The messages of a chunk that are due, and the claim that makes them one process's to send. */
@Injectable()
export class PendingMessages {
  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    @InjectWhatsAppRepository(BulkChunkEntity) private readonly chunks: Repository<BulkChunkEntity>,
    private readonly retryUntilStored: RetryUntilStored,
  ) {}

  /** The next messages of a chunk that are due. @param after `seq` of the last one read */
  next({ bulkSendId, fromSeq, toSeq }: BulkChunkEntity, after: number, count: number): Promise<PendingMessage[]> {
    const now = Date.now();
    return this.messages.find({
      select: {
        id: true,
        seq: true,
        attempt: true,
        retries: true,
        phoneNumberId: true,
        recipientPhone: true,
        userId: true,
        content: true,
        lapsesAt: true,
      },
      where: {
        bulkSendId,
        seq: And(Between(fromSeq, toSeq), MoreThan(after)),
        status: 'pending',
        nextAttemptAt: Raw((column) => `(${column} IS NULL OR ${column} <= :now)`, { now }),
      },
      order: { seq: 'ASC' },
      take: count,
    });
  }

  /**
   * Makes messages `sending`, one attempt further. Left out are those that are not pending any more, because the bulk
   * send was cancelled say; all of them, once the chunk was taken over: this process was frozen, and does not know yet.
   */
  async claim(chunk: BulkChunkEntity, messages: readonly PendingMessage[]): Promise<readonly PendingMessage[]> {
    const ids = messages.map(({ id }) => id);
    const lapsesAt = new Date(Date.now() + this.options.callTimeout + EXPIRY_MARGIN + randomInt(CLAIM_SPREAD));
    const taken = this.#taken(chunk);
    const claiming = retryOnDeadlock(() =>
      this.messages
        .createQueryBuilder()
        .update()
        .set({ status: 'sending', attempt: () => 'attempt + 1', nextAttemptAt: null, lapsesAt })
        .where({ id: inList(this.messages, ids), status: 'pending' })
        .andWhere(`EXISTS (${taken.getQuery()})`)
        .setParameters(taken.getParameters())
        .execute(),
    );
    const { affected } = await claiming.catch(async (error: unknown) => {
      // The database may have done it and had no chance to say so. Nothing of it was sent.
      await this.retryUntilStored.run(() => this.#giveBack(ids, lapsesAt));
      throw error;
    });
    if (affected === 0) return [];
    const claimed = messages.map((message) => ({ ...message, attempt: message.attempt + 1, lapsesAt }));
    return affected === messages.length ? claimed : this.#claimedOf(claimed, lapsesAt);
  }

  /** A row, while the chunk is that of the process that took it. */
  #taken({ id, processId, epoch }: BulkChunkEntity): SelectQueryBuilder<BulkChunkEntity> {
    return this.chunks
      .createQueryBuilder('chunk')
      .select('chunk.id')
      .where('chunk.id = :chunkId AND chunk.epoch = :chunkEpoch AND chunk.processId = :chunkOwner', {
        chunkId: id,
        chunkEpoch: epoch,
        chunkOwner: processId,
      });
  }

  async #giveBack(ids: readonly number[], lapsesAt: Date): Promise<void> {
    const claimed = { id: inList(this.messages, ids), status: 'sending' as const, lapsesAt };
    await this.messages.update(claimed, { status: 'pending', lapsesAt: null });
  }

  /** Those that this claim got: another's are `sending`, too. */
  async #claimedOf(messages: readonly PendingMessage[], lapsesAt: Date): Promise<readonly PendingMessage[]> {
    const ids = messages.map(({ id }) => id);
    const rows = await this.messages.find({
      select: { id: true, attempt: true },
      where: { id: inList(this.messages, ids), status: 'sending', lapsesAt },
    });
    const attempts = new Map(rows.map(({ id, attempt }) => [id, attempt]));
    return messages.filter(({ id, attempt }) => attempts.get(id) === attempt);
  }
}
