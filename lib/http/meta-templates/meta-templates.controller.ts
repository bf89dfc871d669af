import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { ValidationError } from '../../errors.js';
import type { IdempotencyInput } from '../../idempotency/idempotency-key.js';
import { MessagesService } from '../../messages/messages.service.js';
import type { SendTemplateInput } from '../../messages/send-template.input.js';
import { type CheckedBody, DtoPipe } from '../dto.pipe.js';
import { IdempotencyKey } from '../idempotency-key.decorator.js';
import { DEFAULT_LANGUAGE } from './default-language.js';
import { presentMessage, presentSentTemplate } from './message.presenter.js';
import { SendTemplateDto } from './send-template.dto.js';
import { toTemplateVariables } from './template-variables.dto.js';
import { Operation } from '../openapi/operation.js';
import { messageOperation, sendTemplateOperation } from './meta-templates.operations.js';

/** Single template sends of the `metaTemplates` surface. */
@Controller('meta-templates')
export class MetaTemplatesController {
  constructor(private readonly messages: MessagesService) {}

  @Operation(sendTemplateOperation)
  @Post('send')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async send(
    @Body(new DtoPipe(SendTemplateDto)) { body, problems }: CheckedBody<SendTemplateDto>,
    @CurrentCaller() caller: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const input = toInput(body, caller, idempotency);
    if (problems.length > 0) throw new ValidationError([...problems, ...(await this.messages.checkTemplate(input))]);
    return presentSentTemplate(await this.messages.sendTemplate(input));
  }

  @Operation(messageOperation)
  @Get('messages/:messageId')
  @RequireAbility('messages.read')
  async message(@Param('messageId') messageId: string, @CurrentCaller() { workspace }: Caller): Promise<object> {
    return presentMessage(await this.messages.get(messageId, { workspace }));
  }
}

function toInput(body: SendTemplateDto, caller: Caller, idempotency?: IdempotencyInput): SendTemplateInput {
  return {
    ...toTemplateVariables(body),
    workspace: caller.workspace,
    apiKeyId: caller.apiKeyId,
    phoneNumberId: body.phone_number_id,
    template: body.template_name,
    language: body.language ?? DEFAULT_LANGUAGE,
    to: body.recipient_phone,
    idempotency,
  };
}
