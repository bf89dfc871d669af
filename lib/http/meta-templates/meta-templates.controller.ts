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
import { toTemplateVariables, type TemplateVariablesDto } from './template-variables.dto.js';
import { Operation, type OperationDescription } from '../openapi/operation.js';
import { IsNotEmpty, IsString } from 'class-validator';
import { boolean, dateTime, nullable, object, oneOf, string } from '../openapi/schema.js';
import {
  errorCodeSchema,
  languageSchema,
  PHONE_NUMBER_ID,
  phoneNumberIdSchema,
  recipientPhoneSchema,
  templateNameSchema,
  variablesSchemas,
} from './meta-templates.schemas.js';

const WAMID = 'wamid.HBgNNTQ5MTExMjM0NTY3OBUCABEYEjdGMzVCNTQ3';

const sendTemplateOperation: OperationDescription = {
  summary: 'Send a template to one recipient',
  isIdempotent: true,
  json: {
    schema: object(
      {
        phone_number_id: phoneNumberIdSchema,
        template_name: templateNameSchema,
        recipient_phone: recipientPhoneSchema,
      },
      { language: languageSchema, ...variablesSchemas },
    ),
    example: {
      phone_number_id: PHONE_NUMBER_ID,
      template_name: 'welcome_message',
      language: 'es',
      recipient_phone: '+5491112345678',
      variables: { name: 'Juan', company: 'Mi Empresa' },
    },
  },
  answers: {
    200: {
      description: 'Meta took the message.',
      json: {
        schema: object({
          success: boolean(),
          message_id: string({ description: 'Meta’s id of the message.' }),
          template_name: string(),
          recipient_phone: string(),
          status: oneOf('sent'),
          sent_at: dateTime(),
        }),
        example: {
          success: true,
          message_id: WAMID,
          template_name: 'welcome_message',
          recipient_phone: '+5491112345678',
          status: 'sent',
          sent_at: '2026-11-16T21:30:00.000Z',
        },
      },
    },
  },
  errors: [400, 404, 409, 429, 502, 504],
};

const messageOperation: OperationDescription = {
  summary: 'What became of a message',
  params: { messageId: { description: 'Meta’s id of the message, or the row’s.', schema: string() } },
  answers: {
    200: {
      description: 'Any message that was sent, template or not.',
      json: {
        schema: object({
          message_id: string(),
          status: oneOf('pending', 'sending', 'unconfirmed', 'sent', 'delivered', 'read', 'failed'),
          template_name: nullable(string()),
          recipient_phone: string(),
          sent_at: nullable(dateTime()),
          delivered_at: nullable(dateTime()),
          read_at: nullable(dateTime()),
          failed_at: nullable(dateTime()),
          error_code: errorCodeSchema,
          error_message: nullable(string()),
        }),
        example: {
          message_id: WAMID,
          status: 'delivered',
          template_name: 'welcome_message',
          recipient_phone: '+5491112345678',
          sent_at: '2026-11-16T21:30:00.000Z',
          delivered_at: '2026-11-16T21:30:02.000Z',
          read_at: null,
          failed_at: null,
          error_code: null,
          error_message: null,
        },
      },
    },
  },
  errors: [404],
};

const REQUIRED = { message: 'is required: Meta’s id of the phone number that sends, in a string.' };

/** Body of `POST /meta-templates/send/`. What has no decorator here is checked by `MessagesService`, for every caller. */
class SendTemplateDto implements TemplateVariablesDto {
  @IsString(REQUIRED)
  @IsNotEmpty(REQUIRED)
  phone_number_id!: string;

  template_name!: string;

  /** `es` when left out. */
  language?: string | null;

  recipient_phone!: string;

  variables?: TemplateVariablesDto['variables'];
  button_variables?: TemplateVariablesDto['button_variables'];
  cards?: TemplateVariablesDto['cards'];
}

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
