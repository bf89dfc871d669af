import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import { NotFoundError, ValidationError } from '../../errors.js';
import type { IdempotencyInput } from '../../messages/idempotency-key.js';
import { MessagesService } from '../../messages/messages.service.js';
import type { SendTemplateInput } from '../../messages/template-messages.js';
import { type CheckedBody, DtoPipe, Field } from '../surface/dto.js';
import { IdempotencyKey } from '../surface/handler-parameters.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { MessageAnswer, presentMessage, presentSentTemplate, SentTemplateAnswer } from './message.presenter.js';
import {
  BUTTON_VARIABLES,
  CARDS,
  DEFAULT_LANGUAGE,
  RECIPIENT_PHONE,
  TemplateDto,
  type TemplateVariablesDto,
  toTemplateVariables,
  VARIABLES,
} from './template.dto.js';

/** Body of `POST /meta-templates/send/`. `MessagesService` checks what has no class-validator decorator. */
export class SendTemplateDto extends TemplateDto {
  @Field({ description: RECIPIENT_PHONE, example: '+5491112345678', service: 'to' })
  recipient_phone!: string;

  @Field({ ...VARIABLES, example: { name: 'Juan', company: 'Mi Empresa' } })
  variables?: TemplateVariablesDto['variables'];

  @Field(BUTTON_VARIABLES)
  button_variables?: TemplateVariablesDto['button_variables'];

  @Field(CARDS)
  cards?: TemplateVariablesDto['cards'];
}

/** Single template sends of the `metaTemplates` surface. */
@Controller('meta-templates')
export class MetaTemplatesController {
  constructor(private readonly messages: MessagesService) {}

  @Operation({
    summary: 'Send a template to one recipient',
    isIdempotent: true,
    answers: { 200: { description: 'Meta accepted the message.', type: SentTemplateAnswer } },
    errors: [400, 404, 409, 429, 502, 504],
    throws: [new NotFoundError('TEMPLATE_NOT_FOUND', 'There is no template "welcome_message".')],
  })
  @Post('send')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async send(
    @Body(new DtoPipe(SendTemplateDto)) { body, problems }: CheckedBody<SendTemplateDto>,
    @CurrentCaller() caller: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<SentTemplateAnswer> {
    const input = toInput(body, caller, idempotency);
    if (problems.length > 0) throw new ValidationError([...problems, ...(await this.messages.checkTemplate(input))]);
    return presentSentTemplate(await this.messages.sendTemplate(input));
  }

  @Operation({
    summary: 'Get the status of a message',
    params: { messageId: { description: 'Meta’s id of the message, or the row’s.', schema: string() } },
    answers: { 200: { description: 'Any message that was sent, template or not.', type: MessageAnswer } },
    errors: [404],
  })
  @Get('messages/:messageId')
  @RequireAbility('messages.read')
  async message(
    @Param('messageId') messageId: string,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<MessageAnswer> {
    return presentMessage(await this.messages.get(messageId, { workspace }));
  }
}

function toInput(body: SendTemplateDto, caller: WhatsAppCaller, idempotency?: IdempotencyInput): SendTemplateInput {
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
