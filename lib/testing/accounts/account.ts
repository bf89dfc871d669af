import type { Graph } from '../graph.js';
import type { AccountNode } from '../graph-node.js';
import type { Invoice } from '../pricing/charges.js';
import { checkTimeZone } from '../pricing/local-time.js';
import { pricingAnalytics } from '../pricing/pricing-analytics.js';
import { type RateCard, Rates } from '../pricing/rate-card.js';
import type { JsonObject } from '../server/param.js';
import type { NodeFields } from '../server/node-fields.js';
import { sampleTemplates } from '../templates/samples/sample-templates.js';
import type { TemplateFixture } from '../templates/template.fixture.js';
import { Template } from '../templates/template.js';
import type { AccountFixture, PhoneNumberFixture } from './account.fixture.js';
import { PhoneNumber } from './phone-number.js';

const FREE_SERVICE_MESSAGES = 1_000;

/**
 * A WhatsApp business account. What is public and not `readonly` may be changed while a test runs.
 *
 * @publicApi
 */
export class Account implements AccountNode {
  /** The account's id, as `entry[].id` of webhooks has it. */
  readonly id: string;
  /** Itself, as numbers and templates have theirs. */
  readonly account = this;
  /** The account's name. */
  name: string;
  /** Id of the business portfolio that owns it. */
  readonly ownerBusinessId: string;
  /** `ACTIVE`; anything else, such as `DISABLED`, and its health says that it cannot send. */
  status: string;
  /** How many templates it may have. */
  templateLimit: number;
  /** Its numbers, oldest first. */
  readonly phoneNumbers: PhoneNumber[] = [];
  /** Its templates, oldest first. */
  readonly templates: Template[] = [];
  /** The webhook override of the account, when `POST /{WABA}/subscribed_apps` set one. */
  callbackOverride: string | undefined;
  /**
   * How far it has joined the Marketing Messages API: only `ONBOARDED` has. Before that it is `ELIGIBLE` (its terms are not
   * signed), `PENDING_VALID_PAYMENT_METHOD`, `PENDING_INTERNAL_SETUP` or one of Meta's `INELIGIBLE_…`.
   */
  marketingStatus: string;
  /** Whether `/messages` refuses marketing templates (131063). */
  isMarketingOnCloudApiDisabled: boolean;
  /** Whether the app is subscribed to the account's webhooks. */
  isSubscribed = false;
  /** When an approved template of this name was deleted, in epoch milliseconds: its name rests for 30 days. */
  readonly deletedNames = new Map<string, number>();
  /** The currency that its messages are charged in. */
  readonly currency: string;
  /** As IANA names it: its months and days begin by the clocks there. */
  readonly timeZone: string;
  /** Whether what is charged can be paid: without, it fails with 131042 after it was accepted. */
  hasPaymentMethod: boolean;
  /** Whether a partner pays: then `pricing_analytics` has no costs. */
  hasPartnerCreditLine: boolean;
  /** Countries, such as `IN`, where its authentication messages have the international rate. */
  internationalAuthentication: readonly string[];
  /** Service messages of each number that are free in a month. */
  freeServiceMessages: number;
  #ownAccessToken: string | undefined;
  #rateCard: RateCard | undefined;
  #rates: Rates | undefined;

  constructor(
    private readonly graph: Graph,
    private readonly fixture: AccountFixture,
  ) {
    this.id = fixture.id ?? graph.newId();
    this.name = fixture.name ?? 'Sample Business';
    this.ownerBusinessId = fixture.ownerBusinessId ?? graph.newId();
    this.status = fixture.status ?? 'ACTIVE';
    this.templateLimit = fixture.templateLimit ?? 250;
    this.marketingStatus = fixture.marketingStatus ?? 'ELIGIBLE';
    this.isMarketingOnCloudApiDisabled = fixture.isMarketingOnCloudApiDisabled ?? false;
    this.currency = fixture.currency ?? 'USD';
    this.timeZone = checkTimeZone(fixture.timeZone ?? 'America/Los_Angeles');
    this.hasPaymentMethod = fixture.hasPaymentMethod ?? true;
    this.hasPartnerCreditLine = fixture.hasPartnerCreditLine ?? false;
    this.internationalAuthentication = fixture.internationalAuthentication ?? [];
    this.freeServiceMessages = fixture.freeServiceMessages ?? FREE_SERVICE_MESSAGES;
    this.rateCard = fixture.rateCard;
    this.#ownAccessToken = fixture.accessToken;
    graph.register(this);
    for (const phoneNumber of fixture.phoneNumbers ?? []) this.addPhoneNumber(phoneNumber);
    for (const template of fixture.templates ?? []) this.addTemplate(template);
  }

  /** The token that may use this account: its own, else the server's. */
  get accessToken(): string {
    return this.#ownAccessToken ?? this.graph.accessToken;
  }

  /** Gives the account another token of its own; the one before is invalid from now on. */
  set accessToken(token: string) {
    this.#ownAccessToken = token;
  }

  /** The account's own token; undefined while the server's is good for it. */
  get ownAccessToken(): string | undefined {
    return this.#ownAccessToken;
  }

  /** The secret that signs the account's webhooks. */
  get appSecret(): string {
    return this.fixture.appSecret ?? this.graph.appSecret;
  }

  /** What messages cost that are delivered from now on. Throws when a card is wrong, with every problem of it. */
  get rateCard(): RateCard | undefined {
    return this.#rateCard;
  }

  /** What messages cost that are delivered from now on. Throws when a card is wrong, with every problem of it. */
  set rateCard(rateCard: RateCard | undefined) {
    this.#rates = rateCard && new Rates(rateCard);
    this.#rateCard = rateCard;
  }

  /** The rate card, to look rates up in. */
  get rates(): Rates | undefined {
    return this.#rates;
  }

  /**
   * The account's messages of a month that status webhooks have reported as delivered, and what they cost by the rate cards
   * of the time. Throws when there was no rate for some.
   * @param month such as `2026-11`, by the clocks of the account's time zone
   */
  invoice({ month }: { readonly month: string }): Invoice {
    return this.graph.pricing.invoice(this, month);
  }

  /** What `pricing_analytics` answers to parameters as they came. */
  pricingAnalytics(parameters: ReadonlyMap<string, string>): JsonObject {
    const { pricing } = this.graph;
    return pricingAnalytics(this, pricing.chargesOf(this), parameters, this.graph.now());
  }

  /** Adds a phone number; every field of it has a default. */
  addPhoneNumber(fixture: PhoneNumberFixture = {}): PhoneNumber {
    const phoneNumber = new PhoneNumber(this.graph, this, fixture);
    this.graph.register(phoneNumber);
    this.phoneNumbers.push(phoneNumber);
    return phoneNumber;
  }

  /** Adds a template as if Meta had reviewed it: nothing of it is checked but that name and language are free. */
  addTemplate(fixture: TemplateFixture): Template {
    if (this.template(fixture.name, fixture.language)) {
      throw new Error(`The account already has the template ${fixture.name} in ${fixture.language}.`);
    }
    const template = new Template(this.graph, this, fixture);
    this.graph.register(template);
    this.templates.push(template);
    return template;
  }

  /** Adds every one of `sampleTemplates`, with ids of their own. */
  addSampleTemplates(): Template[] {
    return Object.values(sampleTemplates).map(({ id: _id, ...fixture }) => this.addTemplate(fixture));
  }

  /** The template of a name in a language, if there is one. */
  template(name: string, language: string): Template | undefined {
    return this.templates.find((template) => template.name === name && template.language === language);
  }

  /** Forgets a template. */
  removeTemplate(template: Template): void {
    const index = this.templates.indexOf(template);
    if (index < 0) return;
    this.templates.splice(index, 1);
    this.graph.nodes.delete(template.id);
    template.status = 'DELETED';
  }

  /**
   * Has a webhook about the account posted to the app's own callback, such as
   * `sendWebhook('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } })`.
   */
  sendWebhook(field: string, value: JsonObject): void {
    this.graph.webhooks.publish({ kind: 'field', account: this, phoneNumber: undefined, field, value });
  }

  /** Has it join the Marketing Messages API, as when its owner signs the terms; a webhook reports it. */
  signMarketingTerms(): void {
    this.marketingStatus = 'ONBOARDED';
    const info = { waba_id: this.id, owner_business_id: this.ownerBusinessId };
    this.sendWebhook('account_update', { event: 'MM_LITE_TERMS_SIGNED', waba_info: info });
  }

  /**
   * What `GET /{WABA}` returns.
   * @param version the major version of the Graph API: before 24 it knew the status by its older name alone
   */
  fields(version: number): NodeFields {
    const { fixture } = this;
    const owner = { name: fixture.ownerBusinessName ?? this.name, id: this.ownerBusinessId };
    return {
      type: 'WhatsAppBusinessAccount',
      withParameters: { pricing_analytics: (parameters) => this.pricingAnalytics(parameters) },
      defaults: ['id', 'name', 'timezone_id', 'message_template_namespace'],
      values: {
        id: this.id,
        name: this.name,
        timezone_id: fixture.timezoneId ?? '1',
        message_template_namespace: `ns_${this.id}`,
        currency: this.currency,
        country: fixture.country ?? 'US',
        account_review_status: 'APPROVED',
        business_verification_status: 'verified',
        ownership_type: 'SELF',
        status: this.status,
        owner_business: owner,
        owner_business_info: owner,
        on_behalf_of_business_info: { ...owner, status: 'APPROVED', type: 'SELF' },
        health_status: this.health(),
        marketing_messages_lite_api_status: this.marketingStatus,
        ...(version >= 24 && { marketing_messages_onboarding_status: this.marketingStatus }),
        disable_marketing_messages_on_cloud_api: this.isMarketingOnCloudApiDisabled,
      },
    };
  }

  private health(): JsonObject {
    const errors = [
      ...(this.status === 'ACTIVE' ? [] : [healthError(141014, `The account is ${this.status}.`, 'Appeal at Meta.')]),
      ...(this.hasPaymentMethod ? [] : [healthError(141006, 'There is no payment method.', 'Add a payment method.')]),
    ];
    const blocked = this.status === 'ACTIVE' ? 'LIMITED' : 'BLOCKED';
    const own = { can_send_message: errors.length > 0 ? blocked : 'AVAILABLE' };
    return { ...own, entities: [{ entity_type: 'WABA', id: this.id, ...own, ...(errors.length > 0 && { errors }) }] };
  }
}

const healthError = (code: number, description: string, solution: string): JsonObject => ({
  error_code: code,
  error_description: description,
  possible_solution: solution,
});
