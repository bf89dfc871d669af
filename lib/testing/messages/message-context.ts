import type { AccountNode } from '../graph-node.js';
import type { GraphCall } from '../server/graph-call.js';
import type { Recipient } from './recipient.js';

/** What the checks of a message's content may need to know. */
export interface MessageContext {
  readonly account: AccountNode;
  readonly recipient: Recipient;
  readonly call: GraphCall;
}
