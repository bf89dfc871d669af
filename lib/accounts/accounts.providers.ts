import type { Provider } from '@nestjs/common';
import { AccountCredentials } from './account-credentials.js';
import { AccountRegistry, AddedAccounts } from './account-registry.js';
import { AccountSync } from './account-sync.js';
import { BusinessInfos } from './business-infos.js';
import { KnownAppSecrets } from './known-app-secrets.js';
import { PhoneNumbers } from './phone-numbers.js';
import { PrimaryPhoneNumbers } from './primary-phone-numbers.js';
import { SendingOutages } from './sending-outages.js';
import { SendingPauses } from './sending-pauses.js';
import { SendingHealth } from './sending-health.js';

/** What accounts need, besides the service and the options. */
export const accountProviders: Provider[] = [
  AccountCredentials,
  AccountRegistry,
  AccountSync,
  AddedAccounts,
  BusinessInfos,
  KnownAppSecrets,
  PhoneNumbers,
  PrimaryPhoneNumbers,
  SendingOutages,
  SendingPauses,
  SendingHealth,
];
