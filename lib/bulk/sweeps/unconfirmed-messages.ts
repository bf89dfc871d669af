import { Inject, Injectable } from '@nestjs/common';
import { OUTCOME_UNKNOWN_FAILURE } from '../../messages/message-failure.js';
import { BULK_OPTIONS, type BulkOptions } from '../bulk.options.js';
import { BulkLedger } from '../ledger/bulk-ledger.js';

/** Messages of bulk sends whose call nobody knows the outcome of. */
@Injectable()
export class UnconfirmedMessages {
  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    private readonly ledger: BulkLedger,
  ) {}

  /** Those that are `sending` and whose process is gone: they may have been sent, and are not sent again by themselves. */
  async mark(bulkSendId: string, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await this.ledger.change(bulkSendId, ids, (messages) => {
      const lapsesAt = new Date(Date.now() + this.options.unconfirmedAfter);
      const sending = messages.filter(({ status }) => status === 'sending');
      return { messages: sending.map(({ id }) => ({ id, status: 'unconfirmed', lapsesAt })) };
    });
  }

  /** Those that waited for proof in vain. */
  async giveUp(bulkSendId: string, ids: readonly number[]): Promise<void> {
    await this.ledger.change(bulkSendId, ids, (messages, { carriesCode }) => ({
      messages: messages
        .filter(({ status }) => status === 'unconfirmed')
        .map(({ id }) => ({
          id,
          ...OUTCOME_UNKNOWN_FAILURE,
          status: 'failed',
          failedAt: new Date(),
          lapsesAt: null,
          ...(carriesCode && { content: null }),
        })),
    }));
  }
}
