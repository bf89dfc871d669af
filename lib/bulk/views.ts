import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { SendingOutages } from '../accounts/sending-outages.js';
import type { SendingPauseEntity } from '../accounts/sending-pause.entity.js';
import { META_UNAVAILABLE, SendingPauses } from '../accounts/sending-pauses.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { reactionTo } from '../graph/error-catalogue.js';
import type { MetaReaction } from '../graph/meta-error-body.js';
import { MessagingLimits } from '../messages/messaging-limits.js';
import { TemplateEntity } from '../templates/template.entity.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import type { BulkPhoneNumber, BulkSend, BulkWaitingReason } from './bulk-send.js';
import { NumberPace, estimateMinutes } from './forecast.js';
import { pendingOf } from './tally.js';

const UNKNOWN = { canSend: true, needed: 0, available: null, total: null, tier: null };

/** Shows bulk sends with what belongs to them. */
@Injectable()
export class BulkViews {
  constructor(
    private readonly pace: NumberPace,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly pauses: SendingPauses,
    private readonly outages: SendingOutages,
    private readonly budget: MessagingLimits,
  ) {}

  /** @param bulkSends none of them still being accepted */
  async of(bulkSends: readonly BulkSendEntity[]): Promise<BulkSend[]> {
    const ids = bulkSends.map(({ phoneNumberId }) => phoneNumberId);
    const numbers = await this.phoneNumbers.findBy({ phoneNumberId: In(ids) });
    const templates = await this.templates.findBy({ id: In(bulkSends.map(({ templateId }) => templateId)) });
    return Promise.all(
      bulkSends.map((bulkSend) => {
        const phoneNumber = numbers.find(
          ({ phoneNumberId, accountId }) =>
            phoneNumberId === bulkSend.phoneNumberId && accountId === bulkSend.accountId,
        );
        const template = templates.find(({ id }) => id === bulkSend.templateId);
        return this.#view(bulkSend, phoneNumber, template);
      }),
    );
  }

  async #view(
    bulkSend: BulkSendEntity,
    phoneNumber: PhoneNumberEntity | undefined,
    template: TemplateEntity | undefined,
  ): Promise<BulkSend> {
    const { id, taskId, name, totalRecipients, uniqueRecipients, failures, apiKeyId, apiKeyName } = bulkSend;
    const { scheduledAt, createdAt, startedAt, completedAt, acceptance } = bulkSend;
    const waiting = await this.#waiting(bulkSend);
    return {
      id,
      number: bulkSend.number,
      taskId,
      name,
      status: bulkSend.status === 'ACCEPTING' ? 'QUEUED' : bulkSend.status,
      template: {
        id: bulkSend.templateId,
        name: bulkSend.templateName,
        language: bulkSend.templateLanguage,
        category: bulkSend.templateCategory,
        status: template?.status ?? 'DELETED',
      },
      phoneNumber: phoneNumber ?? removed(bulkSend.phoneNumberId),
      totalRecipients,
      uniqueRecipients,
      counts: {
        pending: pendingOf(bulkSend),
        unconfirmed: bulkSend.unconfirmedCount,
        sent: bulkSend.sentCount,
        delivered: bulkSend.deliveredCount,
        read: bulkSend.readCount,
        failed: bulkSend.failedCount,
      },
      progress: progressOf(bulkSend),
      estimatedMinutes: await this.#minutes(bulkSend, phoneNumber, waiting),
      waiting,
      errors: failures,
      acceptance: acceptance ?? { quota: UNKNOWN, estimatedMinutes: 0.1 },
      createdBy: apiKeyId === null ? null : { id: apiKeyId, name: apiKeyName },
      scheduledAt,
      createdAt,
      startedAt,
      completedAt,
    };
  }

  /** What the bulk send itself waits for, else what keeps its number or account from sending. */
  async #waiting(bulkSend: BulkSendEntity): Promise<BulkSend['waiting']> {
    const { waitingReason: reason, waitingUntil: until, waitingMessage: message, completedAt } = bulkSend;
    if (completedAt || bulkSend.status === 'CANCELLED') return null;
    if (reason) return { reason, until, message };
    const account = await this.accounts.findOneBy({ id: bulkSend.accountId });
    if (!account) return null;
    const pause = await this.pauses.of(bulkSend.phoneNumberId, account.businessAccountId);
    if (pause) return { reason: reasonOf(pause), until: pause.until, message: pause.message };
    // It is time for a trial, but nothing is known yet.
    const outage = await this.outages.of(bulkSend.phoneNumberId);
    return outage && { reason: 'meta_unavailable', until: outage.nextTrialAt, message: outage.message };
  }

  async #minutes(
    bulkSend: BulkSendEntity,
    phoneNumber: PhoneNumberEntity | undefined,
    waiting: BulkSend['waiting'],
  ): Promise<number> {
    const { startedAt, completedAt, acceptance } = bulkSend;
    if (completedAt) return estimateMinutes(0, 1, completedAt.getTime() - (startedAt ?? completedAt).getTime());
    if (!phoneNumber || !startedAt) return acceptance?.estimatedMinutes ?? 0.1;
    const wait = waiting?.until ? Math.max(0, waiting.until.getTime() - Date.now()) : 0;
    const limitWait = await this.#limitWait(bulkSend, phoneNumber);
    return estimateMinutes(pendingOf(bulkSend), await this.pace.of(phoneNumber), Math.max(wait, limitWait));
  }

  /** Milliseconds until the messaging limit has let through all who are left, release after release. */
  async #limitWait(bulkSend: BulkSendEntity, phoneNumber: PhoneNumberEntity): Promise<number> {
    const account = await this.accounts.findOneBy({ id: bulkSend.accountId });
    if (!account) return 0;
    const needed = Math.min(pendingOf(bulkSend), bulkSend.acceptance?.quota.needed ?? Infinity);
    return this.budget.estimateDelay(
      this.budget.portfolioOf({ messagingLimit: phoneNumber.messagingLimit, account }),
      needed,
    );
  }
}

/** Whether Meta asks for slower calls, or is away; what else has an end, an account's restriction say, is a pause. */
function reasonOf({ code, until }: SendingPauseEntity): BulkWaitingReason {
  if (code === META_UNAVAILABLE) return 'meta_unavailable';
  if (until === null) return 'paused';
  const isLimit = code === null || (/^\d+$/.test(code) && LIMITS.has(reactionTo(Number(code)).reaction));
  return isLimit ? 'rate_limited' : 'paused';
}

const LIMITS: ReadonlySet<MetaReaction> = new Set<MetaReaction>(['PHONE_SLOW', 'API_SLOW']);

const removed = (phoneNumberId: string): BulkPhoneNumber => ({
  phoneNumberId,
  id: null,
  displayPhoneNumber: null,
  verifiedName: null,
  qualityRating: null,
  messagingLimit: null,
});

function progressOf(bulkSend: BulkSendEntity): number {
  const { uniqueRecipients, sentCount, failedCount } = bulkSend;
  return uniqueRecipients === 0 ? 0 : Math.floor(((sentCount + failedCount) / uniqueRecipients) * 1_000) / 10;
}
