import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { type InWorkspace, DEFAULT_WORKSPACE } from '../accounts/workspaces.service.js';
import { readContactFields } from '../contacts/contact-fields.js';
import { isPhone, type ReportedContact } from '../contacts/reported-contact.js';
import { ContactEmailTakenError } from '../contacts/contacts.errors.js';
import type { ContactFields } from '../contacts/contacts.inputs.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { toE164 } from '../contacts/phone-number.js';
import { truncateForColumn } from '../store/columns.js';
import { ConflictError, type ValidationProblem, ValidationError } from '../errors.js';
import { type IdempotencyInput, idempotencyInput } from '../messages/idempotency-key.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { IdempotentSends, type Ready } from '../messages/idempotent-sends.js';
import type { MessageEntity } from '../messages/message.entity.js';
import type { NewMessage } from '../messages/message-repository.js';
import { MessageErasedError } from '../messages/messages.errors.js';
import { readRecipient } from '../messages/recipient.js';
import { TemplateMessages, type TemplateRequest } from '../messages/template-messages.js';
import { readContent } from '../messages/types/read-content.js';
import { ConversationChanges, requestIdProblems } from './conversation-changes.js';
import { ConversationOpenings, ConversationRows } from './conversation-rows.js';
import { ConversationReads } from './conversation-reads.js';
import type { Conversation, ConversationEntity } from './conversation.entity.js';
import {
  type ConversationContent,
  type ConversationEnvelope,
  type ConversationTemplate,
  type FilesContact,
  type SendTemplateToInput,
  type SendToInput,
  type FreeFormWindow,
  CONVERSATIONS_OPTIONS,
  type ConversationsOptions,
} from './conversations.inputs.js';
import { LONGEST_WORDS, MessageTexts } from './conversation-progress.js';
import { windowEnd } from '../messages/service-windows.js';

/** A message that was sent, and the conversation after it. */
export interface SentMessage {
  readonly message: MessageEntity;
  readonly conversation: Conversation;
}

/** A template for a person, as our own APIs ask for it. */
export type TemplateToRequest = SendTemplateToInput & TemplateRequest;

/** Sends messages in conversations. A call that is repeated by its key is answered again, and changes nothing. */
@Injectable()
export class ConversationSends {
  constructor(
    @Inject(CONVERSATIONS_OPTIONS) private readonly options: ConversationsOptions,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly messages: IdempotentSends,
    private readonly templates: TemplateMessages,
    private readonly contacts: ContactsService,
    private readonly openings: ConversationOpenings,
    private readonly reads: ConversationReads,
    private readonly changes: ConversationChanges,
    private readonly rows: ConversationRows,
    private readonly texts: MessageTexts,
  ) {}

  /** @throws as `ConversationsService.sendTo` */
  async sendTo(input: SendToInput): Promise<SentMessage> {
    const problems = this.check(input);
    if (problems.length > 0) throw new ValidationError(problems);
    const { requestId: _, contact: __, ...content } = input;
    const idempotency = sendKey('sendTo', input);
    return this.#sendTo(
      input,
      (ready) => this.messages.sendContent({ ...content, idempotency }, ready),
      (about) => this.#assertWindowWith(about),
    );
  }

  /** @throws as `ConversationsService.sendTemplateTo` */
  async sendTemplateTo(input: TemplateToRequest): Promise<SentMessage> {
    const { requestId, contact, ...template } = input;
    const problems = [...requestIdProblems(requestId), ...checkContact(contact)];
    if (problems.length > 0) throw new ValidationError([...problems, ...(await this.templates.check(input))]);
    const idempotency = sendKey('sendTemplateTo', input);
    return this.#sendTo(input, (ready) => this.messages.sendTemplate({ ...template, idempotency }, ready));
  }

  /** @throws as `ConversationsService.send` */
  async send(id: number, content: ConversationContent): Promise<SentMessage> {
    const conversation = await this.reads.find(id, content.workspace);
    const idempotency = sendKey('send', content, id);
    const answered = await this.messages.answered(idempotency);
    if (answered) return { message: answered, conversation };
    this.#assertWindow(conversation);
    const { phoneNumberId } = conversation;
    const to = addressOfContact(conversation);
    return this.#said(conversation, await this.messages.sendContent({ ...content, to, phoneNumberId, idempotency }));
  }

  /** @throws as `ConversationsService.sendTemplate` */
  async sendTemplate(id: number, template: ConversationTemplate): Promise<SentMessage> {
    const conversation = await this.reads.find(id, template.workspace);
    const idempotency = sendKey('sendTemplate', template, id);
    const answered = await this.messages.answered(idempotency);
    if (answered) return { message: answered, conversation };
    const { phoneNumberId } = conversation;
    const to = addressOfContact(conversation);
    return this.#said(conversation, await this.messages.sendTemplate({ ...template, to, phoneNumberId, idempotency }));
  }

  /** What `sendTo` would find wrong with recipient and content; sends nothing. */
  check({ to, type, content, requestId, contact }: SendToInput): ValidationProblem[] {
    return [
      ...(readRecipient(to, this.options.defaultCountry).problems ?? []),
      ...(readContent(type, content).problems ?? []),
      ...requestIdProblems(requestId),
      ...checkContact(contact),
    ];
  }

  /** Throws what `sendTo` would throw before it stores or sends anything; for those who prepare more than the input. */
  async assertSendable(input: SendToInput): Promise<void> {
    await this.#assertWindowWith(await this.messages.assertContentSendable(input));
  }

  /** The same of a template. */
  async assertTemplateSendable(input: TemplateToRequest): Promise<void> {
    await this.messages.assertTemplateSendable(input);
  }

  /**
   * The answer that a send with this key had first, with the conversation as it is now; for those who prepare more than the
   * input, as files. Undefined when there was none.
   * @throws as `IdempotentSends.answered`; MessageErasedError
   */
  async answered(idempotency: IdempotencyInput | undefined): Promise<SentMessage | undefined> {
    const message = await this.messages.answered(idempotency);
    return message && this.#again(message);
  }

  /**
   * Sends a message in the conversation with a person, opened if there is none once nothing is wrong with the message.
   * @param assertAllowed may refuse it after that, before anything is stored
   */
  async #sendTo(
    input: InWorkspace & FilesContact & { readonly requestId?: number | undefined },
    send: (ready: Ready) => Promise<MessageEntity>,
    assertAllowed?: (about: NewMessage) => Promise<void>,
  ): Promise<SentMessage> {
    let conversation: Conversation | undefined;
    const message = await send(async (about) => {
      await assertAllowed?.(about);
      const at = await this.#file(about, input);
      const { workspaceId, phoneNumberId } = about;
      conversation = await this.openings.of({ workspaceId, phoneNumberId, person: contactOfMessage(about) });
      return at;
    });
    return conversation ? this.#said(conversation, message, input.requestId) : this.#again(message);
  }

  /** @returns when the person became a contact, if they were none */
  async #file(about: NewMessage, { workspace, contact }: InWorkspace & FilesContact): Promise<Date | undefined> {
    if (!contact) return undefined;
    const person = about.userId ? { userId: about.userId } : { phone: toE164(about.recipientPhone) };
    const saved = await this.contacts.save({ ...contact, workspace, ...person }).catch(emailProblem);
    return saved.isNew ? saved.contact.createdAt : undefined;
  }

  /** @throws MessageErasedError */
  async #again(message: MessageEntity): Promise<SentMessage> {
    const conversation = await this.#with(message);
    // Its contact was erased at this very moment.
    if (!conversation) throw new MessageErasedError();
    return { message, conversation };
  }

  /** @throws ConflictError `SERVICE_WINDOW_CLOSED` when the host does not leave that to Meta */
  async #assertWindowWith(message: NewMessage): Promise<void> {
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
  async #said(conversation: Conversation, message: MessageEntity, requestId?: number): Promise<SentMessage> {
    try {
      const after = message.type === 'reaction' ? conversation : await this.#advance(conversation, message);
      await this.changes.change(after, { requestId });
      this.changes.moved(after.id);
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
    return this.openings.locked(
      [{ workspaceId, phoneNumberId, person: contactOfMessage(message) }],
      function* ([locked]) {
        if (locked) yield* rows.advance(new Map([[locked, said]]));
        return locked ?? conversation;
      },
    );
  }
}

/** Who a message went to, also by what Meta knows them as. */
function contactOfMessage({
  recipientPhone,
  userId,
  waId,
}: NewMessage & { readonly waId?: string | null }): ReportedContact {
  return { phone: recipientPhone || undefined, userId: userId ?? undefined, waId: waId ?? undefined };
}

/** By number where one is known: in the spelling under which WhatsApp knows it, should that be known too. */
function addressOfContact({ contact: { phone, waId, userId } }: Conversation): string {
  if (phone === null) return userId ?? '';
  return toE164(waId !== null && isPhone(waId) ? waId : phone);
}

/** The problems of what a send files about the person. */
export const checkContact = (contact: ContactFields = {}): ValidationProblem[] =>
  readContactFields(contact).problems.map(({ path, message }) => ({ path: `contact.${path}`, message }));

/** The contact of a message is a part of its request. */
function emailProblem(error: unknown): never {
  if (!(error instanceof ContactEmailTakenError)) throw error;
  throw new ValidationError([{ path: 'contact.email', message: 'The email has already been taken.' }]);
}

/**
 * The key of a send in a conversation, with what its caller asked for; the conversation's number may be another the next time.
 * @param id the conversation, where the caller named it
 */
function sendKey(
  call: 'sendTo' | 'sendTemplateTo' | 'send' | 'sendTemplate',
  input: ConversationEnvelope,
  id?: number,
): IdempotencyInput | undefined {
  const { idempotency, workspace = DEFAULT_WORKSPACE, apiKeyId: _, ...asked } = input;
  return idempotencyInput(idempotency, { workspace, call: `conversations.${call}`, body: { id, ...asked } });
}

/** Whether the service window of a conversation is open, for 24 hours after the customer wrote last, and until when. */
export function windowOf(
  conversation: Pick<ConversationEntity, 'lastInboundAt'> | null,
  now = new Date(),
): FreeFormWindow {
  const until = conversation?.lastInboundAt ? windowEnd(conversation.lastInboundAt) : null;
  return { open: until !== null && until > now, until };
}
