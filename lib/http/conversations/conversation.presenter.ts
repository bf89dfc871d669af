import type { WhatsAppContact } from '../../contacts/contact.view.js';
import type { WhatsAppConversation } from '../../conversations/conversation.view.js';
import { windowOf } from '../../conversations/conversation-sends.js';
import { Field, type Plain } from '../surface/dto.js';

export const CONVERSATION_STATUSES = ['active', 'closed'] as const satisfies readonly WhatsAppConversation['status'][];

/** As much of a conversation as the answer of a send has. */
export class ConversationLink {
  @Field({ type: 'integer', example: 45 })
  conversation_id!: number;

  @Field({ description: 'Of the customer: digits without `+`.', nullable: true, example: '50212345678' })
  phone_number!: string | null;

  @Field({ type: 'integer', nullable: true, example: 123 })
  request_id!: number | null;
}

/** A conversation as this API shows it. */
export class ConversationView extends ConversationLink {
  @Field({ nullable: true, example: 'Ana' })
  customer_name!: string | null;

  @Field({ description: 'Meta’s id of the customer.', nullable: true, example: null })
  user_id!: string | null;

  @Field({ description: 'Meta’s id of the customer for the parent business.', nullable: true, example: null })
  parent_user_id!: string | null;

  @Field({ description: 'Of the customer by `user_id`, by ISO 3166-1 alpha-2.', nullable: true, example: null })
  user_country!: string | null;

  @Field({ description: 'Of the customer on WhatsApp, without `@`.', nullable: true, example: null })
  username!: string | null;

  @Field({ description: 'Meta’s id of the business phone number.', example: '106540352242922' })
  phone_number_id!: string;

  @Field({ enum: CONVERSATION_STATUSES, example: 'active' })
  status!: WhatsAppConversation['status'];

  @Field({ nullable: true, example: null })
  label!: string | null;

  @Field({ nullable: true, example: 'Hola' })
  last_message!: string | null;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:00.000Z' })
  last_message_at!: Date | null;

  @Field({ type: 'integer', example: 1 })
  unread_count!: number;

  @Field({ nullable: true, example: null })
  assigned_to!: string | null;

  @Field({
    description: 'Until when the customer can be written to freely.',
    format: 'date-time',
    nullable: true,
    example: '2026-11-17T21:30:00.000Z',
  })
  window_expires_at!: Date | null;

  @Field({ format: 'date-time', example: '2026-11-16T21:00:00.000Z' })
  created_at!: Date;

  @Field({ format: 'date-time', nullable: true, example: null })
  closed_at!: Date | null;
}

export function presentConversation(conversation: WhatsAppConversation): Plain<ConversationView> {
  return {
    ...presentConversationLink(conversation),
    customer_name: displayNameOf(conversation.contact),
    user_id: conversation.contact.userId,
    parent_user_id: conversation.contact.parentUserId,
    user_country: conversation.contact.userCountry,
    username: conversation.contact.username,
    phone_number_id: conversation.phoneNumberId,
    status: conversation.status,
    label: conversation.label,
    last_message: conversation.lastMessage,
    last_message_at: conversation.lastMessageAt,
    unread_count: conversation.unreadCount,
    assigned_to: conversation.assignedTo,
    window_expires_at: windowOf(conversation).until,
    created_at: conversation.createdAt,
    closed_at: conversation.closedAt,
  };
}

type LinkedConversation = Pick<WhatsAppConversation, 'id' | 'requestId'> & {
  readonly contact: Pick<WhatsAppContact, 'phone'>;
};

export function presentConversationLink({ id, contact, requestId }: LinkedConversation): Plain<ConversationLink> {
  return { conversation_id: id, phone_number: contact.phone, request_id: requestId };
}

/** As the business knows them, else as they call themselves. */
function displayNameOf({ firstName, lastName, profileName }: WhatsAppContact): string | null {
  const known = [firstName, lastName].filter(Boolean).join(' ');
  return known === '' ? profileName : known;
}
