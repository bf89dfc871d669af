import { Injectable } from '@nestjs/common';
import type { ContactEntity } from '../../contacts/contact.entity.js';
import type { MarketingConsentEvent } from '../events/whatsapp-event.js';
import { ConsentChanges } from '../consent-changes.js';
import type { FailedMessage } from './failure-reactions.js';

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
      const wish = { workspaceId, person, isOptedOut: true, source: 'user_preferences', at: failedAt } as const;
      const contacts = await this.consents.note(wish);
      for (const contact of contacts) events.push(eventOf(contact, failedAt, businessAccountId));
    }
    return events;
  }
}

const eventOf = (contact: ContactEntity, at: Date, businessAccountId: string): MarketingConsentEvent => ({
  type: 'contact.consent',
  id: `consent.${contact.id}.${at.getTime()}`,
  businessAccountId,
  contact,
  isOptedOut: true,
});
