import { Injectable } from '@nestjs/common';
import { ConversationsService, type InboundMessageEvent, OnInboundMessage } from 'nestjs-whatsapp';

/** Answers the first thing that a customer writes; the rest is for people. */
@Injectable()
export class DemoReplies {
  readonly #answered = new Set<number>();

  constructor(private readonly conversations: ConversationsService) {}

  @OnInboundMessage()
  async answer({ contact, conversation, message }: InboundMessageEvent): Promise<void> {
    if (this.#answered.has(conversation.id)) return;
    this.#answered.add(conversation.id);
    await this.conversations.send(conversation.id, {
      type: 'text',
      text: { body: `Hello ${contact.profileName ?? 'there'}, how can we help?` },
      replyTo: message.wamid ?? undefined,
    });
  }
}
