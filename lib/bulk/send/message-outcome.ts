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
