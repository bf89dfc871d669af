import type { Provider } from '@nestjs/common';
import { FailureReactions } from './failure-reactions.js';
import { MarketingOptOuts } from './marketing-opt-outs.js';
import { MessageFinder } from './message-finder.js';
import { StatusEvents } from './status-events.js';
import { StatusUpdates } from './status-updates.js';

/** What statuses of messages are applied with. */
export const statusProviders: Provider[] = [
  MessageFinder,
  FailureReactions,
  MarketingOptOuts,
  StatusEvents,
  StatusUpdates,
];
