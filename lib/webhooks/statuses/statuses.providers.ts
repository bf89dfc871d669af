import type { Provider } from '@nestjs/common';
import { FailureReactions, MarketingOptOuts } from './failure-reactions.js';
import { MessageFinder } from './message-finder.js';
import { StatusUpdates, StatusEvents } from './status-updates.js';

/** What statuses of messages are applied with. */
export const statusProviders: Provider[] = [
  MessageFinder,
  FailureReactions,
  MarketingOptOuts,
  StatusEvents,
  StatusUpdates,
];
