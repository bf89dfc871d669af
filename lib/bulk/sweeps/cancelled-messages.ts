import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import { BulkLedger } from '../ledger/bulk-ledger.js';

const SETTLED_AT_ONCE = 1_000;

/** Error code of messages whose bulk send was cancelled before they were sent. */
export const CANCELLED = 'CANCELLED';

/** Fails what is still pending of cancelled bulk sends. Nobody sends it any more; here it is only written down. */
@Injectable()
export class CancelledMessages {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(BulkChunkEntity) private readonly chunks: Repository<BulkChunkEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly ledger: BulkLedger,
  ) {}

  async run(): Promise<void> {
    const cancelled = await this.bulkSends.findBy({ status: 'CANCELLED', completedAt: IsNull() });
    for (const { id } of cancelled) await this.settle(id);
  }

  /** @param until by `performance.now()`: what is left then is the next sweep's */
  async settle(bulkSendId: string, until = Infinity): Promise<void> {
    for (let after: number | null = 0; after !== null;) {
      if (performance.now() > until) return;
      const pending: Pick<MessageEntity, 'id' | 'seq'>[] = await this.messages.find({
        select: { id: true, seq: true },
        where: { bulkSendId, status: 'pending', seq: MoreThan(after) },
        order: { seq: 'ASC' },
        take: SETTLED_AT_ONCE,
      });
      await this.#fail(
        bulkSendId,
        pending.map(({ id }) => id),
      );
      after = pending.length < SETTLED_AT_ONCE ? null : (pending.at(-1)?.seq ?? null);
    }
    await this.chunks.delete({ bulkSendId, processId: IsNull() });
  }

  async #fail(bulkSendId: string, ids: readonly number[]): Promise<void> {
    await this.ledger.change(bulkSendId, ids, (messages, { carriesCode }) => ({
      messages: messages
        .filter(({ status }) => status === 'pending')
        .map(({ id }) => ({
          id,
          status: 'failed',
          failedAt: new Date(),
          nextAttemptAt: null,
          errorCode: CANCELLED,
          errorMessage: 'The bulk send was cancelled before this message was sent.',
          ...(carriesCode && { content: null }),
        })),
      // Also when nothing was pending: it may be over by now.
      bulkSend: {},
    }));
  }
}
