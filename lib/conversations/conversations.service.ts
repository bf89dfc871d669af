import { Inject, Injectable } from '@nestjs/common';
import type { InWorkspace } from '../accounts/accounts.service.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import type { ContactEntity } from '../contacts/contact.entity.js';
import type { ContactFields } from '../contacts/contacts.inputs.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { type Problem, ValidationError } from '../errors.js';
import type { MessageEntity } from '../messages/message.entity.js';
import { MessagesService } from '../messages/messages.service.js';
import { readRecipient } from '../messages/recipient.js';
import { readContent } from '../messages/types/read-content.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { ConversationChanges, requestIdProblems } from './conversation-changes.js';
import { ConversationHistory } from './conversation-history.js';
import { ConversationOpenings } from './conversation-openings.js';
import { ConversationReads } from './conversation-reads.js';
import { ConversationSends } from './conversation-sends.js';
import type * as Input from './conversations.inputs.js';
import { CONVERSATIONS_OPTIONS, type ConversationsOptions } from './conversations.options.js';
import { MessageTexts } from './message-texts.js';
import { sendKey } from './send-key.js';
import { windowOf } from './service-window.js';

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
  findOrOpen(input: Input.FindOrOpenInput): Promise<Input.Conversation> {
    return this.#open(input);
  }

  /**
   * Sends a message to a person, to the very number given, in the conversation with them; it is opened if there is none.
   * Everything that is wrong with recipient and content is told before that.
   * @throws ValidationError, NotFoundError, and as `send`
   */
  async sendTo(input: Input.SendToInput): Promise<Input.SentInConversation> {
    const { to, phoneNumberId: _, requestId, contact: __, ...content } = input;
    const problems = this.check(input);
    if (problems.length > 0) throw new ValidationError(problems);
    const idempotency = sendKey('sendTo', input);
    const answered = await this.messages.answered(idempotency);
    if (!answered) await this.#assertWindow(input);
    const createdAt = answered ? undefined : await this.#file(input);
    const conversation = await this.#open(input);
    return this.sends.send(conversation, { ...content, createdAt, idempotency }, { to, requestId });
  }

  /** Throws what `sendTo` would throw before it stores or sends anything; for those who prepare more than the input. */
  async assertSendable(input: Input.SendToInput): Promise<void> {
    const { requestId: _, contact: __, idempotency: ___, ...content } = input;
    await this.#assertWindow(input);
    await this.messages.assertContentSendable(content);
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
    const { contact, ...template } = input;
    const problems = [...requestIdProblems(input.requestId), ...this.checkContact(contact)];
    if (problems.length > 0) throw new ValidationError([...problems, ...(await this.messages.checkTemplate(input))]);
    const idempotency = sendKey('sendTemplateTo', input);
    return this.sends.sendTemplateTo({ ...template, idempotency }, async (isAnswered) => {
      const at = isAnswered ? undefined : await this.#file(input);
      return { conversation: await this.#open(input), at };
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

  /** As `send`, of a type and content that come from outside and that nobody has looked at. */
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

  /** @param to whoever sees to it, in the host's own words; null for nobody */
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

  /** @returns when the person became a contact, if they were none; those known by a user id alone are not filed */
  async #file({ workspace, to, contact }: Input.FindOrOpenInput & Input.FilesContact): Promise<Date | undefined> {
    const { phone } = this.#read(to);
    if (!contact || phone === undefined) return undefined;
    const saved = await this.contacts.save({ ...contact, workspace, phone });
    return saved.isNew ? saved.contact.createdAt : undefined;
  }

  async #assertWindow({ workspace, phoneNumberId, to }: Input.FindOrOpenInput): Promise<void> {
    const { phone, userId } = this.#read(to);
    const workspaceId = await this.workspaces.idOf(workspace);
    const number = await this.phoneNumbers.find(workspaceId, phoneNumberId);
    this.sends.assertWindow(await this.reads.findWith(workspaceId, number.phoneNumberId, phone ?? userId ?? ''));
  }

  async #open({ workspace, phoneNumberId, to }: Input.FindOrOpenInput): Promise<Input.Conversation> {
    const person = this.#read(to);
    const workspaceId = await this.workspaces.idOf(workspace);
    const number = await this.phoneNumbers.find(workspaceId, phoneNumberId);
    return this.openings.of({ workspaceId, phoneNumberId: number.phoneNumberId, person });
  }

  #read(to: string): { readonly phone?: string; readonly userId?: string } {
    const recipient = readRecipient(to, this.options.defaultCountry);
    if (recipient.problems) throw new ValidationError(recipient.problems);
    return recipient.userId === null ? { phone: recipient.recipientPhone } : { userId: recipient.userId };
  }
}
