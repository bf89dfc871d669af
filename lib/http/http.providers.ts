import type { Provider } from '@nestjs/common';
import { ConversationTemplates } from './conversations/conversation-templates.js';

/** What the surfaces' controllers share. */
export const httpProviders: Provider[] = [ConversationTemplates];
