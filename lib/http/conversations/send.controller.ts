import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import { ConversationSends, type SentMessage as Sent } from '../../conversations/conversation-sends.js';
import { MessageTexts } from '../../conversations/conversation-progress.js';
import { NotFoundError } from '../../errors.js';
import type { IdempotencyInput } from '../../messages/idempotency-key.js';
import { ValidDtoPipe, Field } from '../surface/dto.js';
import { IdempotencyKey } from '../surface/handler-parameters.js';
import { ConversationIdPipe, ID_PARAM } from './conversation-id.pipe.js';
import { ConversationLink, presentConversationLink } from './conversation.presenter.js';
import { ConversationTemplates } from './conversation-templates.js';
import { MessageView, presentMessage, presentSentMessage, SentMessage } from './message.presenter.js';
import { IsOptional } from 'class-validator';
import { Operation } from '../openapi/operation.js';
import { success, successAnswer, type Success } from './success.js';

/** Body of `POST /send`. `ConversationsService` checks it, for every caller. */
export class SendTextDto {
  @Field({ description: 'With its country code.', example: '+50212345678', service: 'to' })
  phoneNumber!: string;

  @Field({
    description: 'The text.',
    minLength: 1,
    maxLength: 4_096,
    example: 'Hola, ¿en qué podemos ayudarte?',
    service: ['text', 'text.body'],
  })
  content!: string;

  @IsOptional()
  @Field({ type: 'integer', description: 'A number of yours that the conversation has from now on.', example: 123 })
  requestId?: number | null;
}

/** The message that one replies to, in Meta's shape. */
export class ContextDto {
  @Field({ description: 'Meta’s id of the message that it replies to.', service: 'replyTo' })
  message_id?: string;
}

const IN_METAS_SHAPE = { type: 'object', description: 'In Meta’s own shape.', additionalProperties: true } as const;

const TYPES = ['image', 'video', 'audio', 'document', 'sticker', 'location', 'reaction', 'interactive'] as const;

/**
 * Body of `POST /conversations/:id/messages`: a text in `content`, or an object in Meta's own shape under the name of its
 * type, such as `{"messageType":"image","image":{"id":"…"}}`.
 */
export class SendMessageDto {
  @Field({
    minLength: 1,
    maxLength: 4_096,
    optional: true,
    example: 'Hola, ¿en qué podemos ayudarte?',
    service: ['text', 'text.body'],
  })
  content?: string;

  @IsOptional()
  @Field({ enum: ['text', ...TYPES, 'contacts', 'template'], default: 'text', example: 'text', service: 'type' })
  messageType?: string | null;

  @Field({ type: () => ContextDto, optional: true, checkedByService: true })
  context?: ContextDto | null;

  /** Cards in Meta’s shape, of type `contacts`. */
  @Field({
    type: 'object',
    each: true,
    itemSchema: { additionalProperties: true },
    description: IN_METAS_SHAPE.description,
    optional: true,
  })
  contacts?: unknown;

  @Field({ ...IN_METAS_SHAPE, optional: true, service: 'template', nameInProblems: 'templateName' })
  template?: unknown;
}

for (const type of TYPES) Field({ ...IN_METAS_SHAPE, optional: true })(SendMessageDto.prototype, type);

/** Data of `POST /send`. */
export class SentText {
  @Field({ type: () => MessageView })
  message!: MessageView;

  @Field({ type: () => ConversationLink })
  conversation!: ConversationLink;
}

const SENDS = { isIdempotent: true, errors: [400, 404, 409, 429, 502, 504] } as const;

/** Sends single messages. */
@Controller()
export class SendController {
  constructor(
    private readonly sends: ConversationSends,
    private readonly texts: MessageTexts,
    private readonly templates: ConversationTemplates,
  ) {}

  @Operation({
    ...SENDS,
    summary: 'Send a text',
    description: 'In the conversation with this customer, which is opened when there is none.',
    answers: { 200: successAnswer('Meta accepted the message.', SentText) },
    throws: [new NotFoundError('PHONE_NUMBER_NOT_FOUND', 'The workspace has no phone number to send from.')],
  })
  @Post('send')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async send(
    @Body(new ValidDtoPipe(SendTextDto)) { phoneNumber, content, requestId }: SendTextDto,
    @CurrentCaller() { workspace, apiKeyId }: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<Success<SentText>> {
    const sent = await this.sends.sendTo({
      workspace,
      apiKeyId,
      idempotency,
      to: phoneNumber,
      type: 'text',
      content: { body: content },
      requestId: requestId ?? undefined,
    });
    const { message, conversation } = sent;
    return success({
      message: presentMessage(message, conversation.id, await this.#textOf(sent)),
      conversation: presentConversationLink(conversation),
    });
  }

  @Operation({
    ...SENDS,
    summary: 'Send a message of any type in a conversation',
    description: 'A text in `content`, or an object in Meta’s own shape under the name of its type.',
    params: ID_PARAM,
    answers: { 200: successAnswer('Meta accepted the message.', SentMessage) },
  })
  @Post('conversations/:id/messages')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async sendInConversation(
    @Param('id', ConversationIdPipe) id: number,
    @Body(new ValidDtoPipe(SendMessageDto)) body: SendMessageDto,
    @CurrentCaller() { workspace, apiKeyId }: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<Success<SentMessage>> {
    const type = body.messageType ?? 'text';
    const content: unknown = new Map<string, unknown>(Object.entries(body)).get(type);
    const envelope = { workspace, apiKeyId, idempotency, replyTo: body.context?.message_id };
    const sent =
      type === 'template'
        ? await this.templates.send(id, content, envelope)
        : await this.sends.send(id, {
            ...envelope,
            type,
            content: type === 'text' ? (content ?? { body: body.content }) : content,
          });
    const { message, conversation } = sent;
    return success(presentSentMessage(message, conversation.id, await this.#textOf(sent)));
  }

  async #textOf({ message }: Sent): Promise<string> {
    return (await this.texts.of([message])).get(message.id) ?? '';
  }
}
