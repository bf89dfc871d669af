import { Inject, Injectable } from '@nestjs/common';
import { Between, In, MoreThan, And, Raw, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../database/repositories.js';
import { retryOnDeadlock } from '../../database/retry-on-deadlock.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { LAPSE_MARGIN } from '../../messages/message-store.js';
import type { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BULK_OPTIONS, type BulkOptions } from '../bulk.options.js';

/** What the sender needs of a message that waits. */
export type PendingMessage = Pick<
  MessageEntity,
  'id' | 'seq' | 'attempt' | 'retries' | 'phoneNumberId' | 'recipientPhone' | 'content'
>;

/** The messages of a chunk that are due, and the claim that makes them one process's to send. */
@Injectable()
export class PendingMessages {
  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
  ) {}

  /** The next ones of a chunk that are due, after a place in it. */
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
        content: true,
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
   * Makes messages `sending`, one attempt further. Those that are not pending any more, because the bulk send was
   * cancelled say, are left out.
   */
  async claim(messages: readonly PendingMessage[]): Promise<readonly PendingMessage[]> {
    const ids = messages.map(({ id }) => id);
    const lapsesAt = new Date(Date.now() + this.options.callTimeout + LAPSE_MARGIN);
    const { affected } = await retryOnDeadlock(() =>
      this.messages.update(
        { id: In(ids), status: 'pending' },
        { status: 'sending', attempt: () => 'attempt + 1', nextAttemptAt: null, lapsesAt },
      ),
    );
    const claimed = messages.map((message) => ({ ...message, attempt: message.attempt + 1 }));
    return affected === messages.length ? claimed : this.#claimedOf(claimed);
  }

  async #claimedOf(messages: readonly PendingMessage[]): Promise<readonly PendingMessage[]> {
    const ids = messages.map(({ id }) => id);
    const rows = await this.messages.find({
      select: { id: true, attempt: true },
      where: { id: In(ids), status: 'sending' },
    });
    const attempts = new Map(rows.map(({ id, attempt }) => [id, attempt]));
    return messages.filter(({ id, attempt }) => attempts.get(id) === attempt);
  }
}
