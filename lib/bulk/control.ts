import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { SendingPauses } from '../accounts/sending-pauses.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { TemplateSync } from '../templates/template-sync.js';
import { BulkChunks } from './dispatch/chunks.js';
import { MessageEntity } from '../messages/message.entity.js';
import { BulkChunkEntity } from './bulk-chunk.entity.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import { BulkLedger } from './ledger.js';
import { BulkLifecycle } from './lifecycle.js';

/** Milliseconds for which `cancel` fails messages itself; the rest is done in the background. */
const SETTLED_IN_MS = 500;

/** Error code of messages whose bulk send was cancelled before they were sent. */
const CANCELLED = 'CANCELLED';

/** Messages failed in one transaction. */
const BATCH_SIZE = 1_000;

/** Fails what is pending of cancelled bulk sends. None of it is sent any more; here it is only recorded. */
@Injectable()
export class CancelledMessages {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(BulkChunkEntity) private readonly chunks: Repository<BulkChunkEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly ledger: BulkLedger,
  ) {}

  async settleAll(): Promise<void> {
    const cancelled = await this.bulkSends.findBy({ status: 'CANCELLED', completedAt: IsNull() });
    for (const { id } of cancelled) await this.settle(id);
  }

  /** @param until by `performance.now()`: the rest is left to `settleAll` */
  async settle(bulkSendId: string, until = Infinity): Promise<void> {
    for (let after: number | null = 0; after !== null;) {
      if (performance.now() > until) return;
      const pending: Pick<MessageEntity, 'id' | 'seq'>[] = await this.messages.find({
        select: { id: true, seq: true },
        where: { bulkSendId, status: 'pending', seq: MoreThan(after) },
        order: { seq: 'ASC' },
        take: BATCH_SIZE,
      });
      await this.#fail(
        bulkSendId,
        pending.map(({ id }) => id),
      );
      after = pending.length < BATCH_SIZE ? null : (pending.at(-1)?.seq ?? null);
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

/** Pauses, resumes and cancels bulk sends when a person asks for it. */
@Injectable()
export class BulkControl {
  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly templates: TemplateSync,
    private readonly pauses: SendingPauses,
    private readonly chunks: BulkChunks,
    private readonly cancelled: CancelledMessages,
    private readonly lifecycle: BulkLifecycle,
  ) {}

  /** @throws BulkSendStateError when it has ended */
  pause({ id }: BulkSendEntity): Promise<void> {
    return this.lifecycle.pause(id);
  }

  /**
   * Also resumes its number and account: the request of a person outweighs their pauses.
   * @throws BulkSendStateError when it has ended
   */
  async resume(bulkSend: BulkSendEntity): Promise<void> {
    const { id, accountId, phoneNumberId, waitingReason, templateName } = bulkSend;
    const account = await this.accounts.findOneBy({ id: accountId });
    // First of all: with the status that is known, the next chunk would pause it again.
    if (account && waitingReason === 'template_paused') await this.#lookUpTemplate(account, templateName);
    await this.lifecycle.resume(bulkSend);
    await this.pauses.resume('number', phoneNumberId);
    if (account) await this.pauses.resume('account', account.businessAccountId);
    await this.chunks.makeDue(id);
  }

  /**
   * What was not sent yet fails as `CANCELLED`.
   * @throws BulkSendStateError when it has ended
   */
  async cancel({ id }: BulkSendEntity): Promise<void> {
    await this.lifecycle.cancel(id);
    await this.cancelled.settle(id, performance.now() + SETTLED_IN_MS);
  }

  /** One that was paused may be approved again; with Meta out of reach it stays as it was last seen. */
  async #lookUpTemplate(account: BusinessAccountEntity, name: string): Promise<void> {
    await this.templates.refresh(account, name).catch(() => undefined);
  }
}
