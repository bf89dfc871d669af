import type { Graph } from '../graph.js';
import type { AccountNode, PhoneNumberNode } from '../graph-node.js';
import { FreeEntryPoints } from '../pricing/free-entry-points.js';
import type { JsonObject } from '../server/param.js';
import type { NodeFields } from '../server/node-fields.js';
import type { Change } from '../webhooks/update.js';
import { type AppMessage, echoChange } from '../webhooks/app-message.js';
import { inboundUpdate, opensWindow, type InboundMessage } from '../webhooks/inbound/inbound-update.js';
import {
  limitChange,
  type OwnUsername,
  preferenceChange,
  throughputChange,
  usernameChange,
} from '../webhooks/field-changes.js';
import { recordedMessageOf } from '../webhooks/message-status.js';
import type { WebhookStep } from '../webhooks/webhook.options.js';
import type { User } from '../users/user.js';
import type { BusinessProfileFixture, PhoneNumberFixture } from './account.fixture.js';

/** Calling codes have one, two or three digits; these are the short ones (ITU-T E.164, list of assigned codes). */
const CALLING_CODE = /^(?:1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

const DAY_MS = 86_400_000;

const NO_USERNAME: OwnUsername = { username: undefined, status: undefined };

/**
 * A business phone number. What is public and not `readonly` may be changed while a test runs.
 *
 * @publicApi
 */
export class PhoneNumber implements PhoneNumberNode {
  /** The number's id, which sends name in their path. */
  readonly id: string;
  /** As people write it, with the country's calling code first. */
  displayPhoneNumber: string;
  /** The business's name as customers see it. */
  verifiedName: string;
  /** `CONNECTED` can send; anything else has to be registered first. */
  status: string;
  /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN` or `NA`. */
  qualityRating: string;
  /** Messages per second; when undefined, what Meta gives it: see `messagesPerSecond`. */
  throughput: number | undefined;
  /** Whether the limit is in the older field `messaging_limit_tier`. */
  legacyLimitField: boolean;
  /** Whether it is also used in the WhatsApp Business app, which fixes it at 20 messages per second. */
  isOnBizApp: boolean;
  /** The two-step verification PIN; the first registration sets it. */
  pin: string | undefined;
  /** The answer to `GET /{PHONE_ID}/whatsapp_business_profile`. */
  businessProfile: BusinessProfileFixture;
  /** The webhook override of this number, when `POST /{PHONE_ID}` set one. */
  callbackOverride: string | undefined;
  /** When it was registered or deregistered, in epoch milliseconds. */
  readonly registrations: number[] = [];
  /** The people that the number has blocked. */
  readonly blockedUsers: BlockedUsers;
  /** Users who came by an ad, and until when all is free for them: for 72 hours, or `freeEntryPoints.lengthMs`. */
  readonly freeEntryPoints: FreeEntryPoints;
  #username: OwnUsername;
  #throughputLevel: string;
  #messagingLimit: string;
  /** Until when each user's service window is open. */
  readonly #windows = new Map<string, number>();

  constructor(
    private readonly graph: Graph,
    /** The account that owns it. */
    readonly account: AccountNode,
    private readonly fixture: PhoneNumberFixture,
  ) {
    this.id = fixture.id ?? graph.newId();
    this.blockedUsers = new BlockedUsers((name) => graph.users.keyOf(name));
    this.freeEntryPoints = new FreeEntryPoints(this.id);
    this.displayPhoneNumber = fixture.displayPhoneNumber ?? `+1 631 ${this.id.slice(-7, -4)}-${this.id.slice(-4)}`;
    this.verifiedName = fixture.verifiedName ?? account.name;
    this.status = fixture.status ?? 'CONNECTED';
    this.qualityRating = fixture.qualityRating ?? 'GREEN';
    this.#throughputLevel = fixture.throughputLevel ?? 'STANDARD';
    this.throughput = fixture.throughput;
    this.#messagingLimit = fixture.messagingLimit ?? 'TIER_250';
    this.legacyLimitField = fixture.legacyLimitField ?? false;
    this.isOnBizApp = fixture.isOnBizApp ?? false;
    this.pin = fixture.pin;
    this.#username = fixture.username === undefined ? NO_USERNAME : { username: fixture.username, status: 'approved' };
    this.businessProfile = fixture.businessProfile ?? {};
  }

  /** The number without anything but digits. */
  get digits(): string {
    return this.displayPhoneNumber.replaceAll(/\D/g, '');
  }

  /** The country's calling code, which Meta puts before a recipient that was given without `+`. */
  get callingCode(): string {
    return CALLING_CODE.exec(this.digits)?.[0] ?? '';
  }

  /** `STANDARD` or `HIGH`. */
  get throughputLevel(): string {
    return this.#throughputLevel;
  }

  /** A webhook reports an upgrade to `HIGH`; no other change has one. */
  set throughputLevel(level: string) {
    const isUpgrade = level === 'HIGH' && this.#throughputLevel !== 'HIGH';
    this.#throughputLevel = level;
    if (isUpgrade) this.#reportToAccount(throughputChange(this.digits, this.messagingLimit));
  }

  /** Meta's tier, such as `TIER_250`. */
  get messagingLimit(): string {
    return this.#messagingLimit;
  }

  /** A webhook reports it. */
  set messagingLimit(tier: string) {
    const isNew = tier !== this.#messagingLimit;
    this.#messagingLimit = tier;
    if (isNew) this.#reportToAccount(limitChange(tier));
  }

  /** `throughput`, else 20 for a number of the WhatsApp Business app, 1,000 for the level `HIGH`, and 80. */
  get messagesPerSecond(): number {
    if (this.throughput !== undefined) return this.throughput;
    if (this.isOnBizApp) return 20;
    return this.throughputLevel === 'HIGH' ? 1_000 : 80;
  }

  /**
   * Opens a user's service window, as a message from the user does: until a time in epoch milliseconds on the server's
   * clock, by default for 24 hours. A time that is over closes it.
   */
  openWindow(recipient: string, untilMs: number = this.graph.now() + DAY_MS): void {
    this.#windows.set(this.graph.users.keyOf(recipient), untilMs);
  }

  /** Whether a user's service window is open at a time, in epoch milliseconds. */
  isWindowOpen(user: string, at: number): boolean {
    return at < (this.#windows.get(this.graph.users.keyOf(user)) ?? 0);
  }

  /**
   * Has a user's message posted, which opens the service window unless its type does not. Without its content, it is a
   * sample of its type. With a `referral`, an answer within 24 hours opens a free entry point.
   * @returns the wamid
   */
  receive(message: InboundMessage): string {
    const now = this.graph.now();
    const { id, ...update } = inboundUpdate(this, message, now);
    const user = message.from ?? message.userId;
    if (user !== undefined && opensWindow(message)) this.openWindow(user);
    if (message.referral) {
      const ids = [message.from, message.userId].filter((given) => given !== undefined);
      this.freeEntryPoints.refer(ids, message.at ?? now);
    }
    this.graph.webhooks.publish(update);
    return id;
  }

  /**
   * Has posted that the business wrote to a user in the WhatsApp Business app. That is free, does not count among the free
   * messages of a month, and opens nothing. Throws when the number is not used in the app.
   * @returns the wamid
   */
  sendFromApp(message: AppMessage): string {
    if (!this.isOnBizApp) throw new Error('The number is not used in the WhatsApp Business app: set isOnBizApp.');
    const { id, ...change } = echoChange(this.digits, message, this.graph.now());
    this.#publish(change);
    return id;
  }

  /**
   * Has one more step of a message posted at once, whatever was reported of it before.
   * @param id the wamid of a message that `record` has kept
   */
  reportStatus(id: string, step: WebhookStep): void {
    const record = this.graph.records.messages.find((message) => message.id === id);
    if (!record) throw new Error(`No message ${id} was recorded: is \`record\` 'counts'?`);
    this.graph.webhooks.reportStatus(recordedMessageOf(this, record), step);
  }

  /** Has posted that a user wants no marketing messages any more, or wants them again. */
  reportMarketingPreference(user: string, value: 'stop' | 'resume', at: number = this.graph.now()): void {
    this.#publish(preferenceChange(user, value, at, this.userOf(user)));
  }

  /** The user of a number or id; the ids are those that the business portfolio has. */
  userOf(name: string): User | undefined {
    const user = this.graph.users.find(name);
    return user?.portfolioId === this.account.ownerBusinessId ? user : undefined;
  }

  /**
   * Gives a user another number, with ids that are new too, and has the note of it posted: with both numbers where they are reported, else
   * with the ids alone.
   * @returns the wamid of the note
   */
  changeNumberOf(user: User, phone: string): string {
    const [former, before] = [user.phone, { userId: user.userId, parentUserId: user.parentUserId }];
    user.moveTo(phone);
    const system = {
      type: user.isNumberReported ? 'user_changed_number' : 'user_changed_user_id',
      body: user.isNumberReported
        ? `User A changed from ${former} to ${user.phone}`
        : `User A changed from ${before.userId} to ${user.userId}`,
      ...(user.isNumberReported && { wa_id: user.phone }),
      user_id: user.userId,
      previous_user_id: before.userId,
      ...(user.parentUserId !== undefined && {
        parent_user_id: user.parentUserId,
        previous_parent_user_id: before.parentUserId,
      }),
    };
    const note = inboundUpdate(this, { type: 'system', system }, this.graph.now());
    const message = { ...(user.isNumberReported && { from: former }), ...note.message };
    this.graph.webhooks.publish({ kind: 'message', phoneNumber: this, message, contact: undefined });
    return note.id;
  }

  /**
   * Has a user answer a request for their number (`request_contact_info`), after which it is reported.
   * @param request the wamid of the request, where it was recorded
   * @returns the wamid
   */
  shareNumberOf(user: User, request?: string): string {
    const phones = [{ phone: `+${user.phone}`, wa_id: user.phone, type: 'CELL' }];
    const id = this.receive({
      type: 'contacts',
      userId: user.userId,
      contacts: [{ origin: 'contact_request', phones }],
      ...(request !== undefined && { context: { from: this.digits, id: request } }),
    });
    user.isNumberReported = true;
    return id;
  }

  /** The number's own username, with its status. */
  get username(): OwnUsername {
    return this.#username;
  }

  /** A webhook reports it. */
  set username(username: OwnUsername) {
    this.#username = username;
    this.#reportToAccount(usernameChange(this.digits, username, false));
  }

  /** Takes the username away, as Meta may; a webhook reports it. */
  revokeUsername(): void {
    this.#username = NO_USERNAME;
    this.#reportToAccount(usernameChange(this.digits, NO_USERNAME, true));
  }

  /** Has any other webhook about this number posted; `value` gets the number's metadata. */
  sendWebhook(field: string, value: JsonObject): void {
    this.#publish({ field, value });
  }

  /** What `GET /{PHONE_ID}` returns. */
  fields(): NodeFields {
    return phoneNumberFields(this, this.fixture, this.graph.webhooks.options?.url);
  }

  #publish(change: Change): void {
    this.graph.webhooks.publish({ kind: 'field', account: this.account, phoneNumber: this, ...change });
  }

  #reportToAccount(change: Change): void {
    this.graph.webhooks.publish({ kind: 'field', account: this.account, phoneNumber: undefined, ...change });
  }
}

/** Users that a phone number has blocked; the latest last. */
class BlockedUsers {
  /** By the key of what Meta knows the user as: `wa_id`, or a business-scoped user id. */
  readonly #users = new Map<string, string>();

  constructor(private readonly keyOf: (name: string) => string) {}

  get waIds(): readonly string[] {
    return [...this.#users.values()];
  }

  has(waId: string): boolean {
    return this.#users.has(this.keyOf(waId));
  }

  add(waId: string): void {
    this.#users.set(this.keyOf(waId), waId);
  }

  delete(waId: string): void {
    this.#users.delete(this.keyOf(waId));
  }
}

const DEFAULT_FIELDS = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'last_onboarded_time',
  'webhook_configuration',
  'id',
];

interface DescribedNumber extends PhoneNumberNode {
  readonly displayPhoneNumber: string;
  readonly verifiedName: string;
  readonly status: string;
  readonly qualityRating: string;
  readonly throughputLevel: string;
  readonly legacyLimitField: boolean;
  readonly isOnBizApp: boolean;
  readonly pin: string | undefined;
}

/** What `GET /{PHONE_ID}` returns. */
function phoneNumberFields(
  number: DescribedNumber,
  fixture: PhoneNumberFixture,
  callback: string | undefined,
): NodeFields {
  return {
    type: 'WhatsAppBusinessPhoneNumber',
    defaults: DEFAULT_FIELDS,
    values: {
      id: number.id,
      display_phone_number: number.displayPhoneNumber,
      verified_name: number.verifiedName,
      status: number.status,
      quality_rating: number.qualityRating,
      quality_score: { score: number.qualityRating },
      code_verification_status: fixture.codeVerificationStatus ?? 'VERIFIED',
      name_status: fixture.nameStatus ?? 'APPROVED',
      new_name_status: 'NONE',
      platform_type: fixture.platformType ?? 'CLOUD_API',
      throughput: { level: number.throughputLevel },
      account_mode: fixture.accountMode ?? 'LIVE',
      is_on_biz_app: number.isOnBizApp,
      is_official_business_account: fixture.isOfficialBusinessAccount ?? false,
      is_pin_enabled: number.pin !== undefined,
      whatsapp_business_manager_messaging_limit: number.legacyLimitField ? undefined : number.messagingLimit,
      messaging_limit_tier: number.legacyLimitField ? number.messagingLimit : undefined,
      health_status: health(number),
      webhook_configuration: webhookConfiguration(number, callback),
      last_onboarded_time: '2026-01-15T09:30:00+0000',
    },
  };
}

/** @param callback that of the app itself, which gets what has no other */
function webhookConfiguration(
  { account, callbackOverride }: DescribedNumber,
  callback: string | undefined,
): Record<string, string> | undefined {
  if ((callbackOverride ?? account.callbackOverride ?? callback) === undefined) return undefined;
  return {
    ...(callback !== undefined && { application: callback }),
    ...(account.callbackOverride !== undefined && { whatsapp_business_account: account.callbackOverride }),
    ...(callbackOverride !== undefined && { phone_number: callbackOverride }),
  };
}

function health({ id, status, account }: DescribedNumber): object {
  const own = { can_send_message: status === 'CONNECTED' ? 'AVAILABLE' : 'BLOCKED' };
  const available = { can_send_message: 'AVAILABLE' };
  return {
    ...own,
    entities: [
      { entity_type: 'PHONE_NUMBER', id, ...own },
      { entity_type: 'WABA', id: account.id, ...available },
      { entity_type: 'BUSINESS', id: account.ownerBusinessId, ...available },
    ],
  };
}
