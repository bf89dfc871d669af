import { Injectable, Logger } from '@nestjs/common';
import {
  type InboundMessageEvent,
  MessagesService,
  type MessageStatusEvent,
  OnInboundMessage,
  OnMessageStatus,
} from 'nestjs-whatsapp';

const ANSWERS = new Map([
  ['hours', 'We are open from 9 to 18, Monday to Friday.'],
  ['address', 'Avenida Corrientes 1234, Buenos Aires.'],
]);

@Injectable()
export class BotService {
  readonly #logger = new Logger('Bot');

  constructor(private readonly messages: MessagesService) {}

  @OnInboundMessage()
  async answer({ message }: InboundMessageEvent): Promise<void> {
    const { recipientPhone: to, phoneNumberId, wamid } = message;
    // An event can come twice, an answer must not.
    const idempotency = `bot-${wamid}`;
    const question = questionOf(message);
    const body = ANSWERS.get(question);
    this.#logger.log(`${to} asks for "${question}".`);
    if (body !== undefined) {
      await this.messages.sendText({ to, phoneNumberId, idempotency, text: { body } });
      return;
    }
    const buttons = [...ANSWERS.keys()].map((id) => ({ type: 'reply' as const, reply: { id, title: id } }));
    await this.messages.sendInteractive({
      to,
      phoneNumberId,
      idempotency,
      interactive: { type: 'button', body: { text: 'What would you like to know?' }, action: { buttons } },
    });
  }

  @OnMessageStatus()
  note({ status, message }: MessageStatusEvent): void {
    if (status === 'failed') this.#logger.warn(`Message ${message?.id} failed: ${message?.errorMessage}`);
  }
}

/** What was written, or the id of the button that was tapped. */
function questionOf(message: InboundMessageEvent['message']): string {
  if (message.type === 'text') return message.content.body.trim().toLowerCase();
  if (message.type !== 'interactive' || message.content.type !== 'button_reply') return '';
  return message.content.button_reply.id;
}
