import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { ConversationsService } from '../../../conversations/conversations.service.js';
import { isMadeFor } from '../../../conversations/is-made-for.js';
import { ValidationError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../idempotency/idempotency-key.js';
import { type CheckedBody, DtoPipe } from '../../dto.pipe.js';
import { IdempotencyKey } from '../../idempotency-key.decorator.js';
import { Operation } from '../../openapi/operation.js';
import { FailsAs } from '../fails-as.decorator.js';
import { presentSent } from '../sent.presenter.js';
import { presentSuccess } from '../success.presenter.js';
import { contentOf, fieldAt } from './message-content.js';
import { SendMessageDto } from './send-message.dto.js';
import { sendMessageOperation } from './send-message.operations.js';

/** Sends texts, with or without something to tap. */
@Controller('messages/send')
export class SendMessageController {
  constructor(private readonly conversations: ConversationsService) {}

  @Post()
  @HttpCode(200)
  @RequireAbility('messages.send')
  @FailsAs('Failed to send message')
  @Operation(sendMessageOperation)
  async send(
    @Body(new DtoPipe(SendMessageDto)) { body, problems }: CheckedBody<SendMessageDto>,
    @CurrentCaller() { workspace, apiKeyId }: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const input = { ...contentOf(body), workspace, apiKeyId, idempotency, to: body.phone_number, contact: {} };
    const found = this.conversations.check(input).map(({ path, message }) => ({ path: fieldAt(path), message }));
    if (problems.length + found.length > 0) throw new ValidationError([...problems, ...found]);
    const sent = await this.conversations.sendTo(input);
    const isFirst = isMadeFor(sent.conversation.contact, sent.message);
    const data = { ...presentSent(sent, isFirst), message_type: body.message_type ?? 'text' };
    return presentSuccess('Message sent successfully', data);
  }
}
