import type { PhoneCountryCode } from '../contacts/phone-number.js';
import type { MarketingSettings } from './marketing-routes.js';

export interface MessagesOptions {
  /** Country of national numbers, which are taken too, such as `AR`. */
  readonly defaultCountry?: PhoneCountryCode;
  /** Throughput of every phone number in messages per second, instead of what its level at Meta says. */
  readonly messagesPerSecond?: number;
  /** How marketing templates are sent where a send does not say. */
  readonly marketing: MarketingSettings;
  /** The first encrypts one-time codes that wait, all decrypt them. */
  readonly encryptionKeys: readonly string[];
  /** How long one call of Meta may take, in ms; a row that is `sending` for longer belongs to a process that died. */
  readonly callTimeout: number;
  /** How long an `unconfirmed` message waits for proof before it fails as `OUTCOME_UNKNOWN`, in ms. */
  readonly unconfirmedAfter: number;
}

export const MESSAGES_OPTIONS = Symbol('MESSAGES_OPTIONS');
