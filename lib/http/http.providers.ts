import type { Provider } from '@nestjs/common';
import { ConversationTemplates } from './conversations/conversation-templates.js';
import { MediaRequests } from './workspace/media-messages/media-requests.js';
import { TemplateRequests } from './workspace/template-messages/template-requests.js';
import { Uploads } from './workspace/uploads/uploads.js';

/** What the surfaces' controllers share. */
export const httpProviders: Provider[] = [ConversationTemplates, MediaRequests, TemplateRequests, Uploads];
