import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { SendingPauses, type SendingPauseScope } from '../../accounts/sending-pauses.js';
import { BulkLifecycle } from '../../bulk/lifecycle.js';
import { TemplatePauses } from '../../bulk/template-pauses.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { reactionTo } from '../../graph/error-catalogue.js';
import type { MetaErrorBody } from '../../graph/meta-error-body.js';
import { type PauseReason, reactTo, SPAM_RATE_LIMIT } from '../../graph/reactions.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import { MessagingLimits } from '../../messages/messaging-limits.js';
import { TemplateEntity } from '../../templates/template.entity.js';
import type { ContactEntity } from '../../contacts/contact.entity.js';
import { viewOfContact } from '../../contacts/contact.view.js';
import type { MarketingConsentEvent } from '../events/whatsapp-event.js';
import { ConsentChanges } from '../consent-changes.js';

/** A message of ours that failed after Meta had taken it. */
export interface FailedMessage {
  readonly message: MessageEntity;
  readonly error: MetaErrorBody;
  /** Meta's time of the failure: the beginning of a second. */
  readonly at: Date;
  /** Meta's id of the WhatsApp Business Account. */
  readonly businessAccountId: string;
}

const SECOND = 1_000;

/** Stops what a message that failed later showed to be useless: for the number, the account or the template. */
@Injectable()
export class FailureReactions {
  constructor(
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly pauses: SendingPauses,
    private readonly lifecycle: BulkLifecycle,
    private readonly templatePauses: TemplatePauses,
    private readonly messagingLimits: MessagingLimits,
  ) {}

  /** Whatever many met together is stopped once, as of the last of them. */
  async react(failures: readonly FailedMessage[]): Promise<void> {
    const inOrder = failures.toSorted((one, other) => one.at.getTime() - other.at.getTime());
    const different = new Map(inOrder.map((failure) => [wallOf(failure), failure]));
    for (const failure of different.values()) await this.#react(failure);
  }

  async #react(failure: FailedMessage): Promise<void> {
    const { message, error, businessAccountId } = failure;
    const { phoneNumberId } = message;
    const limitUsedUp = error.code === SPAM_RATE_LIMIT && (await this.#isLimitUsedUp(phoneNumberId));
    const rule = reactionTo(error.code, { ...error, asynchronous: true, limitUsedUp });
    const { stop } = reactTo({ ...rule, code: error.code, message: error.message }, { retries: 0, now: failure.at });
    switch (stop?.kind) {
      case 'pause-number':
        return this.#pause('number', phoneNumberId, stop);
      case 'pause-account':
        return this.#pause('account', businessAccountId, stop);
      case 'pause-template':
        return this.#pauseTemplate(failure, stop.reason);
      case 'pause-bulk-send':
        if (message.bulkSendId !== null) await this.lifecycle.pauseOnError(message.bulkSendId, stop.reason.message);
        return undefined;
      // Where the messaging limit is used up, the next ones wait by this module's own count.
      default:
        return undefined;
    }
  }

  /** What ends at a time is over, or was met by a call that was refused. */
  async #pause(
    scope: SendingPauseScope,
    subjectId: string,
    { reason, until }: { readonly reason: PauseReason; readonly until: Date | null },
  ): Promise<void> {
    if (until === null) await this.pauses.pause({ scope, subjectId, ...reason, until });
  }

  async #pauseTemplate({ message, at, businessAccountId }: FailedMessage, reason: PauseReason): Promise<void> {
    const { templateName, templateLanguage } = message;
    if (templateName === null || templateLanguage === null) return;
    const template = await this.templates.findOneBy({
      account: { businessAccountId },
      name: templateName,
      language: templateLanguage,
    });
    // What Meta reported of the template since counts for more: it may have reinstated it.
    const isKnownSince = template && template.syncedAt.getTime() >= at.getTime() + SECOND;
    if (template && !isKnownSince) await this.templatePauses.pauseAll(template.id, reason);
  }

  async #isLimitUsedUp(phoneNumberId: string): Promise<boolean> {
    const number = await this.phoneNumbers.findOne({ where: { phoneNumberId }, relations: { account: true } });
    if (!number?.account) return false;
    const { remaining } = await this.messagingLimits.usage(
      this.messagingLimits.portfolioOf({ messagingLimit: number.messagingLimit, account: number.account }),
    );
    return remaining === 0;
  }
}

/** What stopped a message: the same for all that would be stopped by it. */
const wallOf = ({ message, error, businessAccountId }: FailedMessage): string =>
  JSON.stringify([
    error.code,
    error.details,
    businessAccountId,
    message.phoneNumberId,
    message.bulkSendId,
    message.templateName,
    message.templateLanguage,
  ]);

/** Meta's code for a person who has stopped the business's marketing messages. */
const STOPPED_MARKETING = 131050;

/** Whoever stopped a business's marketing at Meta shows it by messages that fail. */
@Injectable()
export class MarketingOptOuts {
  constructor(private readonly consents: ConsentChanges) {}

  async note(failures: readonly FailedMessage[]): Promise<MarketingConsentEvent[]> {
    const events: MarketingConsentEvent[] = [];
    for (const { message, error, businessAccountId } of failures) {
      const { workspaceId, recipientPhone, waId, userId, failedAt, createdAt } = message;
      if (error.code !== STOPPED_MARKETING || failedAt === null) continue;
      // The person it was sent to, even if the number belongs to another by now.
      const at = createdAt;
      const person = { phone: recipientPhone || undefined, waId: waId ?? undefined, userId: userId ?? undefined, at };
      const consent = { workspaceId, person, isOptedOut: true, source: 'user_preferences', at: failedAt } as const;
      const contacts = await this.consents.note(consent);
      for (const contact of contacts) events.push(eventOf(contact, failedAt, businessAccountId));
    }
    return events;
  }
}

const eventOf = (contact: ContactEntity, at: Date, businessAccountId: string): MarketingConsentEvent => ({
  type: 'contact.consent',
  id: `consent.${contact.id}.${at.getTime()}`,
  businessAccountId,
  contact: viewOfContact(contact),
  isOptedOut: true,
});
