import type { ContactEntity } from '../contacts/contact.entity.js';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { BigIntColumn, DateColumn, StringColumn, TextColumn } from '../store/columns.js';

/**
 * What one person and one phone number have to say to each other. Its messages are the rows of `MessageEntity` that went
 * from the number to the person or came back: nothing points at it, so that sending to many costs nothing here.
 *
 * @publicApi
 */
@Entity('whatsapp_conversations')
@Index(['phoneNumberId', 'contactId'], { unique: true })
@Index(['workspaceId', 'lastMessageAt', 'id'])
@Index(['workspaceId', 'label', 'lastMessageAt', 'id'])
@Index(['workspaceId', 'assignedTo', 'lastMessageAt', 'id'])
@Index(['workspaceId', 'unreadCount'])
export class ConversationEntity {
  /** Row id. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer' })
  id!: number;

  /** Row id of the workspace that the conversation belongs to. */
  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** Meta's id of the business phone number. */
  @StringColumn('phone_number_id', 64)
  phoneNumberId!: string;

  /** Row id of the contact. */
  @Index()
  @Column({ name: 'contact_id', type: 'integer' })
  contactId!: number;

  /** A closed one is active again once a message is sent or received. */
  @StringColumn('status', 16)
  status!: 'active' | 'closed';

  /** In the host's own words. */
  @StringColumn('label', 255, { nullable: true })
  label!: string | null;

  /** Whoever sees to it, in the host's own words. */
  @StringColumn('assigned_to', 255, { nullable: true })
  assignedTo!: string | null;

  /** A number of the host's that travels with the conversation. */
  @BigIntColumn('request_id', { nullable: true })
  requestId!: number | null;

  /** Inbound messages since it was last read. */
  @Column({ name: 'unread_count', type: 'integer', default: 0 })
  unreadCount!: number;

  /** Of inbound and single outbound messages; bulk sends do not touch it. Its creation when there is none. */
  @DateColumn('last_message_at')
  lastMessageAt!: Date;

  /** When it was learned of: of several in one second, the one learned last is the last. */
  @DateColumn('last_message_learned_at', { nullable: true, select: false })
  lastMessageLearnedAt!: Date | null;

  /** The beginning of that message in words. */
  @TextColumn('last_message', { nullable: true })
  lastMessage!: string | null;

  /** When the customer last wrote, by Meta's clock; the service window lasts 24 hours from it. */
  @DateColumn('last_inbound_at', { nullable: true })
  lastInboundAt!: Date | null;

  /** When that was learned of. */
  @DateColumn('last_inbound_learned_at', { nullable: true, select: false })
  lastInboundLearnedAt!: Date | null;

  /** Meta's id of that message; marking it as read marks those before it, too. */
  @StringColumn('last_inbound_wamid', 255, { nullable: true })
  lastInboundWamid!: string | null;

  /** When it was opened for the first time. */
  @DateColumn('created_at')
  createdAt!: Date;

  /** When it was closed; null while it is active. */
  @DateColumn('closed_at', { nullable: true })
  closedAt!: Date | null;
}

/** A conversation and its contact. */
export type Conversation = ConversationEntity & { readonly contact: ContactEntity };
