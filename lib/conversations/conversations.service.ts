import { Inject, Injectable } from '@nestjs/common';
import type { InWorkspace } from '../accounts/accounts.service.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import type { ContactEntity } from '../contacts/contact.entity.js';
import type { ContactFields } from '../contacts/contacts.inputs.js';
import { ContactEmailTakenError } from '../contacts/contacts.errors.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { toE164 } from '../contacts/phone-number.js';
import { type Problem, ValidationError } from '../errors.js';
import { type IdempotencyInput, idempotencyInput } from '../messages/idempotency-key.js';
import type { MessageEntity } from '../messages/message.entity.js';
import type { NewMessage } from '../messages/message-repository.js';
import { MessagesService } from '../messages/messages.service.js';
import { readRecipient } from '../messages/recipient.js';
import { readContent } from '../messages/types/read-content.js';
import { WorkspacesService, DEFAULT_WORKSPACE } from '../accounts/workspaces.service.js';
import { ConversationChanges, requestIdProblems } from './conversation-changes.js';
import { ConversationOpenings } from './conversation-openings.js';
import { ConversationReads, ConversationHistory } from './conversation-reads.js';
import { ConversationSends } from './conversation-sends.js';
import type * as Input from './conversations.inputs.js';
import { CONVERSATIONS_OPTIONS, type ConversationsOptions } from './conversations.options.js';
import { MessageTexts } from './message-preview.js';
import { windowOf } from './service-window.js';
import type { ConversationEnvelope } from './conversations.inputs.js';

/** Talks with customers: one conversation for each of them and each business phone number. */
@Injectable()
export class ConversationsService {
  constructor(
    @Inject(CONVERSATIONS_OPTIONS) private readonly options: ConversationsOptions,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly messages: MessagesService,
    private readonly openings: ConversationOpenings,
    private readonly reads: ConversationReads,
    private readonly histories: ConversationHistory,
    private readonly sends: ConversationSends,
    private readonly changes: ConversationChanges,
    private readonly texts: MessageTexts,
    private readonly contacts: ContactsService,
  ) {}

  /**
   * The conversation with a person, opened if there is none; a closed one stays closed until something is said.
   * @throws ValidationError, NotFoundError `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   */
  async findOrOpen(input: Input.FindOrOpenInput): Promise<Input.Conversation> {
    const person = this.#read(input.to);
    const workspaceId = await this.workspaces.idOf(input.workspace);
    const number = await this.phoneNumbers.find(workspaceId, input.phoneNumberId);
    return this.openings.of({ workspaceId, phoneNumberId: number.phoneNumberId, person });
  }

  /**
   * Sends a message to a person, to the very number given, in the conversation with them; it is opened if there is none.
   * Everything that is wrong with recipient and content is reported before that.
   * @throws ValidationError, NotFoundError, and as `send`
   * @throws MessageErasedError when the key's first send went to someone who was erased since
   */
  async sendTo(input: Input.SendToInput): Promise<Input.SentInConversation> {
    const { requestId, contact: _, ...content } = input;
    const problems = this.check(input);
    if (problems.length > 0) throw new ValidationError(problems);
    const idempotency = sendKey('sendTo', input);
    return this.sends.sendTo({
      send: (ready) => this.messages.sendContent({ ...content, idempotency }, ready),
      file: async (about) => {
        await this.sends.assertWindowWith(about);
        return this.#file(about, input);
      },
      requestId,
    });
  }

  /** Throws what `sendTo` would throw before it stores or sends anything; for those who prepare more than the input. */
  async assertSendable(input: Input.SendToInput): Promise<void> {
    const { requestId: _, contact: __, idempotency: ___, ...content } = input;
    await this.sends.assertWindowWith(await this.messages.assertContentSendable(content));
  }

  /**
   * What a send with this key was answered first, as `MessagesService.answered` says; for those who prepare more than the
   * input, as files.
   */
  async answered(idempotency: IdempotencyInput | undefined): Promise<Input.SentInConversation | undefined> {
    const message = await this.messages.answered(idempotency);
    return message && this.sends.again(message);
  }

  /** What `sendTo` would find wrong with recipient and content; sends nothing. */
  check({ to, type, content, requestId, contact }: Input.SendToInput): Problem[] {
    return [
      ...(readRecipient(to, this.options.defaultCountry).problems ?? []),
      ...(readContent(type, content).problems ?? []),
      ...requestIdProblems(requestId),
      ...this.checkContact(contact),
    ];
  }

  /** What `sendTemplateTo` would find wrong with what is to be filed about the person. */
  checkContact(contact: ContactFields = {}): Problem[] {
    return this.contacts.problemsOf(contact).map(({ path, message }) => ({ path: `contact.${path}`, message }));
  }

  /**
   * Sends a template to a person, in the conversation with them. If there is none it is opened, once nothing is wrong with
   * template and values.
   * @throws as `MessagesService.sendTemplate`
   */
  async sendTemplateTo(input: Input.SendTemplateToInput): Promise<Input.SentInConversation> {
    const { requestId, contact, ...template } = input;
    const problems = [...requestIdProblems(requestId), ...this.checkContact(contact)];
    if (problems.length > 0) throw new ValidationError([...problems, ...(await this.messages.checkTemplate(input))]);
    const idempotency = sendKey('sendTemplateTo', input);
    return this.sends.sendTo({
      send: (ready) => this.messages.sendTemplate({ ...template, idempotency }, ready),
      file: (about) => this.#file(about, input),
      requestId,
    });
  }

  /**
   * Sends a message of any type but a template; it opens a closed conversation again.
   * @throws NotFoundError `CONVERSATION_NOT_FOUND`
   * @throws ConflictError `SERVICE_WINDOW_CLOSED` with the option `serviceWindow: 'enforce'`
   * @throws as `MessagesService.send`
   */
  async send(id: number, message: Input.ConversationMessage): Promise<Input.SentInConversation> {
    const fields: Readonly<Record<string, unknown>> = { ...message };
    return this.sendContent(id, { ...message, content: fields[message.type] });
  }

  /** As `send`, of a type and content that come from outside and that no one has looked at. */
  async sendContent(id: number, content: Input.ConversationContent): Promise<Input.SentInConversation> {
    const conversation = await this.reads.find(id, content.workspace);
    const idempotency = sendKey('send', content, id);
    return this.sends.send(conversation, { ...content, idempotency });
  }

  /** @see {@link ConversationsService.send} */
  sendText(id: number, text: string, options: Input.ConversationEnvelope = {}): Promise<Input.SentInConversation> {
    return this.send(id, { ...options, type: 'text', text });
  }

  /** Sends a template, which needs no open service window. @throws as `MessagesService.sendTemplate` */
  async sendTemplate(id: number, template: Input.ConversationTemplate): Promise<Input.SentInConversation> {
    const conversation = await this.reads.find(id, template.workspace);
    const idempotency = sendKey('sendTemplate', template, id);
    return this.sends.sendTemplate(conversation, { ...template, idempotency });
  }

  /** Conversations by their last message, newest first; pages stay whole while new messages come in. */
  list(asked: Input.ListConversations = {}): Promise<Input.ConversationPage> {
    return this.reads.list(asked);
  }

  /** @throws NotFoundError `CONVERSATION_NOT_FOUND` */
  get(id: number, { workspace }: InWorkspace = {}): Promise<Input.Conversation> {
    return this.reads.find(id, workspace);
  }

  /**
   * Its messages, newest first: single ones, templates and those of bulk sends, and the customer's, under all of the
   * contact's numbers.
   * @throws NotFoundError `CONVERSATION_NOT_FOUND`
   */
  async history(id: number, { workspace, ...asked }: Input.ReadHistory = {}): Promise<Input.HistoryPage> {
    return this.histories.of(await this.reads.find(id, workspace), asked);
  }

  /**
   * Messages in words, by row id: their text, caption or label, and of templates what the person reads, with one-time codes
   * masked.
   */
  textsOf(messages: readonly MessageEntity[]): Promise<ReadonlyMap<number, string>> {
    return this.texts.of(messages);
  }

  /** Nothing of it is unread any more; the customer sees so, too. */
  async markRead(id: number, { workspace }: InWorkspace = {}): Promise<Input.Conversation> {
    await this.changes.markRead(await this.reads.find(id, workspace), workspace);
    return this.reads.find(id, workspace);
  }

  /** @param to whoever sees to it, in the host's own words; null for no one */
  assign(id: number, to: string | null, where: InWorkspace = {}): Promise<Input.Conversation> {
    return this.update(id, { assignedTo: to }, where);
  }

  label(id: number, label: string | null, where: InWorkspace = {}): Promise<Input.Conversation> {
    return this.update(id, { label }, where);
  }

  /** Closes it until something is said again. */
  close(id: number, where: InWorkspace = {}): Promise<Input.Conversation> {
    return this.update(id, { status: 'closed' }, where);
  }

  reopen(id: number, where: InWorkspace = {}): Promise<Input.Conversation> {
    return this.update(id, { status: 'active' }, where);
  }

  /** Changes several things at once. @throws ValidationError, NotFoundError `CONVERSATION_NOT_FOUND` */
  async update(
    id: number,
    change: Input.ConversationChange,
    { workspace }: InWorkspace = {},
  ): Promise<Input.Conversation> {
    await this.changes.change(await this.reads.find(id, workspace), change);
    return this.reads.find(id, workspace);
  }

  /**
   * Whether a person can be sent something else than a template, for 24 hours after they last wrote to the number.
   * @param to as `findOrOpen` takes it, or a contact
   */
  async canSendFreeForm(
    to: string | Pick<ContactEntity, 'phone' | 'userId'>,
    { workspace, phoneNumberId }: InWorkspace & { readonly phoneNumberId?: string } = {},
  ): Promise<Input.FreeFormWindow> {
    const { phone, userId } = typeof to === 'string' ? this.#read(to) : to;
    const workspaceId = await this.workspaces.idOf(workspace);
    const number = await this.phoneNumbers.find(workspaceId, phoneNumberId);
    return windowOf(await this.reads.findWith(workspaceId, number.phoneNumberId, phone ?? userId ?? ''));
  }

  /** @returns when the person became a contact, if they were none */
  async #file(about: NewMessage, { workspace, contact }: InWorkspace & Input.FilesContact): Promise<Date | undefined> {
    if (!contact) return undefined;
    const person = about.userId ? { userId: about.userId } : { phone: toE164(about.recipientPhone) };
    const saved = await this.contacts.save({ ...contact, workspace, ...person }).catch(emailProblem);
    return saved.isNew ? saved.contact.createdAt : undefined;
  }

  #read(to: string): { readonly phone?: string; readonly userId?: string } {
    const recipient = readRecipient(to, this.options.defaultCountry);
    if (recipient.problems) throw new ValidationError(recipient.problems);
    return recipient.userId === null ? { phone: recipient.recipientPhone } : { userId: recipient.userId };
  }
}

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
