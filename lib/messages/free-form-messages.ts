import { Inject, Injectable } from '@nestjs/common';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { type ValidationProblem, ValidationError } from '../errors.js';
import { throughputOf } from '../pacing/pace-rules.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { checkEnvelope, payloadOf, type MessageEnvelope } from './message-call.js';
import { BY_MESSAGES } from './marketing-routes.js';
import type { PreparedMessage } from './message-sender.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from './messages.options.js';
import { readRecipient } from './recipient.js';
import { readContent } from './types/read-content.js';
import type { SendTemplateInput } from './template-messages.js';
import type { FreeFormMessageType, MessageContents } from './types/message-content.js';

/** Turns a message of any type but a template into what Meta takes, or says everything that is wrong with it. */
@Injectable()
export class FreeFormMessages {
  constructor(
    @Inject(MESSAGES_OPTIONS) private readonly options: MessagesOptions,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly credentials: AccountCredentials,
  ) {}

  /** @throws ValidationError, NotFoundError */
  async prepare(input: SendContentInput): Promise<PreparedMessage> {
    const recipient = readRecipient(input.to, this.options.defaultCountry);
    const reading = readContent(input.type, input.content);
    const problems = [
      ...(recipient.problems ?? []),
      ...checkEnvelope(input),
      ...checkReply(input),
      ...(reading.problems ?? []),
    ];
    if (recipient.problems || reading.problems || problems.length > 0) throw new ValidationError(problems);
    const { type, content } = reading;
    const workspaceId = await this.workspaces.idOf(input.workspace);
    const phoneNumber = await this.phoneNumbers.find(workspaceId, input.phoneNumberId);
    const { phoneNumberId, account } = phoneNumber;
    return {
      message: {
        workspaceId,
        phoneNumberId,
        type,
        ...recipient,
        content,
        contextWamid: input.replyTo ?? null,
        apiKeyId: input.apiKeyId ?? null,
      },
      number: { phoneNumberId, throughput: throughputOf(phoneNumber, this.options.messagesPerSecond) },
      payload: { type, [type]: content, ...payloadOf(input) },
      secrets: [],
      route: BY_MESSAGES,
      credential: await this.credentials.of(account.businessAccountId),
    };
  }
}

/** Reactions name their message themselves. */
const checkReply = ({ type, replyTo }: SendContentInput): ValidationProblem[] =>
  type === 'reaction' && replyTo !== undefined
    ? [{ path: 'replyTo', message: 'is not taken with a reaction; its message_id names the message.' }]
    : [];

/** A message of one type, the content under the type's name: `{ to, image: { id } }`. */
type SendInput<Type extends FreeFormMessageType> = MessageEnvelope & Readonly<Pick<MessageContents, Type>>;

/**
 * A text for one person.
 *
 * @publicApi
 */
export type SendTextInput = SendInput<'text'>;

/**
 * An image for one person.
 *
 * @publicApi
 */
export type SendImageInput = SendInput<'image'>;

/**
 * A video for one person.
 *
 * @publicApi
 */
export type SendVideoInput = SendInput<'video'>;

/**
 * An audio file, or a voice note, for one person.
 *
 * @publicApi
 */
export type SendAudioInput = SendInput<'audio'>;

/**
 * A document for one person.
 *
 * @publicApi
 */
export type SendDocumentInput = SendInput<'document'>;

/**
 * A sticker for one person.
 *
 * @publicApi
 */
export type SendStickerInput = SendInput<'sticker'>;

/**
 * A location for one person.
 *
 * @publicApi
 */
export type SendLocationInput = SendInput<'location'>;

/**
 * Contact cards for one person.
 *
 * @publicApi
 */
export type SendContactsInput = SendInput<'contacts'>;

/**
 * A reaction to a message of one person's.
 *
 * @publicApi
 */
export type SendReactionInput = SendInput<'reaction'>;

/**
 * A message with something to tap, for one person.
 *
 * @publicApi
 */
export type SendInteractiveInput = SendInput<'interactive'>;

/**
 * A message of any type.
 *
 * @publicApi
 */
export type SendMessageInput =
  | {
      readonly [Type in FreeFormMessageType]: {
        /** What kind of message it is. */
        readonly type: Type;
      } & SendInput<Type>;
    }[FreeFormMessageType]
  | ({
      /** What kind of message it is. */
      readonly type: 'template';
    } & SendTemplateInput);

/**
 * A message with type and content from outside, not checked yet.
 *
 * @publicApi
 */
export interface SendContentInput extends MessageEnvelope {
  /** One of `FreeFormMessageType`. */
  readonly type: string;
  /** What Meta takes under the name of the type. */
  readonly content: unknown;
}
