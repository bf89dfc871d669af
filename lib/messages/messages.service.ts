import { Injectable } from '@nestjs/common';
import type { InWorkspace } from '../accounts/accounts.service.js';
import { NotFoundError, type Problem } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { type IdempotencyInput, idempotencyInput } from './idempotency-key.js';
import { DEFAULT_WORKSPACE, WorkspacesService } from '../accounts/workspaces.service.js';
import { FreeFormMessages } from './free-form-messages.js';
import { IdempotentSends, type Ready } from './idempotent-sends.js';
import { MessageEntity } from './message.entity.js';
import { MessageRepository, type NewMessage } from './message-repository.js';
import { withoutCode } from './pending-content.js';
import { TemplateMessages, type SendTemplateInput } from './template-messages.js';
import type * as Input from './free-form-messages.js';
import { Repository } from 'typeorm';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { GraphApiClient } from '../graph/graph-api.client.js';

/** How a customer's message is marked as read. */
export interface MarkReadOptions extends InWorkspace {
  /** Shows the customer that someone is typing, until the reply comes or 25 seconds are over. */
  readonly typing?: boolean;
  /** Meta's id of the number that received the message, where the message is not in this database. */
  readonly phoneNumberId?: string;
}

/** Shows customers that their messages were read. */
@Injectable()
export class ReadReceipts {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
  ) {}

  async send(wamid: string, { typing = false, phoneNumberId, workspace }: MarkReadOptions): Promise<void> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const receivedBy = phoneNumberId ?? (await this.#receiverOf(workspaceId, wamid));
    const number = await this.phoneNumbers.find(workspaceId, receivedBy);
    await this.graph.post([number.phoneNumberId, 'messages'], {
      credential: await this.credentials.of(number.account.businessAccountId),
      body: {
        messaging_product: 'whatsapp',
        status: 'read',
        message_id: wamid,
        ...(typing && { typing_indicator: { type: 'text' } }),
      },
    });
  }

  async #receiverOf(workspaceId: number, wamid: string): Promise<string> {
    const message = isIdentifier(wamid, 255)
      ? await this.messages.findOne({
          where: { wamid, workspaceId, direction: 'inbound' },
          select: { id: true, phoneNumberId: true },
        })
      : null;
    if (message) return message.phoneNumberId;
    throw new NotFoundError(
      'MESSAGE_NOT_FOUND',
      `No customer’s message ${wamid} is known; name the phoneNumberId that received it.`,
    );
  }
}

/** Sends single messages and returns their status. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly templateMessages: TemplateMessages,
    private readonly freeFormMessages: FreeFormMessages,
    private readonly readReceipts: ReadReceipts,
    private readonly sends: IdempotentSends,
    private readonly store: MessageRepository,
  ) {}

  /**
   * Sends one approved template to one person. Everything is checked before Meta is called; the row exists before the
   * call and carries its outcome.
   *
   * @param ready called once nothing is wrong, before anything is stored of it
   * @returns the message's row after Meta accepted it, with its `wamid`; webhooks report its delivery later
   * @throws ValidationError with every problem of recipient and variables
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   * @throws TemplateNotApprovedError when Meta has not approved, or has paused, the template
   * @throws IdempotencyConflictError when the key belongs to another body or is in use at this moment
   * @throws RateLimitedError, MetaApiError, MetaUnreachableError when Meta did not take it: nothing was sent
   * @throws SendOutcomeUnknownError when Meta never answered: it may have been sent, and is not sent again
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/template-messages
   */
  sendTemplate(input: SendTemplateInput, ready?: Ready): Promise<MessageEntity> {
    return this.sends.send(idempotencyOf(input), () => this.templateMessages.prepare(input), ready);
  }

  /** Throws what `sendTemplate` would throw before it stores or sends anything; for those who prepare more than the input. */
  async assertSendable(input: SendTemplateInput): Promise<void> {
    await this.templateMessages.prepare(input);
  }

  /** The same of `sendContent`. @returns the message that it would be */
  async assertContentSendable(input: Input.SendContentInput): Promise<NewMessage> {
    const { message } = await this.freeFormMessages.prepare(input);
    return message;
  }

  /** What `sendTemplate` would find wrong with recipient and variables; sends nothing. */
  checkTemplate(input: SendTemplateInput): Promise<Problem[]> {
    return this.templateMessages.check(input);
  }

  /**
   * Sends one message of any type to one person. Limits are checked before Meta is called; the row exists before the call
   * and carries its outcome. All but templates reach only customers who wrote in the last 24 hours: of others Meta refuses
   * them, at once or later by a webhook (131047).
   *
   * @returns the message's row after Meta accepted it, with its `wamid`; webhooks report its delivery later
   * @throws ValidationError with everything that is wrong with the input
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   * @throws RecipientRefusedError `RECIPIENT_BLOCKED` when the business blocked the person
   * @throws IdempotencyConflictError when the key belongs to another body or is in use at this moment
   * @throws RateLimitedError, MetaApiError, MetaUnreachableError when Meta did not take it: nothing was sent
   * @throws SendOutcomeUnknownError when Meta never answered: it may have been sent, and is not sent again
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
   */
  async send(input: Input.SendMessageInput): Promise<MessageEntity> {
    if (input.type === 'template') {
      const { type: _, ...template } = input;
      return this.sendTemplate(template);
    }
    const fields: Readonly<Record<string, unknown>> = { ...input };
    return this.sendContent({ ...input, content: fields[input.type] });
  }

  /**
   * As `send`, of a type and content that come from outside and that no one has looked at.
   * @param ready as `sendTemplate` takes it
   */
  async sendContent({ idempotency, ...input }: Input.SendContentInput, ready?: Ready): Promise<MessageEntity> {
    const {
      workspace = DEFAULT_WORKSPACE,
      to,
      phoneNumberId,
      replyTo,
      recipientIdentityKeyHash,
      type,
      content,
    } = input;
    const body = { to, phoneNumberId, replyTo, recipientIdentityKeyHash, type, content };
    const key = idempotencyInput(idempotency, { workspace, call: 'send', body });
    return this.sends.send(key, () => this.freeFormMessages.prepare(input), ready);
  }

  /** @see {@link MessagesService.send} */
  sendText(input: Input.SendTextInput): Promise<MessageEntity> {
    return this.send({ ...input, type: 'text' });
  }

  /** @see {@link MessagesService.send} */
  sendImage(input: Input.SendImageInput): Promise<MessageEntity> {
    return this.send({ ...input, type: 'image' });
  }

  /** @see {@link MessagesService.send} */
  sendVideo(input: Input.SendVideoInput): Promise<MessageEntity> {
    return this.send({ ...input, type: 'video' });
  }

  /** @see {@link MessagesService.send} */
  sendAudio(input: Input.SendAudioInput): Promise<MessageEntity> {
    return this.send({ ...input, type: 'audio' });
  }

  /** @see {@link MessagesService.send} */
  sendDocument(input: Input.SendDocumentInput): Promise<MessageEntity> {
    return this.send({ ...input, type: 'document' });
  }

  /** @see {@link MessagesService.send} */
  sendSticker(input: Input.SendStickerInput): Promise<MessageEntity> {
    return this.send({ ...input, type: 'sticker' });
  }

  /** @see {@link MessagesService.send} */
  sendLocation(input: Input.SendLocationInput): Promise<MessageEntity> {
    return this.send({ ...input, type: 'location' });
  }

  /** @see {@link MessagesService.send} */
  sendContacts(input: Input.SendContactsInput): Promise<MessageEntity> {
    return this.send({ ...input, type: 'contacts' });
  }

  /** Reacts to a message of the customer's, or takes the reaction back. @see {@link MessagesService.send} */
  sendReaction(input: Input.SendReactionInput): Promise<MessageEntity> {
    return this.send({ ...input, type: 'reaction' });
  }

  /** @see {@link MessagesService.send} */
  sendInteractive(input: Input.SendInteractiveInput): Promise<MessageEntity> {
    return this.send({ ...input, type: 'interactive' });
  }

  /**
   * Shows a customer that their message was read, and those before it; Meta takes messages of the last 30 days. Doing so
   * again does no harm.
   * @throws NotFoundError `MESSAGE_NOT_FOUND` when the workspace knows no such message of a customer's
   * @throws MetaApiError, MetaUnreachableError, OutcomeUnknownError
   */
  markRead(wamid: string, options: MarkReadOptions = {}): Promise<void> {
    return this.readReceipts.send(wamid, options);
  }

  /**
   * What a send with this key was answered first; undefined when there was none.
   * @throws what that send ended in, and IdempotencyConflictError as `send`
   * @throws MessageErasedError when the recipient was erased since
   */
  answered(idempotency: IdempotencyInput | undefined): Promise<MessageEntity | undefined> {
    return this.sends.answered(idempotency);
  }

  /**
   * One outbound message, by row id or by Meta's wamid.
   * @throws NotFoundError `MESSAGE_NOT_FOUND`
   */
  async get(id: number | string, { workspace }: InWorkspace = {}): Promise<MessageEntity> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const key = messageKey(id);
    const message = key && (await this.store.findOutbound(workspaceId, key));
    if (message) return withoutCode(message);
    throw new NotFoundError('MESSAGE_NOT_FOUND', `There is no message ${id}.`);
  }
}

function messageKey(id: number | string): { id: number } | { wamid: string } | undefined {
  const text = String(id);
  const rowId = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(rowId)) return { id: rowId };
  return isIdentifier(text, 255) ? { wamid: text } : undefined;
}

function idempotencyOf({ idempotency, ...asked }: SendTemplateInput): IdempotencyInput | undefined {
  const { workspace = DEFAULT_WORKSPACE, apiKeyId: _, ...body } = asked;
  return idempotencyInput(idempotency, { workspace, call: 'sendTemplate', body });
}
