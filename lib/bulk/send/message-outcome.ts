import type { Acceptance } from '../../messages/message-call.js';
import type { Failure } from '../../messages/message-failure.js';

/** What became of the call of one message. */
export type MessageOutcome =
  | { readonly kind: 'sent'; readonly acceptance: Acceptance; readonly at: Date }
  /** `mayPassAt`: when it may be tried again, if a person asks for that. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly at: Date; readonly mayPassAt: Date | null }
  /** Certainly not sent, and to be tried again. `counts`: one of the tries that a message has. */
  | { readonly kind: 'again'; readonly at: Date | null; readonly counts: boolean }
  /** Nobody knows. */
  | { readonly kind: 'unconfirmed' };

/** Something that concerns more than the one message whose call Meta refused. */
export type SendingHold =
  | { readonly kind: 'slow-number' }
  | { readonly kind: 'pause-number' | 'pause-account'; readonly hold: HoldReason; readonly until: Date | null }
  | { readonly kind: 'pause-bulk-send'; readonly hold: HoldReason; readonly isTemplate: boolean }
  | { readonly kind: 'wait-for-quota'; readonly hold: HoldReason };

/** Why, with Meta's code where it is Meta's word. */
export interface HoldReason {
  readonly code: string | null;
  readonly message: string;
}

/** What follows from a call: what becomes of its message, and what else has to stop. */
export interface Reaction {
  readonly outcome: MessageOutcome;
  readonly hold?: SendingHold;
}
