import type { WhatsAppContact } from '../../contacts/contact.view.js';
import type { ConsentChange, ContactIdentity } from '../../contacts/contacts.inputs.js';
import type { WhatsAppConversation } from '../../conversations/conversation.view.js';
import { identityOf } from '../../contacts/reported-contact.js';
import { Field, type Plain } from '../surface/dto.js';

export const CONSENTS = ['opted_in', 'opted_out', 'unknown'] as const;

const WHEN = { format: 'date-time', example: '2026-11-16T21:00:00.000Z' } as const;

/** A contact in a list. */
export class ContactItem {
  @Field({ type: 'integer', example: 7 })
  id!: number;

  @Field({
    description: 'Digits; null for a person known by a user id alone.',
    nullable: true,
    example: '5491112345678',
  })
  phone!: string | null;

  @Field({ description: 'Meta’s business-scoped user id.', nullable: true, example: 'US.13491208655302741918' })
  user_id!: string | null;

  @Field({ nullable: true, example: 'ana.diaz' })
  username!: string | null;

  @Field({ description: 'The name that the person gave themselves.', nullable: true, example: 'Ana' })
  profile_name!: string | null;

  @Field({ nullable: true, example: 'Ana' })
  first_name!: string | null;

  @Field({ nullable: true, example: 'Díaz' })
  last_name!: string | null;

  @Field({ each: true, example: ['vip'] })
  groups!: readonly string[];

  @Field({ description: 'Whether the person wants marketing.', enum: CONSENTS, example: 'opted_in' })
  consent!: (typeof CONSENTS)[number];

  @Field({ ...WHEN, nullable: true, example: null })
  blocked_at!: Date | null;

  @Field({
    ...WHEN,
    description: 'Of a conversation; null where there is none, or the caller may not read messages.',
    nullable: true,
  })
  last_message_at!: Date | null;

  @Field({ description: 'Its beginning.', nullable: true, example: 'Thank you' })
  last_message!: string | null;

  @Field(WHEN)
  created_at!: Date;
}

/** A number or user id of a contact. */
export class ContactIdentityView {
  @Field({ example: '5491112345678' })
  identity!: string;

  @Field({ enum: ['phone', 'user_id'], example: 'phone' })
  kind!: ContactIdentity['kind'];

  @Field({ ...WHEN, description: 'Null for always, as far as is known.', nullable: true, example: null })
  since!: Date | null;

  @Field({ ...WHEN, description: 'Null while it is theirs.', nullable: true, example: null })
  until!: Date | null;
}

/** One time that a contact said whether they want marketing. */
export class ConsentChangeView {
  @Field({ enum: ['opted_in', 'opted_out'], example: 'opted_out' })
  consent!: ConsentChange['consent'];

  @Field({ enum: ['user_preferences', 'keyword', 'api'], example: 'keyword' })
  source!: ConsentChange['source'];

  @Field({ description: 'Who of the business entered it.', nullable: true, example: null })
  entered_by!: string | null;

  @Field(WHEN)
  said_at!: Date;
}

/** A conversation of a contact with one of the numbers. */
export class ContactConversation {
  @Field({ type: 'integer', example: 12 })
  id!: number;

  @Field({ description: 'Meta’s id of the business number.', example: '106540352242922' })
  phone_number_id!: string;

  @Field(WHEN)
  last_message_at!: Date;

  @Field({ nullable: true, example: 'Thank you' })
  last_message!: string | null;

  @Field({ type: 'integer', example: 0 })
  unread_count!: number;
}

/** All that is known of a contact. */
export class ContactDetail extends ContactItem {
  @Field({ nullable: true, example: 'ana@example.com' })
  email!: string | null;

  @Field({ enum: ['lead', 'customer'], nullable: true, example: 'customer' })
  type!: WhatsAppContact['type'];

  @Field({ nullable: true, example: 'Díaz SRL' })
  company!: string | null;

  @Field({ nullable: true, example: null })
  description!: string | null;

  @Field({ nullable: true, example: 'AR' })
  country!: string | null;

  @Field({ nullable: true, example: 'C1000' })
  zip!: string | null;

  @Field({ nullable: true, example: 'Buenos Aires' })
  city!: string | null;

  @Field({ nullable: true, example: null })
  state!: string | null;

  @Field({ nullable: true, example: null })
  address!: string | null;

  @Field({ nullable: true, example: null })
  block_reason!: string | null;

  @Field({ type: () => ContactIdentityView, each: true, description: 'Also the former ones.' })
  identities!: readonly ContactIdentityView[];

  @Field({ type: () => ConsentChangeView, each: true, description: 'The latest first.' })
  consents!: readonly ConsentChangeView[];

  @Field({ type: () => ContactConversation, each: true, description: 'Empty where the caller may not read messages.' })
  conversations!: readonly ContactConversation[];

  @Field(WHEN)
  updated_at!: Date;
}

/** @param conversations theirs, the latest first */
export function presentContactItem(
  contact: WhatsAppContact,
  conversations: readonly WhatsAppConversation[],
): Plain<ContactItem> {
  const [latest] = conversations;
  return {
    id: contact.id,
    phone: contact.phone,
    user_id: contact.userId ?? contact.parentUserId,
    username: contact.username,
    profile_name: contact.profileName,
    first_name: contact.firstName,
    last_name: contact.lastName,
    groups: contact.groups ?? [],
    consent: consentOf(contact),
    blocked_at: contact.blockedAt,
    last_message_at: latest?.lastMessageAt ?? null,
    last_message: latest?.lastMessage ?? null,
    created_at: contact.createdAt,
  };
}

/** What else is known of a contact. */
interface Known {
  readonly identities: readonly ContactIdentity[];
  readonly consents: readonly ConsentChange[];
  readonly conversations: readonly WhatsAppConversation[];
}

export function presentContactDetail(
  contact: WhatsAppContact,
  { identities, consents, conversations }: Known,
): ContactDetail {
  return {
    ...presentContactItem(contact, conversations),
    email: contact.email,
    type: contact.type,
    company: contact.company,
    description: contact.description,
    country: contact.country,
    zip: contact.zip,
    city: contact.city,
    state: contact.state,
    address: contact.address,
    block_reason: contact.blockReason,
    identities: identities.map(({ identity, kind, since, until }) => ({
      // As it is written to, where it is the one that is.
      identity: contact.phone !== null && identityOf(contact.phone) === identity ? contact.phone : identity,
      kind,
      since,
      until,
    })),
    consents: consents.map(({ consent, source, enteredBy, saidAt }) => ({
      consent,
      source,
      entered_by: enteredBy,
      said_at: saidAt,
    })),
    conversations: conversations.map(({ id, phoneNumberId, lastMessageAt, lastMessage, unreadCount }) => ({
      id,
      phone_number_id: phoneNumberId,
      last_message_at: lastMessageAt,
      last_message: lastMessage,
      unread_count: unreadCount,
    })),
    updated_at: contact.updatedAt,
  };
}

export function consentOf({ optedOutAt, consentAt }: WhatsAppContact): (typeof CONSENTS)[number] {
  if (optedOutAt !== null) return 'opted_out';
  return consentAt === null ? 'unknown' : 'opted_in';
}
