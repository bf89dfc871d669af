import { Injectable } from '@nestjs/common';
import { MarketingConsents, reasonOf } from '../contacts/marketing-consents.js';
import type { Failure } from '../messages/message-failure.js';

const failure = (errorCode: string, errorMessage: string): Failure => ({
  errorCode,
  errorMessage,
  errorDetails: null,
  errorTraceId: null,
});

const ERASED = failure('ERASED', 'The person was erased at their wish before the message was sent.');

/** Tells which recipients of a bulk send get nothing, and with what their messages fail. */
@Injectable()
export class RefusedRecipients {
  constructor(private readonly consents: MarketingConsents) {}

  /**
   * @param category that the template has now: Meta may change it between accepting and sending
   * @param phones digits or user ids as the messages have them; empty for a person who was erased
   */
  async among(workspaceId: number, category: string, phones: readonly string[]): Promise<ReadonlyMap<string, Failure>> {
    const refusals = await this.consents.refusalsOf(workspaceId, phones, category);
    const failures = new Map([...refusals].map(([phone, code]) => [phone, failure(code, reasonOf(code))]));
    return phones.includes('') ? failures.set('', ERASED) : failures;
  }
}
