import { Injectable } from '@nestjs/common';
import { ConversationsService, type InboundMessageEvent, OnInboundMessage } from 'nestjs-whatsapp';

/** What is answered, by the beginning of the customer's number. */
const GREETINGS = [
  [/^55/, (name: string) => `Oi, ${name}! Já vamos ver isso para você.`],
  [/^33/, (name: string) => `Bonjour ${name}, nous regardons tout de suite.`],
  [/^(?:34|5[24])/, (name: string) => `Hola, ${name}. Lo revisamos y te contamos.`],
  [/./, (name: string) => `Hello ${name}, how can we help?`],
] as const;

/** Answers the first thing that a customer writes. */
@Injectable()
export class DemoReplies {
  /** One of so many customers gets an answer; the others wait for a person. */
  share = 1;
  readonly #answered = new Set<number>();

  constructor(private readonly conversations: ConversationsService) {}

  @OnInboundMessage()
  async answer({ contact, conversation, message }: InboundMessageEvent): Promise<void> {
    if (this.#answered.has(conversation.id) || conversation.id % this.share !== 0) return;
    this.#answered.add(conversation.id);
    const [, greet] = GREETINGS.find(([numbers]) => numbers.test(contact.phone ?? '')) ?? GREETINGS[3];
    await this.conversations.send(conversation.id, {
      type: 'text',
      text: { body: greet(contact.profileName ?? 'there') },
      replyTo: message.wamid ?? undefined,
    });
  }
}
