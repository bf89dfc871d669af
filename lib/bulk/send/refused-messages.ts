import { Injectable } from '@nestjs/common';
import type { MessageChange } from '../../messages/message-changes.js';
import { recipientOf } from '../../messages/recipient.js';
import { BulkLedger } from '../ledger/bulk-ledger.js';
import { RefusedRecipients } from '../refused-recipients.js';
import type { PendingMessage } from './pending-messages.js';
import type { SendableBulkSend } from './sending-states.js';

/** Fails messages whose recipients were blocked, wanted no more marketing or were erased since the bulk send was accepted. */
@Injectable()
export class RefusedMessages {
  constructor(
    private readonly refused: RefusedRecipients,
    private readonly ledger: BulkLedger,
  ) {}

  /** @returns those that may be sent */
  async failAmong(
    { bulkSend, template }: SendableBulkSend,
    messages: readonly PendingMessage[],
  ): Promise<readonly PendingMessage[]> {
    const named = messages.map(recipientOf);
    const failures = await this.refused.among(bulkSend.workspaceId, template.category, named);
    if (failures.size === 0) return messages;
    const refused = messages.filter((message) => failures.has(recipientOf(message)));
    const failureOf = new Map(refused.map((message) => [message.id, failures.get(recipientOf(message))]));
    await this.ledger.change(bulkSend.id, [...failureOf.keys()], (rows, { carriesCode }) => ({
      messages: rows
        .filter(({ status }) => status === 'pending')
        .map(({ id }): MessageChange => ({
          id,
          ...failureOf.get(id),
          status: 'failed',
          failedAt: new Date(),
          nextAttemptAt: null,
          ...(carriesCode && { content: null }),
        })),
    }));
    return messages.filter((message) => !failures.has(recipientOf(message)));
  }
}
