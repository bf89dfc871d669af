import type { PhoneCountryCode } from '../contacts/phone-number.js';

export interface ConversationsOptions {
  /** Country of national numbers, which are taken too, such as `AR`. */
  readonly defaultCountry?: PhoneCountryCode;
  /**
   * What to do with a message to someone who did not write in the last 24 hours, who may be sent templates
   * only: leave it to Meta, or refuse it.
   */
  readonly serviceWindow: 'meta' | 'enforce';
}

export const CONVERSATIONS_OPTIONS = Symbol('CONVERSATIONS_OPTIONS');
