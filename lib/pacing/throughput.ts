import { ConfigurationError } from '../errors.js';

/** What Meta says of a phone number, as `PhoneNumberEntity` keeps it. */
export interface ThroughputLevel {
  /** Also used in the WhatsApp Business app. */
  readonly isOnBizApp: boolean;
  /** `STANDARD`, `HIGH`, `NOT_APPLICABLE` or what else Meta will say; null when it was never read. */
  readonly throughputLevel: string | null;
}

const BUSINESS_APP = 20;
const STANDARD = 80;
const HIGH = 1_000;

/**
 * Meta's limit for a phone number in messages per second, inbound and outbound together.
 * @param override what the host says the limit is; it overrides what Meta reports
 * @throws ConfigurationError when the override is no limit
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
 */
export function throughputOf({ isOnBizApp, throughputLevel }: ThroughputLevel, override?: number): number {
  if (override !== undefined) return checked(override);
  if (isOnBizApp) return BUSINESS_APP;
  return throughputLevel === 'HIGH' ? HIGH : STANDARD;
}

function checked(override: number): number {
  if (Number.isFinite(override) && override > 0) return override;
  throw new ConfigurationError(
    `A phone number's throughput must be a number of messages per second above 0, such as 80; it is ${override}.`,
  );
}
