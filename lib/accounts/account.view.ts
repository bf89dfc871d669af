import type { BusinessAccountEntity } from './business-account.entity.js';
import { isOnboarded } from './marketing-onboarding.js';
import type { PhoneNumberOfAccount } from './phone-numbers.js';
import type { SendingPauseEntity } from './sending-pause.entity.js';

/**
 * How far an account has joined Meta's Marketing Messages API, as Meta last said.
 *
 * @publicApi
 */
export interface WhatsAppAccountMarketing {
  /** Meta's word, such as `ELIGIBLE`, `PENDING_INTERNAL_SETUP` or `ONBOARDED`; null before Meta was asked. */
  readonly status: string | null;
  /** Whether it has joined: with `marketing: 'auto'` its marketing templates then go to `/marketing_messages`. */
  readonly isOnboarded: boolean;
  /** Whether Meta refuses its marketing templates on `/messages` (131063); null before Meta was asked. */
  readonly isOffOnCloudApi: boolean | null;
  /** When Meta was last asked. */
  readonly readAt: Date | null;
}

/**
 * A WhatsApp Business Account (WABA), which owns phone numbers and templates, as Meta last described it.
 *
 * @publicApi
 */
export interface WhatsAppAccount {
  /** Row id; Meta's is `businessAccountId`. */
  readonly id: number;
  /** Row id of the workspace that owns the account. */
  readonly workspaceId: number;
  /** Meta's id of the account. */
  readonly businessAccountId: string;
  /** The account's name; null before it was first fetched. */
  readonly name: string | null;
  /** Meta's id of the business portfolio, which the messaging limit belongs to. */
  readonly ownerBusinessId: string | null;
  /** The portfolio's name. */
  readonly ownerBusinessName: string | null;
  /** How far it has joined Meta's Marketing Messages API. */
  readonly marketing: WhatsAppAccountMarketing;
  /** When the account and its phone numbers were last fetched from Meta. */
  readonly syncedAt: Date | null;
  /** When the last webhook about the account came, to within half a minute; null before the first. */
  readonly webhookAt: Date | null;
  /** When the account was configured or added here. */
  readonly createdAt: Date;
}

/** The part of an account that is about marketing, as users see it. */
export const viewOfMarketing = (account: BusinessAccountEntity): WhatsAppAccountMarketing => ({
  status: account.marketingStatus,
  isOnboarded: isOnboarded(account),
  isOffOnCloudApi: account.isMarketingOffOnCloudApi,
  readAt: account.marketingReadAt,
});

/** An account as users see it. */
export function viewOfAccount(account: BusinessAccountEntity): WhatsAppAccount {
  return {
    id: account.id,
    workspaceId: account.workspaceId,
    businessAccountId: account.businessAccountId,
    name: account.name,
    ownerBusinessId: account.ownerBusinessId,
    ownerBusinessName: account.ownerBusinessName,
    marketing: viewOfMarketing(account),
    syncedAt: account.syncedAt,
    webhookAt: account.webhookAt,
    createdAt: account.createdAt,
  };
}

/**
 * A business phone number as Meta last described it. Words of Meta's are kept as they come, also new ones.
 *
 * @publicApi
 */
export interface WhatsAppPhoneNumber {
  /** Row id; Meta's is `phoneNumberId`. */
  readonly id: number;
  /** Meta's id of the account that owns the number. */
  readonly businessAccountId: string;
  /** Meta's id of the phone number, which sends name. */
  readonly phoneNumberId: string;
  /** The number for people, such as `+54 9 11 1234-5678`. */
  readonly displayPhoneNumber: string | null;
  /** The business's name as customers see it. */
  readonly verifiedName: string | null;
  /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN` or `NA`. */
  readonly qualityRating: string | null;
  /** `STANDARD` (80 messages per second), `HIGH` (1,000) or `NOT_APPLICABLE`. */
  readonly throughputLevel: string | null;
  /** `TIER_250` … `TIER_UNLIMITED`: unique recipients outside the service window in a rolling 24 hours. */
  readonly messagingLimit: string | null;
  /** `CONNECTED`, `PENDING`, `BANNED` … */
  readonly status: string | null;
  /** `VERIFIED`, `NOT_VERIFIED` or `EXPIRED`. */
  readonly codeVerificationStatus: string | null;
  /** Meta's review of the verified name, such as `APPROVED`. */
  readonly nameStatus: string | null;
  /** The username by which customers find the number; null where none is known. See `UsernamesService`. */
  readonly username: string | null;
  /** Of the username: `approved`, or `reserved` while customers do not see it yet. */
  readonly usernameStatus: string | null;
  /** Whether it is also used in the WhatsApp Business app, which fixes its throughput at 20 messages per second. */
  readonly isOnBizApp: boolean;
  /** Whether it sends where no number is named. */
  readonly isPrimary: boolean;
  /** When it was last fetched from Meta. */
  readonly syncedAt: Date | null;
  /** When the number was configured or first fetched here. */
  readonly createdAt: Date;
}

/** A phone number as users see it. @param primaryId row id of the workspace's primary number */
export function viewOfPhoneNumber(number: PhoneNumberOfAccount, primaryId: number | null): WhatsAppPhoneNumber {
  return {
    id: number.id,
    businessAccountId: number.account.businessAccountId,
    phoneNumberId: number.phoneNumberId,
    displayPhoneNumber: number.displayPhoneNumber,
    verifiedName: number.verifiedName,
    qualityRating: number.qualityRating,
    throughputLevel: number.throughputLevel,
    messagingLimit: number.messagingLimit,
    status: number.status,
    codeVerificationStatus: number.codeVerificationStatus,
    nameStatus: number.nameStatus,
    username: number.username,
    usernameStatus: number.usernameStatus,
    isOnBizApp: number.isOnBizApp,
    isPrimary: number.id === primaryId,
    syncedAt: number.syncedAt,
    createdAt: number.createdAt,
  };
}

/**
 * A phone number or business account that sends nothing at present.
 *
 * @publicApi
 */
export interface WhatsAppSendingPause {
  /** Whether a number is paused, or an account with all its numbers. */
  readonly scope: 'number' | 'account';
  /** Meta's id of the number or account. */
  readonly subjectId: string;
  /** Meta's error code, or one of this module's such as `META_UNREACHABLE`. */
  readonly code: string | null;
  /** Why, in a sentence for people. */
  readonly message: string;
  /** When it was paused. */
  readonly since: Date;
  /** When sending goes on by itself; null: when Meta reports that the number is healthy again, or a person resumes it. */
  readonly until: Date | null;
}

/** A pause as users see it. */
export function viewOfPause({
  scope,
  subjectId,
  code,
  message,
  since,
  until,
}: SendingPauseEntity): WhatsAppSendingPause {
  return { scope, subjectId, code, message, since, until };
}
