import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { IsNull, LessThan, MoreThanOrEqual, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { SendingPauses } from '../../accounts/sending-pauses.js';
import { VolumeTiers } from '../../costs/volume-tiers.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { isJsonObject, type JsonObject } from '../../graph/json.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { WebhookItemError } from '../webhook-arrivals.js';
import {
  type AccountChange,
  type FieldReader,
  type FieldUpdate,
  dateOfSeconds,
  requiredText,
  textOrNumber,
  reportedUntil,
} from './field-update.js';
import { MetaRefetches } from './meta-refetches.js';

/** Restrictions under which bulk sends would be refused; others leave them alone. */
const NO_SENDING: ReadonlySet<string> = new Set([
  'RESTRICTED_BIZ_INITIATED_MESSAGING',
  'RESTRICTED_CUSTOMER_INITIATED_MESSAGING',
]);

const STOPPING_EVENTS = ['ACCOUNT_DELETED', 'ACCOUNT_OFFBOARDED'];

/** Events after which the account may send, or may not: the last of them counts, in whatever order they come. */
const SENDING_EVENTS: ReadonlySet<string> = new Set([
  ...STOPPING_EVENTS,
  'ACCOUNT_RESTRICTION',
  'DISABLED_UPDATE',
  'ACCOUNT_RECONNECTED',
]);

/** Events after which the account may have joined the Marketing Messages API; they do not say whether it has. */
const MARKETING_EVENTS: ReadonlySet<string> = new Set(['MM_LITE_TERMS_SIGNED', 'AD_ACCOUNT_LINKED']);

/** The pauses that such events begin, and end; what sending itself met with is another matter. */
const OWN_PAUSES: ReadonlySet<string | null> = new Set([...STOPPING_EVENTS, 'ACCOUNT_RESTRICTION', 'ACCOUNT_DISABLED']);

/**
 * What Meta reports of accounts: restrictions, that they are disabled or reinstated, what they have joined, and volume tiers.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_update
 */
@Injectable()
export class AccountUpdates {
  readonly readers: readonly FieldReader[] = [
    { fields: ['account_update'], read: (change) => this.#update(change) },
    { fields: ['account_review_update'], read: (change) => this.#review(change) },
    { fields: ['account_alerts'], read: (change) => this.#alert(change) },
  ];

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly pauses: SendingPauses,
    private readonly refetches: MetaRefetches,
    private readonly volumeTiers: VolumeTiers,
  ) {}

  #update(change: AccountChange): FieldUpdate {
    const event = requiredText(change.value['event'], 'event');
    if (event === 'VOLUME_BASED_PRICING_TIER_UPDATE') return this.#volumeTier(change);
    return async () => {
      if (SENDING_EVENTS.has(event)) await this.#store(change, event);
      else if (MARKETING_EVENTS.has(event)) this.refetches.marketing(change.account);
      else if (event === 'ACCOUNT_VIOLATION')
        this.#warn(change, `Meta reports a violation: ${violationOf(change.value)}`);
      return [];
    };
  }

  /** One reported again, or after a later one, changes nothing. Noted afterwards: one that failed half way is reported again. */
  async #store(change: AccountChange, event: string): Promise<void> {
    const { id } = change.account;
    const reportedAt = reportedUntil(change);
    if (await this.accounts.existsBy({ id, reportedAt: MoreThanOrEqual(reportedAt) })) return;
    if (event === 'ACCOUNT_RESTRICTION') await this.#restrict(change);
    else if (event === 'DISABLED_UPDATE') await this.#ban(change);
    else if (event === 'ACCOUNT_RECONNECTED') await this.#resume(change);
    else await this.#pause(change, event, `Meta says ${event} of the account.`, null);
    for (const before of [IsNull(), LessThan(reportedAt)])
      await this.accounts.update({ id, reportedAt: before }, { reportedAt });
  }

  /** The longest of them holds; the others are over before it. */
  async #restrict(change: AccountChange): Promise<void> {
    const { restriction_info: restrictions } = change.value;
    for (const restriction of Array.isArray(restrictions) ? restrictions.filter(isJsonObject) : []) {
      const type = textOrNumber(restriction['restriction_type']) ?? '';
      if (!NO_SENDING.has(type)) {
        this.#warn(change, `Meta restricts the account: ${type}`);
        continue;
      }
      const until = dateOfSeconds(restriction['expiration']) ?? null;
      if (until && until <= new Date()) continue;
      await this.#pause(change, 'ACCOUNT_RESTRICTION', `Meta restricts the account: ${type}.`, until);
    }
  }

  async #ban(change: AccountChange): Promise<void> {
    const { ban_info: ban } = change.value;
    const state = isJsonObject(ban) ? textOrNumber(ban['waba_ban_state']) : undefined;
    if (state === 'DISABLE') await this.#pause(change, 'ACCOUNT_DISABLED', 'Meta has disabled the account.', null);
    else if (state === 'REINSTATE') await this.#resume(change);
    else
      this.#warn(
        change,
        `Meta will disable the account: ${textOrNumber(isJsonObject(ban) && ban['waba_ban_date']) ?? ''}`,
      );
  }

  #volumeTier({ account, value: { volume_tier_info: info } }: AccountChange): FieldUpdate {
    const reported = isJsonObject(info) ? info : {};
    const tierUpdateTime = dateOfSeconds(reported['tier_update_time']);
    if (!tierUpdateTime) throw new WebhookItemError('tier_update_time must be Unix seconds.');
    const tier = {
      effectiveMonth: requiredText(reported['effective_month'], 'effective_month'),
      pricingCategory: requiredText(reported['pricing_category'], 'pricing_category'),
      region: requiredText(reported['region'], 'region'),
      tier: requiredText(reported['tier'], 'tier'),
      tierUpdateTime,
    };
    return async () => {
      await this.volumeTiers.note(account.id, tier);
      return [];
    };
  }

  #review(change: AccountChange): FieldUpdate {
    const decision = requiredText(change.value['decision'], 'decision');
    return async () => {
      if (decision !== 'APPROVED') this.#warn(change, `Meta has reviewed the account: ${decision}`);
      return [];
    };
  }

  #alert(change: AccountChange): FieldUpdate {
    return async () => {
      const { alert_info: info } = change.value;
      const alert = isJsonObject(info) ? info : change.value;
      const severity = textOrNumber(alert['alert_severity']);
      if (severity === 'CRITICAL' || severity === 'WARNING') {
        this.#warn(
          change,
          `${textOrNumber(alert['alert_type']) ?? 'Alert'}: ${textOrNumber(alert['alert_description']) ?? ''}`,
        );
      }
      return [];
    };
  }

  #pause({ account }: AccountChange, code: string, message: string, until: Date | null): Promise<void> {
    return this.pauses.pause({ scope: 'account', subjectId: account.businessAccountId, code, message, until });
  }

  async #resume({ account }: AccountChange): Promise<void> {
    await this.pauses.endIfFor(OWN_PAUSES, 'account', account.businessAccountId);
  }

  #warn({ account }: AccountChange, message: string): void {
    this.logger.warn(`Business account ${account.businessAccountId}: ${message}`);
  }
}

function violationOf({ violation_info: info }: JsonObject): string {
  return (isJsonObject(info) ? textOrNumber(info['violation_type']) : undefined) ?? 'without details';
}
