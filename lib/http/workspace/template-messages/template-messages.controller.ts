import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import { wasCreatedBy, presentSent, SentData } from '../sent.presenter.js';
import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import { BodyStream, type ByteStream, StreamedBody } from '../../bodies/body.decorators.js';
import { MULTIPART, withForm } from '../../bodies/multipart/read-multipart.js';
import { IdempotencyKey } from '../../surface/handler-parameters.js';
import { Operation } from '../../openapi/operation.js';
import { FailsAs } from '../fails-as.decorator.js';
import { Field } from '../../surface/dto.js';
import { success, successAnswer, type Success } from '../success.js';
import { HEADER_FILES } from './header-media.js';
import { TemplateRequests } from './template-requests.js';
import { TemplateMessageDto, TemplateMessageForm } from './template-message.dto.js';

export class SentTemplateData extends SentData {
  @Field({ example: 'order_confirmation' })
  template_name!: string | null;

  @Field({
    description: 'With `auto_generate_otp`; null where its message was erased since.',
    nullable: true,
    optional: true,
  })
  otp_code?: string | null;
}

/** Sends templates, as JSON or as a form with the header's file. */
@Controller('messages')
export class TemplateMessagesController {
  constructor(private readonly requests: TemplateRequests) {}

  @Post('template')
  @HttpCode(200)
  @StreamedBody(MULTIPART)
  @RequireAbility('messages.send')
  @FailsAs('Failed to send template message')
  @Operation({
    summary: 'Send a template',
    description:
      'The header’s file is given by its address or, in a form, as a file, of which the first bytes show the type. A ' +
      'person who is no contact becomes one, and `contact` sets fields of the contact.',
    isIdempotent: true,
    body: TemplateMessageDto,
    content: { [MULTIPART]: { schema: (refTo) => refTo(TemplateMessageForm) } },
    answers: {
      200: successAnswer('Meta accepted the message.', 'Template message sent successfully', SentTemplateData),
    },
    errors: [400, 404, 409, 413, 422, 429, 500, 504],
  })
  async send(
    @Body() json: unknown,
    @BodyStream() stream: ByteStream | undefined,
    @CurrentCaller() caller: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<Success<SentTemplateData>> {
    const sent = await withForm({ stream, json }, HEADER_FILES, (form) =>
      this.requests.send(form, caller, idempotency),
    );
    const isFirst = wasCreatedBy(sent.conversation.contact, sent.message);
    const code = sent.otpCode === undefined ? {} : { otp_code: sent.otpCode };
    const data = { ...presentSent(sent, isFirst), template_name: sent.message.templateName, ...code };
    return success('Template message sent successfully', data);
  }
}
