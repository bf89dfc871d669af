import { Injectable } from '@nestjs/common';
import { ConversationsService, type InboundMessageEvent, OnInboundMessage } from 'nestjs-whatsapp';

/** Answers what customers write. */
@Injectable()
export class DemoReplies {
  constructor(private readonly conversations: ConversationsService) {}

  @OnInboundMessage()
  async answer({ contact, conversation, message }: InboundMessageEvent): Promise<void> {
    await this.conversations.send(conversation.id, {
      type: 'text',
      text: { body: `Hello ${contact.profileName ?? 'there'}, how can we help?` },
      replyTo: message.wamid ?? undefined,
    });
  }
}
