import { Injectable } from '@nestjs/common';
import { MarketingConsents, refusalInWords } from '../contacts/marketing-consents.js';
import type { MessageChange } from '../messages/message-changes.js';
import type { Failure } from '../messages/message-failure.js';
import { recipientOf } from '../messages/recipient.js';
import { BulkLedger } from './ledger.js';
import type { PendingMessage } from './send/pending-messages.js';
import type { SendableBulkSend } from './send/sendable-bulk-sends.js';

const failureWith = (errorCode: string, errorMessage: string): Failure => ({
  errorCode,
  errorMessage,
  errorDetails: null,
  errorTraceId: null,
});

const ERASED = failureWith('ERASED', 'The recipient was erased at their own request before the message was sent.');

/** Decides which recipients of a bulk send get nothing, and with which error their messages fail. */
@Injectable()
export class RefusedRecipients {
  constructor(private readonly consents: MarketingConsents) {}

  /**
   * @param category that the template has now: Meta may change it between accepting and sending
   * @param phones digits or user ids as the messages have them; empty for a person who was erased
   */
  async among(workspaceId: number, category: string, phones: readonly string[]): Promise<ReadonlyMap<string, Failure>> {
    const refusals = await this.consents.refusalsOf(workspaceId, phones, category);
    const failures = new Map([...refusals].map(([phone, code]) => [phone, failureWith(code, refusalInWords(code))]));
    return phones.includes('') ? failures.set('', ERASED) : failures;
  }
}

/** Fails messages to recipients who were blocked, opted out of marketing or were erased since the bulk send was accepted. */
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
