import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { toE164 } from '../contacts/phone-number.js';
import { storable } from '../database/storable.js';
import { ConflictError } from '../errors.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import type { MessageEntity } from '../messages/message.entity.js';
import { MessagesService } from '../messages/messages.service.js';
import { ConversationOpenings } from './conversation-openings.js';
import { ConversationRows } from './conversation-rows.js';
import type {
  Conversation,
  ConversationContent,
  ConversationTemplate,
  SentInConversation,
} from './conversations.inputs.js';
import { CONVERSATIONS_OPTIONS, type ConversationsOptions } from './conversations.options.js';
import { MessageTexts } from './message-texts.js';
import { LONGEST_WORDS } from './message-words.js';
import { windowOf } from './service-window.js';

/** Sends messages in conversations. */
@Injectable()
export class ConversationSends {
  constructor(
    @Inject(CONVERSATIONS_OPTIONS) private readonly options: ConversationsOptions,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly messages: MessagesService,
    private readonly openings: ConversationOpenings,
    private readonly rows: ConversationRows,
    private readonly texts: MessageTexts,
  ) {}

  /** @throws ConflictError `SERVICE_WINDOW_CLOSED`, and as `MessagesService.send` */
  async send(conversation: Conversation, content: ConversationContent): Promise<SentInConversation> {
    this.assertWindow(conversation);
    return this.#said(conversation, await this.messages.sendContent({ ...content, ...addressOf(conversation) }));
  }

  /** @throws as `MessagesService.sendTemplate` */
  async sendTemplate(conversation: Conversation, template: ConversationTemplate): Promise<SentInConversation> {
    return this.#said(conversation, await this.messages.sendTemplate({ ...template, ...addressOf(conversation) }));
  }

  /** @throws ConflictError `SERVICE_WINDOW_CLOSED` when the host does not leave that to Meta */
  assertWindow(conversation: Pick<Conversation, 'lastInboundAt'> | null): void {
    if (this.options.serviceWindow === 'meta' || windowOf(conversation).open) return;
    throw new ConflictError(
      'SERVICE_WINDOW_CLOSED',
      'The customer did not write in the last 24 hours: only a template can be sent, until they write again.',
    );
  }

  /** It was sent, and is told so even if the conversation could not be moved on. */
  async #said(conversation: Conversation, message: MessageEntity): Promise<SentInConversation> {
    if (message.type === 'reaction') return { message, conversation };
    const { rows } = this;
    const { id, workspaceId, phoneNumberId, contact } = conversation;
    const person = { phone: contact.phone ?? undefined, userId: contact.userId ?? undefined };
    try {
      const words = (await this.texts.of([message])).get(message.id) ?? '';
      const said = [{ at: message.createdAt, words: storable(words, LONGEST_WORDS) }];
      const after = await this.openings.locked([{ workspaceId, phoneNumberId, person }], function* ([locked]) {
        if (locked) yield* rows.advance(new Map([[locked, said]]));
        return locked ?? conversation;
      });
      return { message, conversation: after };
    } catch (error) {
      this.logger.error(`Message ${message.id} was sent, but conversation ${id} not moved on: ${String(error)}`);
      return { message, conversation };
    }
  }
}

/** By number where one is known. */
function addressOf({ contact, phoneNumberId }: Conversation): { readonly to: string; readonly phoneNumberId: string } {
  return { to: contact.phone === null ? (contact.userId ?? '') : toE164(contact.phone), phoneNumberId };
}
