import type { Type } from '@nestjs/common';
import type { MigrationInterface } from 'typeorm';
import { WhatsAppInitial1795132800000 } from './migrations/1795132800000-initial.js';
import { WhatsAppBulkSends1795219200000 } from './migrations/1795219200000-bulk-sends.js';
import { WhatsAppConversations1795305600000 } from './migrations/1795305600000-conversations.js';
import { WhatsAppCallbacks1795392000000 } from './migrations/1795392000000-callbacks.js';
import { WhatsAppSendingOutages1795478400000 } from './migrations/1795478400000-sending-outages.js';
import { WhatsAppPeople1795651200000 } from './migrations/1795651200000-people.js';
import { WhatsAppContactCategories1795737600000 } from './migrations/1795737600000-contact-categories.js';
import { WhatsAppUnclaimedItems1795824000000 } from './migrations/1795824000000-unclaimed-items.js';
import { WhatsAppPresentOwners1795910400000 } from './migrations/1795910400000-present-owners.js';
import { WhatsAppPricing1795996800000 } from './migrations/1795996800000-pricing.js';
import { WhatsAppVolumeTiers1796083200000 } from './migrations/1796083200000-volume-tiers.js';
import { WhatsAppIdentities1796090400000 } from './migrations/1796090400000-identities.js';
import { WhatsAppMarketingMessages1796256000000 } from './migrations/1796256000000-marketing-messages.js';
import { WhatsAppSpendingBudgets1796342400000 } from './migrations/1796342400000-spending-budgets.js';
import { WhatsAppUsernames1796350200000 } from './migrations/1796350200000-usernames.js';
import { WhatsAppConsoleSessions1796601600000 } from './migrations/1796601600000-console-sessions.js';
import { WhatsAppMessageLists1796688000000 } from './migrations/1796688000000-message-lists.js';
import { WhatsAppContactConsents1796695200000 } from './migrations/1796695200000-contact-consents.js';
import { WhatsAppConversationLists1796774400000 } from './migrations/1796774400000-conversation-lists.js';
import { WhatsAppConsoleLinks1796775000000 } from './migrations/1796775000000-console-links.js';
import { WhatsAppStream1796775600000 } from './migrations/1796775600000-stream.js';
import { WhatsAppWebhookRefusals1796776200000 } from './migrations/1796776200000-webhook-refusals.js';
import { WhatsAppFailedItemLists1796860800000 } from './migrations/1796860800000-failed-item-lists.js';

/**
 * Every migration of the module, in order, for the `migrations` of the TypeORM data source.
 *
 * @publicApi
 */
export const whatsappMigrations: Type<MigrationInterface>[] = [
  WhatsAppInitial1795132800000,
  WhatsAppBulkSends1795219200000,
  WhatsAppConversations1795305600000,
  WhatsAppCallbacks1795392000000,
  WhatsAppSendingOutages1795478400000,
  WhatsAppPeople1795651200000,
  WhatsAppContactCategories1795737600000,
  WhatsAppUnclaimedItems1795824000000,
  WhatsAppPresentOwners1795910400000,
  WhatsAppPricing1795996800000,
  WhatsAppVolumeTiers1796083200000,
  WhatsAppIdentities1796090400000,
  WhatsAppMarketingMessages1796256000000,
  WhatsAppSpendingBudgets1796342400000,
  WhatsAppUsernames1796350200000,
  WhatsAppConsoleSessions1796601600000,
  WhatsAppMessageLists1796688000000,
  WhatsAppContactConsents1796695200000,
  WhatsAppConversationLists1796774400000,
  WhatsAppConsoleLinks1796775000000,
  WhatsAppStream1796775600000,
  WhatsAppWebhookRefusals1796776200000,
  WhatsAppFailedItemLists1796860800000,
];
