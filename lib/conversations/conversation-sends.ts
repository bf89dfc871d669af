import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { isPhone, type PersonSeen } from '../contacts/person-seen.js';
import { toE164 } from '../contacts/phone-number.js';
import { storable } from '../database/storable.js';
import { ConflictError } from '../errors.js';
import type { IdempotencyInput } from '../idempotency/idempotency-key.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import type { MessageEntity } from '../messages/message.entity.js';
import { MessagesService } from '../messages/messages.service.js';
import { ConversationChanges } from './conversation-changes.js';
import { ConversationOpenings } from './conversation-openings.js';
import { ConversationRows } from './conversation-rows.js';
import type {
  Conversation,
  ConversationContent,
  ConversationTemplate,
  SendTemplateToInput,
  SentInConversation,
} from './conversations.inputs.js';
import { CONVERSATIONS_OPTIONS, type ConversationsOptions } from './conversations.options.js';
import { MessageTexts } from './message-texts.js';
import { LONGEST_WORDS } from './message-words.js';
import { windowOf } from './service-window.js';

/** Where a message goes, and what its conversation has from then on. */
export interface Directions {
  /** The contact's present number, or user id, when left out. */
  readonly to?: string;
  readonly requestId?: number | undefined;
}

/** A conversation that a message goes to, and when that counts as made, if not now. */
export interface Opened {
  readonly conversation: Conversation;
  readonly at?: Date | undefined;
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
    private readonly changes: ConversationChanges,
    private readonly rows: ConversationRows,
    private readonly texts: MessageTexts,
  ) {}

  /** @throws ConflictError `SERVICE_WINDOW_CLOSED`, and as `MessagesService.send` */
  async send(
    conversation: Conversation,
    content: ConversationContent & Keyed,
    { to = addressOf(conversation), requestId }: Directions = {},
  ): Promise<SentInConversation> {
    const answered = await this.messages.answered(content.idempotency);
    if (answered) return { message: answered, conversation };
    this.assertWindow(conversation);
    const { phoneNumberId } = conversation;
    return this.#said(conversation, await this.messages.sendContent({ ...content, to, phoneNumberId }), requestId);
  }

  /** @throws as `MessagesService.sendTemplate` */
  async sendTemplate(
    conversation: Conversation,
    template: ConversationTemplate & Keyed,
    { to = addressOf(conversation), requestId }: Directions = {},
  ): Promise<SentInConversation> {
    const answered = await this.messages.answered(template.idempotency);
    if (answered) return { message: answered, conversation };
    const { phoneNumberId } = conversation;
    return this.#said(conversation, await this.messages.sendTemplate({ ...template, to, phoneNumberId }), requestId);
  }

  /**
   * Sends a template to somebody whose conversation is not known yet.
   * @param open finds it, or opens it, and tells when the message counts as made, if that is not now
   * @throws as `MessagesService.sendTemplate`
   */
  async sendTemplateTo(
    { requestId, ...template }: SendTemplateToInput & Keyed,
    open: (isAnswered: boolean) => Promise<Opened>,
  ): Promise<SentInConversation> {
    const answered = await this.messages.answered(template.idempotency);
    if (answered) return { message: answered, conversation: (await open(true)).conversation };
    let opened: Opened | undefined;
    const message = await this.messages.sendTemplate(template, async () => {
      opened = await open(false);
      return opened.at;
    });
    const { conversation } = opened ?? (await open(true));
    return this.#said(conversation, message, requestId);
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
  async #said(
    conversation: Conversation,
    message: MessageEntity,
    requestId: number | undefined,
  ): Promise<SentInConversation> {
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
    const said = [{ at: message.createdAt, words: storable(words, LONGEST_WORDS) }];
    return this.openings.locked([{ workspaceId, phoneNumberId, person: recipientOf(message) }], function* ([locked]) {
      if (locked) yield* rows.advance(new Map([[locked, said]]));
      return locked ?? conversation;
    });
  }
}

/** Whom a message went to, also by what Meta knows them as. */
function recipientOf({ recipientPhone, userId, waId }: MessageEntity): PersonSeen {
  return { phone: recipientPhone || undefined, userId: userId ?? undefined, waId: waId ?? undefined };
}

/** By number where one is known: in the spelling under which WhatsApp knows it, should that be known too. */
function addressOf({ contact: { phone, waId, userId } }: Conversation): string {
  if (phone === null) return userId ?? '';
  return toE164(waId !== null && isPhone(waId) ? waId : phone);
}
