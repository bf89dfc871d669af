import { Injectable } from '@nestjs/common';
import { CallbackDeliveries } from '../callbacks/callback-deliveries.js';
import type { CallbackDelivery } from '../callbacks/callbacks.inputs.js';
import { type InWorkspace, WorkspacesService } from '../accounts/workspaces.service.js';
import { ConflictError, NotFoundError, type ValidationProblem } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { IdempotentSends } from './idempotent-sends.js';
import { callbackKeysOf } from './message-changes.js';
import { MessageEntity } from './message.entity.js';
import { MessageRepository, messageKey } from './message-repository.js';
import { type ListMessages, type MessageActivity, type MessagePage, MessageReads } from './message-reads.js';
import { OUTCOME_UNKNOWN } from './message-failure.js';
import { type OutboundMessage, viewOfMessage } from './message.view.js';
import { TemplateMessages, type SendTemplateInput } from './template-messages.js';
import type * as Input from './free-form-messages.js';
import { Repository } from 'typeorm';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { GraphApiClient } from '../graph/graph-api.client.js';

/**
 * How a customer's message is marked as read.
 *
 * @publicApi
 */
export interface MarkReadOptions extends InWorkspace {
  /** Shows the customer that someone is typing, until the reply comes or 25 seconds are over. */
  readonly typing?: boolean;
  /** Meta's id of the number that received the message, where the message is not in this database. */
  readonly phoneNumberId?: string;
}

/**
 * How a failed message is sent again.
 *
 * @publicApi
 */
export interface SendAgainOptions extends InWorkspace {
  /** Also one with an unknown outcome: the recipient may then get it twice. */
  readonly includeUnknown?: boolean;
  /** Row id of the API key that asks. */
  readonly apiKeyId?: number;
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

/**
 * Sends single messages and returns their status.
 *
 * @publicApi
 */
@Injectable()
export class MessagesService {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly sends: IdempotentSends,
    private readonly templateMessages: TemplateMessages,
    private readonly readReceipts: ReadReceipts,
    private readonly store: MessageRepository,
    private readonly reads: MessageReads,
    private readonly deliveries: CallbackDeliveries,
  ) {}

  /**
   * Sends one approved template to one person. Everything is checked before Meta is called; the row exists before the
   * call and carries its outcome.
   *
   * @returns the message after Meta accepted it, with its `wamid`; webhooks report its delivery later
   * @throws ValidationError with every problem of recipient and variables
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   * @throws TemplateNotApprovedError when Meta has not approved, or has paused, the template
   * @throws RecipientRefusedError `RECIPIENT_OPTED_OUT`, `RECIPIENT_BLOCKED`
   * @throws IdempotencyConflictError when the key belongs to another body or is in use at this moment
   * @throws RateLimitedError, MetaApiError, MetaUnreachableError when Meta did not take it: nothing was sent
   * @throws SendOutcomeUnknownError when Meta never answered: it may have been sent, and is not sent again
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/template-messages
   */
  async sendTemplate(input: SendTemplateInput): Promise<OutboundMessage> {
    return viewOfMessage<OutboundMessage>(await this.sends.sendTemplate(input));
  }

  /**
   * Returns everything that `sendTemplate` would find wrong with recipient and variables, each problem with its path; an empty
   * list when there is nothing. Stores and sends nothing. An unknown template or number is no problem here: the send
   * throws for it.
   */
  checkTemplate(input: SendTemplateInput): Promise<ValidationProblem[]> {
    return this.templateMessages.check(input);
  }

  /**
   * Sends one message of any type to one person. Limits are checked before Meta is called; the row exists before the call
   * and carries its outcome. All but templates reach only customers who wrote in the last 24 hours: of others Meta refuses
   * them, at once or later by a webhook (131047).
   *
   * @returns the message after Meta accepted it, with its `wamid`; webhooks report its delivery later
   * @throws ValidationError with everything that is wrong with the input
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   * @throws RecipientRefusedError `RECIPIENT_BLOCKED` when the business blocked the person
   * @throws IdempotencyConflictError when the key belongs to another body or is in use at this moment
   * @throws RateLimitedError, MetaApiError, MetaUnreachableError when Meta did not take it: nothing was sent
   * @throws SendOutcomeUnknownError when Meta never answered: it may have been sent, and is not sent again
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
   */
  async send(input: Input.SendMessageInput): Promise<OutboundMessage> {
    if (input.type === 'template') {
      const { type: _, ...template } = input;
      return this.sendTemplate(template);
    }
    const fields: Readonly<Record<string, unknown>> = { ...input };
    return this.sendContent({ ...input, content: fields[input.type] });
  }

  /**
   * Sends a message with type and content from outside, such as a request's body: both are checked at run time.
   * @throws as {@link MessagesService.send}
   */
  async sendContent(input: Input.SendContentInput): Promise<OutboundMessage> {
    return viewOfMessage<OutboundMessage>(await this.sends.sendContent(input));
  }

  /** Sends a text. @throws as {@link MessagesService.send} */
  sendText(input: Input.SendTextInput): Promise<OutboundMessage> {
    return this.send({ ...input, type: 'text' });
  }

  /** Sends an image. @throws as {@link MessagesService.send} */
  sendImage(input: Input.SendImageInput): Promise<OutboundMessage> {
    return this.send({ ...input, type: 'image' });
  }

  /** Sends a video. @throws as {@link MessagesService.send} */
  sendVideo(input: Input.SendVideoInput): Promise<OutboundMessage> {
    return this.send({ ...input, type: 'video' });
  }

  /** Sends an audio file, or a voice note. @throws as {@link MessagesService.send} */
  sendAudio(input: Input.SendAudioInput): Promise<OutboundMessage> {
    return this.send({ ...input, type: 'audio' });
  }

  /** Sends a document. @throws as {@link MessagesService.send} */
  sendDocument(input: Input.SendDocumentInput): Promise<OutboundMessage> {
    return this.send({ ...input, type: 'document' });
  }

  /** Sends a sticker. @throws as {@link MessagesService.send} */
  sendSticker(input: Input.SendStickerInput): Promise<OutboundMessage> {
    return this.send({ ...input, type: 'sticker' });
  }

  /** Sends a location. @throws as {@link MessagesService.send} */
  sendLocation(input: Input.SendLocationInput): Promise<OutboundMessage> {
    return this.send({ ...input, type: 'location' });
  }

  /** Sends contact cards. @throws as {@link MessagesService.send} */
  sendContacts(input: Input.SendContactsInput): Promise<OutboundMessage> {
    return this.send({ ...input, type: 'contacts' });
  }

  /** Reacts to a message of the customer's, or takes the reaction back. @throws as {@link MessagesService.send} */
  sendReaction(input: Input.SendReactionInput): Promise<OutboundMessage> {
    return this.send({ ...input, type: 'reaction' });
  }

  /** Sends a message with something to tap: buttons, a list, a Flow, products …. @throws as {@link MessagesService.send} */
  sendInteractive(input: Input.SendInteractiveInput): Promise<OutboundMessage> {
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
   * Returns one outbound message, by row id or by Meta's wamid.
   * @throws NotFoundError `MESSAGE_NOT_FOUND`
   */
  async get(id: number | string, { workspace }: InWorkspace = {}): Promise<OutboundMessage> {
    return viewOfMessage<OutboundMessage>(await this.#find(await this.workspaces.idOf(workspace), id));
  }

  /**
   * Returns the callbacks that report the statuses of a message to the workspace's URL, the oldest first, as long as they are kept.
   * @param id row id or wamid
   * @throws NotFoundError `MESSAGE_NOT_FOUND`
   */
  async callbacks(id: number | string, { workspace }: InWorkspace = {}): Promise<CallbackDelivery[]> {
    const workspaceId = await this.workspaces.idOf(workspace);
    return this.deliveries.ofKeys(workspaceId, callbackKeysOf(await this.#find(workspaceId, id)));
  }

  /**
   * Sends a single message that failed again, as a new one with the same content. Asked for twice within 24 hours, it is sent once.
   * @returns the new message
   * @throws ConflictError `NOT_REPEATABLE` when it did not fail, its content is not kept, its outcome is unknown, or it belongs to
   * a bulk send, which `BulkService.retry` sends again
   * @throws as {@link MessagesService.send}
   */
  async sendAgain(id: number, options: SendAgainOptions = {}): Promise<OutboundMessage> {
    const { workspace, apiKeyId } = options;
    const message = await this.get(id, { workspace });
    const obstacle = obstacleTo(message, options);
    if (obstacle !== undefined) throw new ConflictError('NOT_REPEATABLE', obstacle);
    const { workspaceId, contextWamid, phoneNumberId } = message;
    const envelope = {
      workspace,
      phoneNumberId,
      to: message.recipientPhone || (message.userId ?? ''),
      ...(contextWamid !== null && { replyTo: contextWamid }),
      idempotency: { key: String(id), scope: `send-again:${workspaceId}`, body: id },
      apiKeyId,
    };
    if (message.type !== 'template') {
      return this.sendContent({ ...envelope, type: message.type, content: message.content });
    }
    const { templateName: template, templateLanguage: language } = message;
    return this.sendTemplate({ ...envelope, ...message.content, template: template ?? '', language: language ?? '' });
  }

  /**
   * Returns a page of outbound messages, newest first: those of a status, a template, an error, a recipient, a time.
   * @throws ValidationError with everything that is wrong with what was asked for
   */
  list(asked: ListMessages = {}): Promise<MessagePage> {
    return this.reads.list(asked);
  }

  /**
   * Returns what became of the outbound messages of the last hours, by the hour in which they were asked for. The latest 200,000 messages
   * are counted and no more.
   * @throws ValidationError
   */
  activity({
    hours = 24,
    ...where
  }: InWorkspace & {
    /** 1 to 168, 24 by default; the present one is the last. */
    readonly hours?: number;
    /** Only those from this number: Meta's id of it. */
    readonly phoneNumberId?: string | undefined;
  } = {}): Promise<MessageActivity> {
    return this.reads.activity(hours, where);
  }

  /**
   * Returns the outbound messages that a text names, newest first: by a phone number in any spelling or a business-scoped user
   * id, the latest 50 to that person; by a wamid or a row id, that one. None for any other text.
   */
  search(text: string, where: InWorkspace = {}): Promise<OutboundMessage[]> {
    return this.reads.search(text, where);
  }

  async #find(workspaceId: number, id: number | string): Promise<MessageEntity> {
    const key = messageKey(id);
    const message = key && (await this.store.findOutbound(workspaceId, key));
    if (message) return message;
    throw new NotFoundError('MESSAGE_NOT_FOUND', `There is no message ${id}.`);
  }
}

/** Why a message cannot be sent again, in a sentence. */
function obstacleTo(message: OutboundMessage, { includeUnknown = false }: SendAgainOptions): string | undefined {
  const { id, status, content, bulkSendId, errorCode } = message;
  if (status !== 'failed') return `Message ${id} is ${status}: only a message that failed can be sent again.`;
  if (bulkSendId !== null) return `Message ${id} belongs to bulk send ${bulkSendId}: retry that.`;
  if (content === null) return `The content of message ${id} is not kept: send a new one.`;
  if (errorCode === OUTCOME_UNKNOWN && !includeUnknown) {
    return `It is unknown whether message ${id} was sent: its recipient may get it twice. Ask for that with includeUnknown.`;
  }
  return undefined;
}
