import type { Provider } from '@nestjs/common';
import { ConsoleSessions } from '../../auth/console-sessions.js';
import { ConflictError, NotFoundError } from '../../errors.js';
import { exampleErrors } from '../openapi/example-errors.js';
import { string } from '../openapi/schema.js';
import type { Surface, SurfaceDocumentation } from '../surface/surface.js';
import { ConsoleAssets } from './console-assets.js';
import { CONSOLE_SETTINGS, type ConsoleOptions, consoleSettings, DEFAULT_PREFIX } from './console.options.js';
import { ConsoleExceptionFilter, ErrorAnswer } from './console-exception.filter.js';
import {
  CONSOLE_HEADER,
  ConsoleGuard,
  ConsoleLinkGuard,
  ForeignPageGuard,
  PrivateAnswersGuard,
} from './console.guard.js';
import { ConsoleBulkSendControlController, ConsoleBulkSendsController } from './bulk-sends.controller.js';
import { ConsoleConversationsController } from './conversations.controller.js';
import { ConsoleLinksService } from './console-links.service.js';
import { ConversationMediaController } from './conversation-media.controller.js';
import { ConversationSendsController } from './conversation-sends.controller.js';
import { ConsoleContactListsController } from './contact-lists.controller.js';
import { ConsoleContactsController } from './contacts.controller.js';
import { ConsoleMessagesController } from './messages.controller.js';
import { ConsoleNewBulkSendController } from './new-bulk-send.controller.js';
import { ConsoleOverviewController } from './overview.controller.js';
import { ConsolePagesController } from './pages.controller.js';
import { ConsoleFirstStepsController } from './first-steps.controller.js';
import { ConsoleSettingsController } from './settings.controller.js';
import { OptionsInForce } from './options-in-force.js';
import { ConsoleApiKeysController } from './api-keys.controller.js';
import { ConsoleSessionController } from './session.controller.js';
import { ConsoleStreamController } from './stream.controller.js';
import { ConsoleTemplatesController } from './templates.controller.js';
import { ConsoleWebhooksController } from './webhooks.controller.js';
import { ConsoleCallbacksController } from './callbacks.controller.js';
import { ViewedConversations } from './viewed-conversations.js';

const documentation: SurfaceDocumentation = {
  tag: 'Console',
  refusal: ErrorAnswer,
  refusals: [
    { description: 'The request is not valid, every problem named.', error: exampleErrors.invalidRequest },
    { description: 'No one is signed in, or the API key is not valid.', error: exampleErrors.unauthenticated },
    { description: 'The person lacks the ability.', error: exampleErrors.lacksAbility },
    {
      description: 'Not there, or of another workspace.',
      error: new NotFoundError('MESSAGE_NOT_FOUND', 'There is no message 12.'),
    },
    {
      description: 'What was asked for cannot be done now; or the person is blocked or opted out of marketing.',
      error: new ConflictError(
        'NOT_REPEATABLE',
        'Message 12 is delivered: only a message that failed can be sent again.',
      ),
    },
    { description: 'The body is too large.', error: exampleErrors.bodyTooLarge },
    { description: 'Too many wrong keys, or too many requests.', error: exampleErrors.rateLimited },
    { description: 'Something went wrong here.', error: exampleErrors.internal },
    { description: 'Meta refused, or could not be reached.', error: exampleErrors.refused },
    { description: 'Meta did not report the outcome; it is not sent again.', error: exampleErrors.unknown },
  ],
  changeHeaders: {
    [CONSOLE_HEADER]: {
      description: 'Always `1`: pages of other sites cannot send it.',
      schema: string({ enum: ['1'] }),
      required: true,
    },
  },
};

/** A page that people look at in their browser, with the API behind it. */
export const consoleSurface: Surface = {
  defaultPrefix: DEFAULT_PREFIX,
  controllers: [
    ConsoleSessionController,
    ConsoleMessagesController,
    ConsoleBulkSendsController,
    ConsoleNewBulkSendController,
    ConsoleBulkSendControlController,
    ConsoleOverviewController,
    ConsoleTemplatesController,
    ConsoleWebhooksController,
    ConsoleCallbacksController,
    ConsoleConversationsController,
    ConversationMediaController,
    ConversationSendsController,
    ConsoleContactListsController,
    ConsoleContactsController,
    ConsoleStreamController,
    ConsoleSettingsController,
    ConsoleFirstStepsController,
    ConsoleApiKeysController,
    ConsolePagesController,
  ],
  guards: [ConsoleGuard],
  rules: [PrivateAnswersGuard, ForeignPageGuard, ConsoleLinkGuard],
  filter: ConsoleExceptionFilter,
  documentation,
};

/** What the console's controllers and guards are made of. */
export const consoleProviders = (options: boolean | ConsoleOptions | undefined): Provider[] => [
  { provide: CONSOLE_SETTINGS, useValue: consoleSettings(options) },
  ConsoleSessions,
  ConsoleLinksService,
  ConsoleAssets,
  ViewedConversations,
  OptionsInForce,
];
