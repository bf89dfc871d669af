import type { RateCard } from '../pricing/rate-card.js';
import type { TemplateFixture } from '../templates/template.fixture.js';

/**
 * A business account to make; every field has a default.
 *
 * @publicApi
 */
export interface AccountFixture {
  /** By default a new one. */
  readonly id?: string;
  /** By default `Sample Business`. */
  readonly name?: string;
  /** The business portfolio that owns it; accounts with the same one share their messaging limit. */
  readonly ownerBusinessId?: string;
  /** By default the account's name. */
  readonly ownerBusinessName?: string;
  /** A token of its own: then the server's token is refused here, and this one everywhere else. */
  readonly accessToken?: string;
  /** The secret of the app that the account's own token belongs to; by default the server's. */
  readonly appSecret?: string;
  /** By default `USD`. */
  readonly currency?: string;
  /** By default `US`. */
  readonly country?: string;
  /** Meta's id of a time zone; by default `1`. */
  readonly timezoneId?: string;
  /** The same zone as IANA names it, by which months and days are billed; by default that of id 1, `America/Los_Angeles`. */
  readonly timeZone?: string;
  /** By default true. Without one, what is charged fails with 131042 after it was accepted; what is free is delivered. */
  readonly hasPaymentMethod?: boolean;
  /** Whether a partner pays, and the account does not learn what its messages cost; by default false. */
  readonly hasPartnerCreditLine?: boolean;
  /** Countries, such as `IN`, where its authentication messages have the international rate; by default none. */
  readonly internationalAuthentication?: readonly string[];
  /** Service messages of each of its numbers that are free in a month; by default 1,000, as Meta has it. */
  readonly freeServiceMessages?: number;
  /** What its messages cost; by default unknown, and then there are no invoices. */
  readonly rateCard?: RateCard;
  /** By default `ACTIVE`; with anything else, such as `DISABLED`, its health says that it cannot send. */
  readonly status?: string;
  /** How many templates it may have; by default 250. */
  readonly templateLimit?: number;
  /** How far it has joined the Marketing Messages API: by default `ELIGIBLE`, which is not; `ONBOARDED` is. */
  readonly marketingStatus?: string;
  /** Whether `/messages` refuses marketing templates (131063); by default it does not. */
  readonly isMarketingOnCloudApiDisabled?: boolean;
  /** Its numbers; by default none. */
  readonly phoneNumbers?: readonly PhoneNumberFixture[];
  /** Its templates; by default none. */
  readonly templates?: readonly TemplateFixture[];
}

/** A business profile, in Meta's own field names. */
export interface BusinessProfileFixture {
  readonly about?: string;
  readonly address?: string;
  readonly description?: string;
  readonly email?: string;
  readonly profile_picture_url?: string;
  readonly websites?: readonly string[];
  /** Such as `RETAIL`. */
  readonly vertical?: string;
}

/**
 * A business phone number to make; every field has a default.
 *
 * @publicApi
 */
export interface PhoneNumberFixture {
  /** By default a new one. */
  readonly id?: string;
  /** As people write it, with the country's calling code first: `+54 9 223 675-0780`. */
  readonly displayPhoneNumber?: string;
  /** By default the account's name. */
  readonly verifiedName?: string;
  /** By default `CONNECTED`; anything else has to be registered before it can send. */
  readonly status?: string;
  /** By default `GREEN`. */
  readonly qualityRating?: string;
  /** `STANDARD` (80 messages per second, the default), `HIGH` (1,000) or `NOT_APPLICABLE`. */
  readonly throughputLevel?: string;
  /** Messages per second, whatever the level says; `Infinity` for no limit. */
  readonly throughput?: number;
  /** `TIER_250` (default), `TIER_2K`, `TIER_10K`, `TIER_100K`, `TIER_UNLIMITED`, … What names no number has no limit. */
  readonly messagingLimit?: string;
  /** Report the limit in the older field `messaging_limit_tier` instead of `whatsapp_business_manager_messaging_limit`. */
  readonly legacyLimitField?: boolean;
  /** Also used in the WhatsApp Business app, which fixes it at 20 messages per second. */
  readonly isOnBizApp?: boolean;
  /** Whether it has the badge of an official business account. */
  readonly isOfficialBusinessAccount?: boolean;
  /** `VERIFIED`, `NOT_VERIFIED` or `EXPIRED`. */
  readonly codeVerificationStatus?: string;
  /** Meta's review of the verified name, such as `APPROVED`. */
  readonly nameStatus?: string;
  /** Meta's `platform_type`, such as `CLOUD_API`. */
  readonly platformType?: string;
  /** `LIVE` (default) or `SANDBOX`. */
  readonly accountMode?: string;
  /** The answer to `GET /{PHONE_ID}/whatsapp_business_profile`. */
  readonly businessProfile?: BusinessProfileFixture;
  /** The two-step verification PIN; without one the first registration sets it. */
  readonly pin?: string;
  /** The approved username; by default none. */
  readonly username?: string;
}
