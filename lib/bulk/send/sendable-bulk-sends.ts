import { Inject, Injectable } from '@nestjs/common';
import { IsNull, Repository } from 'typeorm';
import { AccountCredentials } from '../../accounts/account-credentials.js';
import { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { hasAccount, type PhoneNumberOfAccount } from '../../accounts/phone-numbers.js';
import { SendingOutages } from '../../accounts/sending-outages.js';
import { SendingPauses } from '../../accounts/sending-pauses.js';
import { ConflictError } from '../../errors.js';
import type { GraphCredential } from '../../graph/graph-request.js';
import { routeOf, routeProblems, type SendRoute, settingsFrom } from '../../messages/marketing-routes.js';
import type { Portfolio } from '../../messages/portfolio.js';
import { MessagingLimits } from '../../messages/messaging-limits.js';
import type { PacedNumber } from '../../pacing/pacer.js';
import { throughputOf } from '../../pacing/pace-rules.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { TemplateEntity } from '../../templates/template.entity.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import { BULK_OPTIONS, type BulkOptions } from '../bulk.options.js';
import { BulkLifecycle, isSendable } from '../lifecycle.js';

/** Everything that a bulk send's messages are sent with, at this moment. */
export interface SendableBulkSend {
  readonly bulkSend: BulkSendEntity;
  readonly phoneNumber: PhoneNumberOfAccount;
  readonly template: TemplateEntity;
  readonly credential: GraphCredential;
  readonly number: PacedNumber;
  readonly portfolio: Portfolio;
  /** To which of Meta's endpoints they go. */
  readonly route: SendRoute;
  /** Meta gives no answers: one message may be tried, and no more. */
  readonly isTrial: boolean;
}

/** Milliseconds for which a state is trusted: a pause or cancel takes effect within that and the slots given already. */
const CACHE_MS = 200;

const NUMBER_GONE = 'The phone number was removed: Meta no longer lists it, or its account was removed.';

interface KnownState {
  readonly until: number;
  readonly state: Promise<SendableBulkSend | undefined>;
}

/** Reads whether a bulk send may send at this moment, and with what. */
@Injectable()
export class SendableBulkSends {
  readonly #known = new Map<string, KnownState>();

  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly pauses: SendingPauses,
    private readonly outages: SendingOutages,
    private readonly credentials: AccountCredentials,
    private readonly messagingLimits: MessagingLimits,
    private readonly lifecycle: BulkLifecycle,
  ) {}

  /** Undefined when the bulk send may not send now. */
  of(bulkSendId: string): Promise<SendableBulkSend | undefined> {
    const known = this.#known.get(bulkSendId);
    if (known && known.until > performance.now()) return known.state;
    for (const [id, { until }] of this.#known) if (until <= performance.now()) this.#known.delete(id);
    const state = this.#read(bulkSendId);
    this.#known.set(bulkSendId, { until: performance.now() + CACHE_MS, state });
    return state;
  }

  /** Its state changed: reads it again next time. */
  forget(bulkSendId: string): void {
    this.#known.delete(bulkSendId);
  }

  /** Without an access token the account is paused, until it is given one. */
  async #credentialOf(businessAccountId: string): Promise<GraphCredential | undefined> {
    try {
      return await this.credentials.of(businessAccountId);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const { code, message } = error;
      await this.pauses.pause({ scope: 'account', subjectId: businessAccountId, code, message, until: null });
      return undefined;
    }
  }

  async #read(bulkSendId: string): Promise<SendableBulkSend | undefined> {
    const bulkSend = await this.bulkSends.findOneBy({ id: bulkSendId });
    if (!bulkSend || !isSendable(bulkSend)) return undefined;
    const phoneNumber = await this.phoneNumbers.findOne({
      // Of the account that it was accepted for: a number that moved has another owner, and another token.
      where: { phoneNumberId: bulkSend.phoneNumberId, accountId: bulkSend.accountId, removedAt: IsNull() },
      relations: { account: true },
    });
    const template = await this.templates.findOneBy({ id: bulkSend.templateId });
    if (!phoneNumber || !hasAccount(phoneNumber)) {
      await this.lifecycle.pauseOnError(bulkSendId, NUMBER_GONE);
      return undefined;
    }
    if (template?.status !== 'APPROVED') {
      const status = template?.status ?? 'DELETED';
      await this.lifecycle.pauseWithTemplate({ id: bulkSendId }, `Template "${bulkSend.templateName}" is ${status}.`);
      return undefined;
    }
    const settings = settingsFrom(bulkSend.marketing ?? {}, this.options.marketing);
    const route = routeOf(template, phoneNumber.account, settings);
    const [unroutable] = routeProblems(route);
    if (unroutable) {
      await this.lifecycle.pauseOnError(bulkSendId, `Template "${bulkSend.templateName}" ${unroutable.message}`);
      return undefined;
    }
    const { businessAccountId } = phoneNumber.account;
    if (await this.pauses.of(phoneNumber.phoneNumberId, businessAccountId)) return undefined;
    const credential = await this.#credentialOf(businessAccountId);
    if (!credential) return undefined;
    const isTrial = (await this.outages.of(phoneNumber.phoneNumberId)) !== null;
    return {
      bulkSend,
      phoneNumber,
      template,
      credential,
      number: {
        phoneNumberId: phoneNumber.phoneNumberId,
        throughput: throughputOf(phoneNumber, this.options.messagesPerSecond),
      },
      portfolio: this.messagingLimits.portfolioOf(phoneNumber),
      route,
      isTrial,
    };
  }
}
