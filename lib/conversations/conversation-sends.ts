import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { isPhone, type ReportedContact } from '../contacts/reported-contact.js';
import { toE164 } from '../contacts/phone-number.js';
import { truncateForColumn } from '../store/columns.js';
import { ConflictError } from '../errors.js';
import type { IdempotencyInput } from '../messages/idempotency-key.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import type { Ready } from '../messages/idempotent-sends.js';
import type { MessageEntity } from '../messages/message.entity.js';
import type { NewMessage } from '../messages/message-repository.js';
import { MessageErasedError } from '../messages/messages.errors.js';
import { MessagesService } from '../messages/messages.service.js';
import { ConversationChanges } from './conversation-changes.js';
import { ConversationOpenings } from './conversation-openings.js';
import { ConversationReads } from './conversation-reads.js';
import { ConversationRows } from './conversation-rows.js';
import type {
  Conversation,
  ConversationContent,
  ConversationTemplate,
  SentInConversation,
} from './conversations.inputs.js';
import { CONVERSATIONS_OPTIONS, type ConversationsOptions } from './conversations.options.js';
import { LONGEST_WORDS, MessageTexts } from './message-preview.js';
import { windowOf } from './service-window.js';

/** A message to a person without a known conversation yet. */
export interface SendToSomebody {
  /** Sends it; `ready` is called as `MessagesService.sendTemplate` says. */
  readonly send: (ready: Ready) => Promise<MessageEntity>;
  /** Called before the conversation is opened. It may say when the message counts as made, and may refuse it. */
  readonly file: Ready;
  /** What the conversation has from then on. */
  readonly requestId: number | undefined;
}

interface Keyed {
  readonly idempotency?: IdempotencyInput | undefined;
}

/** Sends messages in conversations. A call that is repeated by its key is answered again, and changes nothing. */
@Injectable()
export class ConversationSends {
  constructor(
    @Inject(CONVERSATIONS_OPTIONS) private readonly options: ConversationsOptions,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly messages: MessagesService,
    private readonly openings: ConversationOpenings,
    private readonly reads: ConversationReads,
    private readonly changes: ConversationChanges,
    private readonly rows: ConversationRows,
    private readonly texts: MessageTexts,
  ) {}

  /** @throws ConflictError `SERVICE_WINDOW_CLOSED`, and as `MessagesService.send` */
  async send(conversation: Conversation, content: ConversationContent & Keyed): Promise<SentInConversation> {
    const answered = await this.messages.answered(content.idempotency);
    if (answered) return { message: answered, conversation };
    this.#assertWindow(conversation);
    const { phoneNumberId } = conversation;
    const to = addressOf(conversation);
    return this.#said(conversation, await this.messages.sendContent({ ...content, to, phoneNumberId }));
  }

  /** @throws as `MessagesService.sendTemplate` */
  async sendTemplate(conversation: Conversation, template: ConversationTemplate & Keyed): Promise<SentInConversation> {
    const answered = await this.messages.answered(template.idempotency);
    if (answered) return { message: answered, conversation };
    const { phoneNumberId } = conversation;
    const to = addressOf(conversation);
    return this.#said(conversation, await this.messages.sendTemplate({ ...template, to, phoneNumberId }));
  }

  /** Sends a message in the conversation with a person, opened if there is none once nothing is wrong with the message. */
  async sendTo({ send, file, requestId }: SendToSomebody): Promise<SentInConversation> {
    let conversation: Conversation | undefined;
    const message = await send(async (about) => {
      const at = await file(about);
      const { workspaceId, phoneNumberId } = about;
      conversation = await this.openings.of({ workspaceId, phoneNumberId, person: recipientOf(about) });
      return at;
    });
    return conversation ? this.#said(conversation, message, requestId) : this.again(message);
  }

  /** A message that was sent before, with its conversation as it is now. @throws MessageErasedError */
  async again(message: MessageEntity): Promise<SentInConversation> {
    const conversation = await this.#with(message);
    // Its contact was erased at this very moment.
    if (!conversation) throw new MessageErasedError();
    return { message, conversation };
  }

  /** @throws ConflictError `SERVICE_WINDOW_CLOSED` when the host does not leave that to Meta */
  async assertWindowWith(message: NewMessage): Promise<void> {
    if (this.options.serviceWindow !== 'meta') this.#assertWindow(await this.#with(message));
  }

  #assertWindow(conversation: Conversation | null): void {
    if (this.options.serviceWindow === 'meta' || windowOf(conversation).open) return;
    throw new ConflictError(
      'SERVICE_WINDOW_CLOSED',
      'The customer did not write in the last 24 hours: only a template can be sent, until they write again.',
    );
  }

  #with({ workspaceId, phoneNumberId, recipientPhone, userId, createdAt }: NewMessage): Promise<Conversation | null> {
    return this.reads.findWith(workspaceId, phoneNumberId, recipientPhone || (userId ?? ''), createdAt);
  }

  /** It was sent, and is reported so even if the conversation could not be moved on. */
  async #said(conversation: Conversation, message: MessageEntity, requestId?: number): Promise<SentInConversation> {
    try {
      const after = message.type === 'reaction' ? conversation : await this.#advance(conversation, message);
      await this.changes.change(after, { requestId });
      return { message, conversation: Object.assign(after, requestId !== undefined && { requestId }) };
    } catch (error) {
      const { id } = conversation;
      this.logger.error(`Message ${message.id} was sent, but conversation ${id} not moved on: ${String(error)}`);
      return { message, conversation };
    }
  }

  async #advance(conversation: Conversation, message: MessageEntity): Promise<Conversation> {
    const { rows } = this;
    const { workspaceId, phoneNumberId } = conversation;
    const words = (await this.texts.of([message])).get(message.id) ?? '';
    const said = [
      { at: message.createdAt, learnedAt: message.createdAt, words: truncateForColumn(words, LONGEST_WORDS) },
    ];
    return this.openings.locked([{ workspaceId, phoneNumberId, person: recipientOf(message) }], function* ([locked]) {
      if (locked) yield* rows.advance(new Map([[locked, said]]));
      return locked ?? conversation;
    });
  }
}

/** Whom a message went to, also by what Meta knows them as. */
function recipientOf({
  recipientPhone,
  userId,
  waId,
}: NewMessage & { readonly waId?: string | null }): ReportedContact {
  return { phone: recipientPhone || undefined, userId: userId ?? undefined, waId: waId ?? undefined };
}

/** By number where one is known: in the spelling under which WhatsApp knows it, should that be known too. */
function addressOf({ contact: { phone, waId, userId } }: Conversation): string {
  if (phone === null) return userId ?? '';
  return toE164(waId !== null && isPhone(waId) ? waId : phone);
}
