import { type WhatsAppContact, viewOfContact } from '../contacts/contact.view.js';
import type { Conversation } from './conversation.entity.js';

/**
 * A conversation of one person and one business phone number.
 *
 * @publicApi
 */
export interface WhatsAppConversation {
  /** Row id. */
  readonly id: number;
  /** Row id of the workspace that the conversation belongs to. */
  readonly workspaceId: number;
  /** Meta's id of the business phone number. */
  readonly phoneNumberId: string;
  /** The person. */
  readonly contact: WhatsAppContact;
  /** A closed one is active again once a message is sent or received. */
  readonly status: 'active' | 'closed';
  /** In the host's own words. */
  readonly label: string | null;
  /** Who it is assigned to, in the host's own words. */
  readonly assignedTo: string | null;
  /** A number of the host's that travels with the conversation. */
  readonly requestId: number | null;
  /** Inbound messages since it was last marked as read. */
  readonly unreadCount: number;
  /** When the last message was sent or received, those of bulk sends apart; when it was opened while there is none. */
  readonly lastMessageAt: Date;
  /** The beginning of that message: its text, caption or label. */
  readonly lastMessage: string | null;
  /** When the customer last wrote, by Meta's clock; the service window lasts 24 hours from it. */
  readonly lastInboundAt: Date | null;
  /** Meta's id of that message. */
  readonly lastInboundWamid: string | null;
  /** When it was opened for the first time. */
  readonly createdAt: Date;
  /** When it was closed; null while it is active. */
  readonly closedAt: Date | null;
}

/** A conversation as users see it. */
export function viewOfConversation(conversation: Conversation): WhatsAppConversation {
  return {
    id: conversation.id,
    workspaceId: conversation.workspaceId,
    phoneNumberId: conversation.phoneNumberId,
    contact: viewOfContact(conversation.contact),
    status: conversation.status,
    label: conversation.label,
    assignedTo: conversation.assignedTo,
    requestId: conversation.requestId,
    unreadCount: conversation.unreadCount,
    lastMessageAt: conversation.lastMessageAt,
    lastMessage: conversation.lastMessage,
    lastInboundAt: conversation.lastInboundAt,
    lastInboundWamid: conversation.lastInboundWamid,
    createdAt: conversation.createdAt,
    closedAt: conversation.closedAt,
  };
}
