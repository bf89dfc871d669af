import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { isMadeFor } from '../../../conversations/is-made-for.js';
import type { IdempotencyInput } from '../../../idempotency/idempotency-key.js';
import { BodyStream, type ByteStream } from '../../bodies/body-stream.decorator.js';
import { MULTIPART } from '../../bodies/multipart/read-multipart.js';
import { withForm } from '../../bodies/multipart/with-form.js';
import { StreamedBody } from '../../bodies/streamed-body.decorator.js';
import { IdempotencyKey } from '../../idempotency-key.decorator.js';
import { Operation } from '../../openapi/operation.js';
import { FailsAs } from '../fails-as.decorator.js';
import { presentSent } from '../sent.presenter.js';
import { presentSuccess } from '../success.presenter.js';
import { HEADER_FILES } from './header-media.js';
import { sendTemplateMessageOperation } from './template-messages.operations.js';
import { TemplateRequests } from './template-requests.js';

/** Sends templates, as JSON or as a form with the header's file. */
@Controller('messages')
export class TemplateMessagesController {
  constructor(private readonly requests: TemplateRequests) {}

  @Post('template')
  @HttpCode(200)
  @StreamedBody(MULTIPART)
  @RequireAbility('messages.send')
  @FailsAs('Failed to send template message')
  @Operation(sendTemplateMessageOperation)
  async send(
    @Body() json: unknown,
    @BodyStream() stream: ByteStream | undefined,
    @CurrentCaller() caller: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const sent = await withForm({ stream, json }, HEADER_FILES, (form) =>
      this.requests.send(form, caller, idempotency),
    );
    const isFirst = isMadeFor(sent.conversation.contact, sent.message);
    const code = sent.otpCode === undefined ? {} : { otp_code: sent.otpCode };
    const data = { ...presentSent(sent, isFirst), template_name: sent.message.templateName, ...code };
    return presentSuccess('Template message sent successfully', data);
  }
}
