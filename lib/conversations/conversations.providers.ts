import type { Provider } from '@nestjs/common';
import { ConversationLabels } from './conversation-labels.js';
import { ConversationChanges } from './conversation-changes.js';
import { ConversationHistory } from './conversation-history.js';
import { ConversationOpenings } from './conversation-openings.js';
import { ConversationReads } from './conversation-reads.js';
import { ConversationRows } from './conversation-rows.js';
import { ConversationSends } from './conversation-sends.js';
import { ExpiredWords } from './expired-words.js';
import { MessageTexts } from './message-texts.js';

/** What `ConversationsService` is made of. */
export const conversationProviders: Provider[] = [
  ConversationLabels,
  ConversationChanges,
  ConversationHistory,
  ConversationOpenings,
  ConversationReads,
  ConversationRows,
  ConversationSends,
  ExpiredWords,
  MessageTexts,
];
