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
import { SendMessageDto, SendTextDto } from './send.dto.js';
import { Operation } from '../openapi/operation.js';
import { sendInConversationOperation, sendTextOperation } from './send.operations.js';

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
    const object: unknown = new Map<string, unknown>(Object.entries(body)).get(type);
    const envelope = { workspace, apiKeyId, idempotency, replyTo: body.context?.message_id };
    const sent =
      type === 'template'
        ? await this.templates.send(id, object, envelope)
        : await this.conversations.sendContent(id, {
            ...envelope,
            type,
            content: type === 'text' ? (object ?? { body: body.content }) : object,
          });
    const { message, conversation } = sent;
    return { success: true, data: presentSentMessage(message, conversation.id, await this.#textOf(sent)) };
  }

  async #textOf({ message }: SentInConversation): Promise<string> {
    return (await this.conversations.textsOf([message])).get(message.id) ?? '';
  }
}
