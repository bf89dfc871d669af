import type { Provider } from '@nestjs/common';
import { ConversationChanges } from './conversation-changes.js';
import { ConversationOpenings } from './conversation-openings.js';
import { ConversationReads, ConversationHistory, ConversationLabels } from './conversation-reads.js';
import { ConversationRows, ExpiredWords } from './conversation-rows.js';
import { ConversationSends } from './conversation-sends.js';
import { MessageTexts } from './message-preview.js';

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
