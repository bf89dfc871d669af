import type { Account } from '../accounts/account.js';
import type { GraphCall } from '../server/graph-call.js';
import type { Recipient } from './recipient.js';

/** What the checks of a message's content may need to know. */
export interface MessageContext {
  readonly account: Account;
  readonly recipient: Recipient;
  readonly call: GraphCall;
}
