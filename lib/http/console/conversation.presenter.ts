import type { WhatsAppContact } from '../../contacts/contact.view.js';
import { identityOf } from '../../contacts/reported-contact.js';
import type { WhatsAppConversation } from '../../conversations/conversation.view.js';
import type { WhatsAppMessage } from '../../messages/message.view.js';
import { ConversationView, presentConversation } from '../conversations/conversation.presenter.js';
import { Field } from '../surface/dto.js';
import { explanationOf, MESSAGE_STATUSES } from './message.presenter.js';

/** The person of a conversation, for whoever may see contacts. */
export class ConversationContact {
  @Field({ type: 'integer', description: 'Its row.', example: 7 })
  id!: number;

  @Field({ description: 'The name that the person gave themselves on WhatsApp.', nullable: true, example: 'Ana' })
  profile_name!: string | null;

  @Field({ nullable: true, example: 'ana@example.com' })
  email!: string | null;

  @Field({ nullable: true, example: null })
  company!: string | null;

  @Field({ description: 'Notes of the business.', nullable: true, example: null })
  description!: string | null;

  @Field({ each: true, description: 'Names of the groups.', itemSchema: { type: 'string' }, example: ['customers'] })
  groups!: readonly string[];

  @Field({
    each: true,
    description: 'Other numbers and user ids by which the person is or was known.',
    itemSchema: { type: 'string' },
    example: ['5491155550000'],
  })
  other_identities!: readonly string[];

  @Field({
    description: 'When the person said that they want no marketing.',
    format: 'date-time',
    nullable: true,
    example: null,
  })
  opted_out_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  consent_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  blocked_at!: Date | null;

  @Field({ format: 'date-time', example: '2026-11-16T21:00:00.000Z' })
  created_at!: Date;
}

/** A conversation with its person. */
export class ConversationDetail extends ConversationView {
  @Field({ type: () => ConversationContact, description: 'Null for whoever may not see contacts.', nullable: true })
  contact!: ConversationContact | null;
}

const STATUSES = [...MESSAGE_STATUSES, 'received'] as const;

/** A message of a conversation. */
export class ThreadMessage {
  @Field({ type: 'integer', description: 'Its row.', example: 12 })
  id!: number;

  @Field({ enum: ['inbound', 'outbound'], example: 'outbound' })
  direction!: WhatsAppMessage['direction'];

  @Field({ description: 'Meta’s type of message.', example: 'text' })
  type!: string;

  @Field({ enum: STATUSES, example: 'delivered' })
  status!: string;

  @Field({ description: 'What the person reads: of a template, with its values.', example: 'Hola' })
  text!: string;

  @Field({
    type: 'object',
    description: 'Of a template its values; of other types Meta’s own object; null where it is not kept.',
    additionalProperties: true,
    nullable: true,
    example: { body: 'Hola' },
  })
  content!: object | null;

  @Field({ nullable: true, example: 'wamid.HBgNNTQ5MTEx' })
  wamid!: string | null;

  @Field({ description: 'The wamid of the message that it replies to.', nullable: true, example: null })
  context_wamid!: string | null;

  @Field({ nullable: true, example: null })
  template_name!: string | null;

  @Field({ nullable: true, example: null })
  bulk_send_id!: string | null;

  @Field({ description: 'Meta’s, or one of the module’s.', nullable: true, example: null })
  error_code!: string | null;

  @Field({ description: 'Why it failed, in a sentence.', nullable: true, example: null })
  failure!: string | null;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  created_at!: Date;
}

/** @param identities of the person; undefined for whoever may not see contacts */
export function presentConversationDetail(
  conversation: WhatsAppConversation,
  identities: readonly string[] | undefined,
): ConversationDetail {
  const contact = identities ? presentContact(conversation.contact, identities) : null;
  return { ...presentConversation(conversation), contact };
}

const presentContact = (contact: WhatsAppContact, identities: readonly string[]): ConversationContact => ({
  id: contact.id,
  profile_name: contact.profileName,
  email: contact.email,
  company: contact.company,
  description: contact.description,
  groups: contact.groups ?? [],
  other_identities: identities.filter((identity) => !isOf(contact, identity)),
  opted_out_at: contact.optedOutAt,
  consent_at: contact.consentAt,
  blocked_at: contact.blockedAt,
  created_at: contact.createdAt,
});

/** Whether it is what the contact itself shows, in the one spelling of identities. */
const isOf = ({ phone, userId }: WhatsAppContact, identity: string): boolean =>
  [phone, userId].some((own) => own !== null && identityOf(own) === identity);

/** @param text it in words, as `MessageTexts` puts it */
export function presentThreadMessage(message: WhatsAppMessage, text: string): ThreadMessage {
  const { status, errorCode, errorMessage } = message;
  return {
    id: message.id,
    direction: message.direction,
    type: message.type,
    status,
    text,
    content: message.content,
    wamid: message.wamid,
    context_wamid: message.contextWamid,
    template_name: message.templateName,
    bulk_send_id: message.bulkSendId,
    error_code: errorCode,
    failure: status === 'failed' ? (explanationOf(errorCode)?.meaning ?? errorMessage) : null,
    created_at: message.createdAt,
  };
}
