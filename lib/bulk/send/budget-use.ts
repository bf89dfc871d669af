import type { ReservedRecipients } from '../../messages/limit-entries.js';
import type { Portfolio } from '../../messages/portfolio.js';
import type { MessagingLimits } from '../../messages/messaging-limits.js';
import type { MessageOutcome } from './message-outcome.js';

/** What became of the places in the messaging limit that were reserved for some messages. */
export class BudgetUse {
  readonly #sent: string[] = [];
  readonly #notSent: string[] = [];

  constructor(
    private readonly budget: MessagingLimits,
    private readonly portfolio: Portfolio,
    readonly grant: ReservedRecipients,
  ) {}

  /** A place is kept when nobody knows whether the message went out. */
  note(recipient: string, outcome: MessageOutcome): void {
    if (this.portfolio.limit === null) return;
    if (outcome.kind === 'sent') this.#sent.push(recipient);
    if (outcome.kind === 'failed' || outcome.kind === 'again') this.#notSent.push(recipient);
  }

  /** Counts those who were sent to and gives the places of the others back. */
  async settle(): Promise<void> {
    const outside = this.#sent.filter((recipient) => !this.grant.inWindow.has(recipient));
    const counted = outside.map((recipient) => this.grant.keyOf.get(recipient) ?? recipient);
    if (counted.length > 0) await this.budget.count(this.portfolio, counted, new Date());
    if (this.#notSent.length > 0) await this.budget.release(this.portfolio, this.#notSent, this.grant);
  }
}
