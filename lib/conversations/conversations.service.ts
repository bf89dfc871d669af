import { Inject, Injectable } from '@nestjs/common';
import { type InWorkspace, WorkspacesService } from '../accounts/workspaces.service.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import type { WhatsAppContact } from '../contacts/contact.view.js';
import { ValidationError } from '../errors.js';
import { type OutboundMessage, viewOfMessage, type WhatsAppMessage } from '../messages/message.view.js';
import { readRecipient } from '../messages/recipient.js';
import { ConversationChanges } from './conversation-changes.js';
import { ConversationOpenings } from './conversation-rows.js';
import { ConversationReads, ConversationHistory } from './conversation-reads.js';
import { ConversationSends, type SentMessage, windowOf } from './conversation-sends.js';
import { viewOfConversation, type WhatsAppConversation } from './conversation.view.js';
import type * as Input from './conversations.inputs.js';
import { CONVERSATIONS_OPTIONS, type ConversationsOptions } from './conversations.inputs.js';

/**
 * Conversations with customers: one for each person and each business phone number.
 *
 * @publicApi
 */
@Injectable()
export class ConversationsService {
  constructor(
    @Inject(CONVERSATIONS_OPTIONS) private readonly options: ConversationsOptions,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly openings: ConversationOpenings,
    private readonly reads: ConversationReads,
    private readonly histories: ConversationHistory,
    private readonly sends: ConversationSends,
    private readonly changes: ConversationChanges,
  ) {}

  /**
   * Returns the conversation with a person, opened if there is none; a closed one stays closed until a message is sent or
   * received.
   * @throws ValidationError, NotFoundError `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   */
  async findOrOpen(input: Input.FindOrOpenConversationInput): Promise<WhatsAppConversation> {
    const person = this.#read(input.to);
    const workspaceId = await this.workspaces.idOf(input.workspace);
    const { phoneNumberId } = await this.phoneNumbers.find(workspaceId, input.phoneNumberId);
    return viewOfConversation(await this.openings.of({ workspaceId, phoneNumberId, person }));
  }

  /**
   * Sends a message to a person, to the very number given, in the conversation with them; it is opened if there is none.
   * Everything that is wrong with recipient and content is reported before that.
   * @throws ValidationError, NotFoundError, and as {@link ConversationsService.send}
   * @throws MessageErasedError when the key's first send went to a person who was erased since
   */
  async sendTo(input: Input.SendToInput): Promise<Input.SentInConversation> {
    return viewOfSent(await this.sends.sendTo(input));
  }

  /**
   * Sends a template to a person, in the conversation with them. If there is none it is opened, once nothing is wrong with
   * template and values.
   * @throws as `MessagesService.sendTemplate`
   */
  async sendTemplateTo(input: Input.SendTemplateToInput): Promise<Input.SentInConversation> {
    return viewOfSent(await this.sends.sendTemplateTo(input));
  }

  /**
   * Sends a message of any type but a template; it opens a closed conversation again.
   * @param id of the conversation
   * @throws NotFoundError `CONVERSATION_NOT_FOUND`
   * @throws ConflictError `SERVICE_WINDOW_CLOSED` with the option `serviceWindow: 'enforce'`
   * @throws as `MessagesService.send`
   */
  async send(id: number, message: Input.ConversationMessage): Promise<Input.SentInConversation> {
    const fields: Readonly<Record<string, unknown>> = { ...message };
    return this.sendContent(id, { ...message, content: fields[message.type] });
  }

  /**
   * Sends a message with type and content from outside, such as a request's body: both are checked at run time.
   * @throws as {@link ConversationsService.send}
   */
  async sendContent(id: number, content: Input.ConversationContent): Promise<Input.SentInConversation> {
    return viewOfSent(await this.sends.send(id, content));
  }

  /** Sends a text. @throws as {@link ConversationsService.send} */
  sendText(id: number, text: string, options: Input.ConversationEnvelope = {}): Promise<Input.SentInConversation> {
    return this.send(id, { ...options, type: 'text', text });
  }

  /**
   * Sends a template, which needs no open service window.
   * @throws NotFoundError `CONVERSATION_NOT_FOUND`, and as `MessagesService.sendTemplate`
   */
  async sendTemplate(id: number, template: Input.ConversationTemplate): Promise<Input.SentInConversation> {
    return viewOfSent(await this.sends.sendTemplate(id, template));
  }

  /**
   * Returns conversations by their last message, newest first; pages stay whole while new messages come in.
   * @throws ValidationError when the limit or the cursor is invalid
   */
  list(asked: Input.ListConversations = {}): Promise<Input.ConversationPage> {
    return this.reads.list(asked);
  }

  /** Returns one conversation with its contact. @throws NotFoundError `CONVERSATION_NOT_FOUND` */
  async get(id: number, { workspace }: InWorkspace = {}): Promise<WhatsAppConversation> {
    return viewOfConversation(await this.reads.find(id, workspace));
  }

  /**
   * Returns its messages, newest first: single ones, templates and those of bulk sends, and the customer's, under all of the
   * contact's numbers.
   * @throws NotFoundError `CONVERSATION_NOT_FOUND`, ValidationError when the limit or the cursor is invalid
   */
  async history(
    id: number,
    { workspace, ...asked }: Input.ReadConversationHistory = {},
  ): Promise<Input.ConversationHistoryPage> {
    return this.histories.of(await this.reads.find(id, workspace), asked);
  }

  /**
   * Returns one of its messages by row id, sent or received.
   * @throws NotFoundError `CONVERSATION_NOT_FOUND`, `MESSAGE_NOT_FOUND` when it is not in the conversation
   */
  async message(id: number, messageId: number, { workspace }: InWorkspace = {}): Promise<WhatsAppMessage> {
    return this.histories.find(await this.reads.find(id, workspace), messageId);
  }

  /**
   * Marks its messages as read: nothing of it is unread any more, and the customer sees that they were read.
   * @throws NotFoundError `CONVERSATION_NOT_FOUND`
   */
  async markRead(id: number, { workspace }: InWorkspace = {}): Promise<WhatsAppConversation> {
    await this.changes.markRead(await this.reads.find(id, workspace), workspace);
    return this.get(id, { workspace });
  }

  /**
   * Assigns the conversation.
   * @param to the assignee, in the host's own words; null for no one
   * @throws as {@link ConversationsService.update}
   */
  assign(id: number, to: string | null, where: InWorkspace = {}): Promise<WhatsAppConversation> {
    return this.update(id, { assignedTo: to }, where);
  }

  /** Labels the conversation; null removes the label. @throws as {@link ConversationsService.update} */
  label(id: number, label: string | null, where: InWorkspace = {}): Promise<WhatsAppConversation> {
    return this.update(id, { label }, where);
  }

  /** Closes it until a message is sent or received. @throws NotFoundError `CONVERSATION_NOT_FOUND` */
  close(id: number, where: InWorkspace = {}): Promise<WhatsAppConversation> {
    return this.update(id, { status: 'closed' }, where);
  }

  /** Makes a closed one active again. @throws NotFoundError `CONVERSATION_NOT_FOUND` */
  reopen(id: number, where: InWorkspace = {}): Promise<WhatsAppConversation> {
    return this.update(id, { status: 'active' }, where);
  }

  /** Changes several things at once. @throws ValidationError, NotFoundError `CONVERSATION_NOT_FOUND` */
  async update(
    id: number,
    change: Input.ConversationChange,
    { workspace }: InWorkspace = {},
  ): Promise<WhatsAppConversation> {
    await this.changes.change(await this.reads.find(id, workspace), change);
    return this.get(id, { workspace });
  }

  /**
   * Returns whether a person can be sent something else than a template, for 24 hours after they last wrote to the number.
   * @param to as `findOrOpen` takes it, or a contact
   * @throws ValidationError, NotFoundError `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   */
  async canSendFreeForm(
    to: string | Pick<WhatsAppContact, 'phone' | 'userId'>,
    { workspace, phoneNumberId }: InWorkspace & { readonly phoneNumberId?: string } = {},
  ): Promise<Input.FreeFormWindow> {
    const { phone, userId } = typeof to === 'string' ? this.#read(to) : to;
    const workspaceId = await this.workspaces.idOf(workspace);
    const number = await this.phoneNumbers.find(workspaceId, phoneNumberId);
    return windowOf(await this.reads.findWith(workspaceId, number.phoneNumberId, phone ?? userId ?? ''));
  }

  #read(to: string): { readonly phone?: string; readonly userId?: string } {
    const recipient = readRecipient(to, this.options.defaultCountry);
    if (recipient.problems) throw new ValidationError(recipient.problems);
    return recipient.userId === null ? { phone: recipient.recipientPhone } : { userId: recipient.userId };
  }
}

const viewOfSent = ({ message, conversation }: SentMessage): Input.SentInConversation => ({
  message: viewOfMessage<OutboundMessage>(message),
  conversation: viewOfConversation(conversation),
});
