import type { FreeEntryPoints } from './pricing/free-entry-points.js';
import type { Rates } from './pricing/rate-card.js';
import type { UserNode } from './users/user.js';
import type { TemplateOutline } from './templates/template-outline.js';

/** Anything that has an id of its own in the Graph API. */
export interface GraphNode {
  readonly id: string;
  /** The business account that it belongs to; a token for that account may use it. */
  readonly account: AccountNode;
}

/** A business account, as what belongs to it and what guards it see it. */
export interface AccountNode extends GraphNode {
  readonly name: string;
  readonly ownerBusinessId: string;
  /** Undefined when the server's token is good for it. */
  readonly ownAccessToken: string | undefined;
  readonly appSecret: string;
  readonly callbackOverride: string | undefined;
  /** `ONBOARDED` once it has joined the Marketing Messages API. */
  readonly marketingStatus: string;
  readonly isMarketingOnCloudApiDisabled: boolean;
  readonly currency: string;
  /** As IANA names it: months and days begin by its clocks. */
  readonly timeZone: string;
  readonly hasPaymentMethod: boolean;
  /** Whether a partner pays, and knows the costs. */
  readonly hasPartnerCreditLine: boolean;
  /** Countries in which authentication messages have the international rate. */
  readonly internationalAuthentication: readonly string[];
  /** Service messages of each number that are free in a month. */
  readonly freeServiceMessages: number;
  /** Its rate card. */
  readonly rates: Rates | undefined;
  template(name: string, language: string): TemplateNode | undefined;
}

/** A phone number, as limits and webhooks see it. */
export interface PhoneNumberNode extends GraphNode {
  readonly digits: string;
  /** Its throughput. */
  readonly messagesPerSecond: number;
  readonly messagingLimit: string;
  readonly callbackOverride: string | undefined;
  readonly freeEntryPoints: FreeEntryPoints;
  /** The user that a number or id is of, if the stand-in knows them and the portfolio has ids of them. */
  userOf(name: string): UserNode | undefined;
  /** Whether a user's service window is open at a time in epoch milliseconds. */
  isWindowOpen(user: string, at: number): boolean;
}

/** A message template, as a send of it sees it. */
export interface TemplateNode extends GraphNode {
  readonly status: string;
  readonly category: string;
  /** `POSITIONAL` or `NAMED`. */
  readonly parameterFormat: string;
  /** What Meta's answer to a send says as `message_status`. */
  readonly messageStatus: string;
  readonly outline: TemplateOutline;
  /** From when the Marketing Messages API can send it, in epoch milliseconds; null when its ad sync failed. */
  readonly adSyncedAt: number | null;
  readonly hasMaxPrice: boolean;
}
