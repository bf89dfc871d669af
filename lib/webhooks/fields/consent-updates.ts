import { Injectable } from '@nestjs/common';
import { viewOfContact } from '../../contacts/contact.view.js';
import type { ReportedContact } from '../../contacts/reported-contact.js';
import { isJsonObject, type JsonObject } from '../../graph/json.js';
import { ConsentChanges } from '../consent-changes.js';
import { WebhookItemError } from '../webhook-arrivals.js';
import type { MarketingConsentEvent } from '../events/whatsapp-event.js';
import {
  type AccountChange,
  changeIdOf,
  type FieldReader,
  type FieldUpdate,
  dateOfSeconds,
  textOrNumber,
  reportedUntil,
} from './field-update.js';

interface ReportedConsent {
  readonly person: ReportedContact;
  readonly isOptedOut: boolean;
  readonly at: Date;
}

const IS_OPTED_OUT: ReadonlyMap<unknown, boolean> = new Map([
  ['stop', true],
  ['resume', false],
  ['signup', false],
]);

/**
 * What people choose by WhatsApp's own buttons: no marketing, or marketing again.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/user_preferences
 */
@Injectable()
export class ConsentUpdates {
  readonly readers: readonly FieldReader[] = [
    { fields: ['user_preferences'], read: (change) => this.#preferences(change) },
  ];

  constructor(private readonly consents: ConsentChanges) {}

  #preferences(change: AccountChange): FieldUpdate {
    const reportedConsents = consentsOf(change);
    return async () => {
      const events: MarketingConsentEvent[] = [];
      for (const consent of reportedConsents) {
        for (const event of await this.#note(change, consent)) events.push(event);
      }
      return events;
    };
  }

  async #note(change: AccountChange, consent: ReportedConsent): Promise<MarketingConsentEvent[]> {
    const { account, businessAccountId } = change;
    const noted = { ...consent, workspaceId: account.workspaceId, source: 'user_preferences' } as const;
    const contacts = await this.consents.note(noted);
    return contacts.map((contact) => ({
      type: 'contact.consent',
      id: `${changeIdOf(change)} ${contact.id}`,
      businessAccountId,
      contact: viewOfContact(contact),
      isOptedOut: consent.isOptedOut,
    }));
  }
}

/** @throws WebhookItemError */
function consentsOf(change: AccountChange): ReportedConsent[] {
  const { user_preferences: preferences, contacts } = change.value;
  if (!Array.isArray(preferences)) throw new WebhookItemError('user_preferences is no list.');
  const known = findContactIn(Array.isArray(contacts) ? contacts.filter(isJsonObject) : []);
  return preferences.flatMap((preference: unknown) => {
    if (!isJsonObject(preference)) throw new WebhookItemError('One of user_preferences is no object.');
    const isOptedOut = IS_OPTED_OUT.get(preference['value']);
    const isMarketing = (preference['category'] ?? 'marketing_messages') === 'marketing_messages';
    if (isOptedOut === undefined || !isMarketing) return [];
    return [
      {
        person: contactIn(preference, known),
        isOptedOut,
        at: dateOfSeconds(preference['timestamp']) ?? reportedUntil(change),
      },
    ];
  });
}

/** Who has no number in the preference may have one next to it. @throws WebhookItemError */
function contactIn(preference: JsonObject, contactOf: ContactFinder): ReportedContact {
  const waId = textOrNumber(preference['wa_id']);
  const userId = textOrNumber(preference['user_id']);
  const contact = contactOf(waId, userId);
  const profile = contact?.['profile'];
  const person = {
    waId: waId ?? textOrNumber(contact?.['wa_id']),
    userId: userId ?? textOrNumber(contact?.['user_id']),
    parentUserId: textOrNumber(preference['parent_user_id']) ?? textOrNumber(contact?.['parent_user_id']),
    profileName: isJsonObject(profile) ? textOrNumber(profile['name']) : undefined,
    username: isJsonObject(profile) ? textOrNumber(profile['username']) : undefined,
  };
  if (person.waId === undefined && person.userId === undefined) {
    throw new WebhookItemError('Invalid item of user_preferences: expected wa_id or user_id.');
  }
  return person;
}

type ContactFinder = (waId: string | undefined, userId: string | undefined) => JsonObject | undefined;

function findContactIn(contacts: readonly JsonObject[]): ContactFinder {
  const byWaId = new Map(contacts.toReversed().map((contact) => [contact['wa_id'], contact]));
  const byUserId = new Map(contacts.toReversed().map((contact) => [contact['user_id'], contact]));
  const only = contacts.length === 1 ? contacts[0] : undefined;
  return (waId, userId) =>
    (waId === undefined ? undefined : byWaId.get(waId)) ??
    (userId === undefined ? undefined : byUserId.get(userId)) ??
    only;
}
