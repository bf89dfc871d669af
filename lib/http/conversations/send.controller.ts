import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import type { SentInConversation } from '../../conversations/conversations.inputs.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import type { IdempotencyInput } from '../../idempotency/idempotency-key.js';
import { ValidDtoPipe } from '../dto.pipe.js';
import { IdempotencyKey } from '../idempotency-key.decorator.js';
import { ConversationIdPipe } from './conversation-id.pipe.js';
import { presentConversationLink } from './conversation.presenter.js';
import { ConversationTemplates } from './conversation-templates.js';
import { presentMessage, presentSentMessage } from './message.presenter.js';
import { Operation, type OperationDescription } from '../openapi/operation.js';
import { boolean, integer, object, type Schema, string } from '../openapi/schema.js';
import {
  conversationLinkExample,
  conversationLinkSchema,
  idParam,
  messageExample,
  messageSchema,
  sentMessageSchema,
} from './conversations.schemas.js';

const contentSchema = string({ minLength: 1, maxLength: 4096 });

const errors = [400, 404, 409, 429, 502, 504];

const sendTextOperation: OperationDescription = {
  summary: 'Send a text',
  description: 'In the conversation with this customer, which is opened when there is none.',
  isIdempotent: true,
  json: {
    schema: object(
      {
        phoneNumber: string({ description: 'With its country code, such as `+50212345678`.' }),
        content: contentSchema,
      },
      {
        requestId: integer({ description: 'A number of yours that the conversation has from now on.', nullable: true }),
      },
    ),
    example: { phoneNumber: '+50212345678', content: 'Hola, ¿en qué podemos ayudarte?', requestId: 123 },
  },
  answers: {
    200: {
      description: 'Meta took the message.',
      json: {
        schema: object({
          success: boolean(),
          data: object({ message: messageSchema, conversation: conversationLinkSchema }),
        }),
        example: { success: true, data: { message: messageExample, conversation: conversationLinkExample } },
      },
    },
  },
  errors,
};

const TYPES = [
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contacts',
  'reaction',
  'interactive',
  'template',
];

const inMetasShape = (type: string): Schema =>
  type === 'contacts'
    ? { type: 'array', description: 'In Meta’s own shape.', items: { type: 'object', additionalProperties: true } }
    : { type: 'object', description: 'In Meta’s own shape.', additionalProperties: true };

const sendInConversationOperation: OperationDescription = {
  summary: 'Send a message of any type in a conversation',
  description: 'A text in `content`, or an object in Meta’s own shape under the name of its type.',
  params: idParam,
  isIdempotent: true,
  json: {
    schema: object(
      {},
      {
        content: contentSchema,
        messageType: {
          type: 'string',
          enum: ['text', ...TYPES, null],
          nullable: true,
          default: 'text',
        },
        context: object({ message_id: string({ description: 'Meta’s id of the message that it replies to.' }) }, {}),
        ...Object.fromEntries(TYPES.map((type) => [type, inMetasShape(type)])),
      },
    ),
    example: { content: 'Hola, ¿en qué podemos ayudarte?', messageType: 'text' },
  },
  answers: {
    200: {
      description: 'Meta took the message.',
      json: {
        schema: object({ success: boolean(), data: sentMessageSchema }),
        example: {
          success: true,
          data: {
            message_id: 1001,
            conversation_id: 45,
            content: 'Hola, ¿en qué podemos ayudarte?',
            status: 'sent',
          },
        },
      },
    },
  },
  errors,
};

/** Body of `POST /send`. What it holds is checked by `ConversationsService`, for every caller. */
class SendTextDto {
  /** A number with country code, such as `+50212345678`. */
  phoneNumber!: string;

  /** The text, 1 to 4,096 characters. */
  content!: string;

  /** A number of the client's that the conversation has from now on. */
  requestId?: number | null;
}

/**
 * Body of `POST /conversations/:id/messages`: a text in `content`, or an object in Meta's own shape under the name of its
 * type, such as `{"messageType":"image","image":{"id":"…"}}`.
 */
class SendMessageDto {
  content?: string;

  /** `text` when left out. */
  messageType?: string | null;

  /** The message that it replies to, in Meta's shape: `{"message_id":"wamid.…"}`. */
  context?: { readonly message_id?: string } | null;
}

/** Sends single messages. */
@Controller()
export class SendController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly templates: ConversationTemplates,
  ) {}

  @Operation(sendTextOperation)
  @Post('send')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async send(
    @Body(new ValidDtoPipe(SendTextDto)) { phoneNumber, content, requestId }: SendTextDto,
    @CurrentCaller() { workspace, apiKeyId }: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const sent = await this.conversations.sendTo({
      workspace,
      apiKeyId,
      idempotency,
      to: phoneNumber,
      type: 'text',
      content: { body: content },
      requestId: requestId ?? undefined,
    });
    const { message, conversation } = sent;
    return {
      success: true,
      data: {
        message: presentMessage(message, conversation.id, await this.#textOf(sent)),
        conversation: presentConversationLink(conversation),
      },
    };
  }

  @Operation(sendInConversationOperation)
  @Post('conversations/:id/messages')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async sendInConversation(
    @Param('id', ConversationIdPipe) id: number,
    @Body(new ValidDtoPipe(SendMessageDto)) body: SendMessageDto,
    @CurrentCaller() { workspace, apiKeyId }: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const type = body.messageType ?? 'text';
    const content: unknown = new Map<string, unknown>(Object.entries(body)).get(type);
    const envelope = { workspace, apiKeyId, idempotency, replyTo: body.context?.message_id };
    const sent =
      type === 'template'
        ? await this.templates.send(id, content, envelope)
        : await this.conversations.sendContent(id, {
            ...envelope,
            type,
            content: type === 'text' ? (content ?? { body: body.content }) : content,
          });
    const { message, conversation } = sent;
    return { success: true, data: presentSentMessage(message, conversation.id, await this.#textOf(sent)) };
  }

  async #textOf({ message }: SentInConversation): Promise<string> {
    return (await this.conversations.textsOf([message])).get(message.id) ?? '';
  }
}
