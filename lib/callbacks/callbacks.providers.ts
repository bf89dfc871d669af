import type { Provider } from '@nestjs/common';
import { CallbackDeliverer, ClaimedDeliveries } from './callback-deliverer.js';
import { CallbackDeliveries } from './callback-deliveries.js';
import { CallbackOutbox } from './callback-outbox.js';
import { CallbackRequests } from './callback-requests.js';
import { CallbackSecrets } from './callback-secrets.js';
import { CallbackSettings } from './callback-settings.js';
import { CallbackTargets } from './callback-targets.js';
import { OverdueDeliveries, ExpiredDeliveries, ErasedDeliveries } from './delivery-maintenance.js';

/** What callbacks are stored and delivered with. */
export const callbackProviders: Provider[] = [
  CallbackOutbox,
  CallbackSecrets,
  CallbackSettings,
  CallbackTargets,
  ClaimedDeliveries,
  CallbackRequests,
  OverdueDeliveries,
  CallbackDeliverer,
  CallbackDeliveries,
  ExpiredDeliveries,
  ErasedDeliveries,
];
