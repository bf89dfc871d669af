import type { Graph } from '../graph.js';
import type { AccountNode, PhoneNumberNode } from '../graph-node.js';
import { recipientKey } from '../records/recipient-key.js';
import type { NodeFields } from '../server/node-fields.js';
import type { PhoneNumberFixture } from './account.fixture.js';

/** Calling codes have one, two or three digits; these are the short ones (ITU-T E.164, list of assigned codes). */
const CALLING_CODE = /^(?:1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

const DAY_MS = 86_400_000;

/** A business phone number. What is public and not `readonly` may be changed while a test runs. */
export class PhoneNumber implements PhoneNumberNode {
  readonly id: string;
  displayPhoneNumber: string;
  verifiedName: string;
  status: string;
  qualityRating: string;
  throughputLevel: string;
  /** Messages per second; when undefined, what Meta gives it: see `messagesPerSecond`. */
  throughput: number | undefined;
  messagingLimit: string;
  legacyLimitField: boolean;
  isOnBizApp: boolean;
  pin: string | undefined;
  /** The webhook override of this number, when `POST /{PHONE_ID}` set one. */
  callbackOverride: string | undefined;
  /** When it was registered or deregistered, in epoch milliseconds. */
  readonly registrations: number[] = [];
  /** Until when each user's service window is open. */
  readonly #windows = new Map<string, number>();

  constructor(
    private readonly graph: Graph,
    readonly account: AccountNode,
    private readonly fixture: PhoneNumberFixture,
  ) {
    this.id = fixture.id ?? graph.newId();
    this.displayPhoneNumber = fixture.displayPhoneNumber ?? `+1 631 ${this.id.slice(-7, -4)}-${this.id.slice(-4)}`;
    this.verifiedName = fixture.verifiedName ?? account.name;
    this.status = fixture.status ?? 'CONNECTED';
    this.qualityRating = fixture.qualityRating ?? 'GREEN';
    this.throughputLevel = fixture.throughputLevel ?? 'STANDARD';
    this.throughput = fixture.throughput;
    this.messagingLimit = fixture.messagingLimit ?? 'TIER_250';
    this.legacyLimitField = fixture.legacyLimitField ?? false;
    this.isOnBizApp = fixture.isOnBizApp ?? false;
    this.pin = fixture.pin;
  }

  /** The number without anything but digits. */
  get digits(): string {
    return this.displayPhoneNumber.replaceAll(/\D/g, '');
  }

  /** The country's calling code, which Meta puts before a recipient that was given without `+`. */
  get callingCode(): string {
    return CALLING_CODE.exec(this.digits)?.[0] ?? '';
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
    this.#windows.set(recipientKey(recipient), untilMs);
  }

  isWindowOpen(user: string, at: number): boolean {
    return at < (this.#windows.get(user) ?? 0);
  }

  /** What `GET /{PHONE_ID}` tells. */
  fields(): NodeFields {
    const { fixture } = this;
    return {
      type: 'WhatsAppBusinessPhoneNumber',
      defaults: DEFAULT_FIELDS,
      values: {
        id: this.id,
        display_phone_number: this.displayPhoneNumber,
        verified_name: this.verifiedName,
        status: this.status,
        quality_rating: this.qualityRating,
        quality_score: { score: this.qualityRating },
        code_verification_status: fixture.codeVerificationStatus ?? 'VERIFIED',
        name_status: fixture.nameStatus ?? 'APPROVED',
        new_name_status: 'NONE',
        platform_type: fixture.platformType ?? 'CLOUD_API',
        throughput: { level: this.throughputLevel },
        account_mode: fixture.accountMode ?? 'LIVE',
        is_on_biz_app: this.isOnBizApp,
        is_official_business_account: fixture.isOfficialBusinessAccount ?? false,
        is_pin_enabled: this.pin !== undefined,
        whatsapp_business_manager_messaging_limit: this.legacyLimitField ? undefined : this.messagingLimit,
        messaging_limit_tier: this.legacyLimitField ? this.messagingLimit : undefined,
        health_status: this.health(),
        webhook_configuration: this.webhookConfiguration(),
        last_onboarded_time: '2026-01-15T09:30:00+0000',
      },
    };
  }

  private webhookConfiguration(): Record<string, string> | undefined {
    const accountOverride = this.account.callbackOverride;
    if (this.callbackOverride === undefined && accountOverride === undefined) return undefined;
    return {
      ...(accountOverride !== undefined && { whatsapp_business_account: accountOverride }),
      ...(this.callbackOverride !== undefined && { phone_number: this.callbackOverride }),
    };
  }

  private health(): object {
    const status = { can_send_message: this.status === 'CONNECTED' ? 'AVAILABLE' : 'BLOCKED' };
    const available = { can_send_message: 'AVAILABLE' };
    return {
      ...status,
      entities: [
        { entity_type: 'PHONE_NUMBER', id: this.id, ...status },
        { entity_type: 'WABA', id: this.account.id, ...available },
        { entity_type: 'BUSINESS', id: this.account.ownerBusinessId, ...available },
      ],
    };
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
