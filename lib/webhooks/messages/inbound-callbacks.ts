import { Injectable } from '@nestjs/common';
import { CallbackOutbox } from '../../callbacks/callback-outbox.js';
import { toE164 } from '../../contacts/phone-number.js';
import type { Conversation } from '../../conversations/conversations.inputs.js';
import { previewOf } from '../../conversations/message-preview.js';
import type { Statements } from '../../store/statement.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import type { InboundMessage } from './inbound-message.js';

/** A customer's message that was just stored. */
export interface TakenMessage {
  readonly inbound: InboundMessage & { readonly workspaceId: number };
  readonly id: MessageEntity['id'];
  readonly conversation: Conversation;
}

/** Tells workspaces what customers write, in the transaction in which it is stored. */
@Injectable()
export class InboundCallbacks {
  constructor(private readonly outbox: CallbackOutbox) {}

  *taken(messages: readonly TakenMessage[]): Statements<void> {
    const workspaceIds = messages.map(({ inbound }) => inbound.workspaceId);
    const wanting = yield* this.outbox.wanting('message.inbound', workspaceIds);
    const wanted = messages.filter(({ inbound }) => wanting.has(inbound.workspaceId));
    yield* this.outbox.put(
      wanted.map((message) => ({
        workspaceId: message.inbound.workspaceId,
        event: 'message.inbound',
        contactId: message.conversation.contactId,
        at: message.inbound.sentAt,
        data: inboundData(message),
      })),
    );
  }
}

function inboundData({ inbound, id, conversation }: TakenMessage): object {
  const { item, wamid, type, sentAt, sender, content, contextWamid } = inbound;
  return {
    id,
    message_id: wamid,
    phone: sender.phone === undefined ? null : toE164(sender.phone),
    user_id: sender.userId ?? null,
    name: sender.profileName ?? null,
    contact_id: conversation.contactId,
    chat_id: conversation.id,
    phone_number_id: item.phoneNumberId,
    type,
    text: previewOf({ type, content, templateName: null }),
    content,
    reply_to: contextWamid,
    received_at: sentAt,
  };
}
