import type { Provider } from '@nestjs/common';
import { ErasedItems } from './erased-items.js';
import { FailedItemRetries, FailedItems, ExpiredItems } from './failed-items.js';
import { FieldUpdates } from './fields/field-updates.js';
import { ItemApplication, WEBHOOK_APPLIERS, type WebhookAppliers } from './item-application.js';
import { InboundMessages } from './messages/inbound-messages.js';
import { RefusalLog } from './webhooks.service.js';
import { StatusUpdates } from './statuses/status-updates.js';
import { ConsentChanges } from './consent-changes.js';
import { UnclaimedItems } from './unclaimed-items.js';
import { WebhookArrivals } from './webhook-arrivals.js';
import { WebhookSignatures, SignedItems } from './webhook-signatures.js';

/** What webhooks are received with. */
export const webhookProviders: Provider[] = [
  WebhookSignatures,
  SignedItems,
  WebhookArrivals,
  ItemApplication,
  FailedItems,
  FailedItemRetries,
  RefusalLog,
  ExpiredItems,
  ConsentChanges,
  ErasedItems,
  UnclaimedItems,
  {
    provide: WEBHOOK_APPLIERS,
    inject: [StatusUpdates, InboundMessages, FieldUpdates],
    useFactory: (status: StatusUpdates, message: InboundMessages, field: FieldUpdates): WebhookAppliers => ({
      status,
      message,
      field,
    }),
  },
];
