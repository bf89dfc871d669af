import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { wasCreatedBy } from '../../../conversations/was-created-by.js';
import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import { BodyStream, type ByteStream } from '../../bodies/body-stream.decorator.js';
import { MULTIPART } from '../../bodies/multipart/read-multipart.js';
import { withForm } from '../../bodies/multipart/with-form.js';
import { StreamedBody } from '../../bodies/streamed-body.decorator.js';
import { IdempotencyKey } from '../../idempotency-key.decorator.js';
import { Operation, type OperationDescription } from '../../openapi/operation.js';
import { FailsAs } from '../fails-as.decorator.js';
import { presentSent } from '../sent.presenter.js';
import { presentSuccess } from '../success.presenter.js';
import { HEADER_FILES } from './header-media.js';
import { TemplateRequests } from './template-requests.js';
import { array, boolean, integer, nullable, object, oneOf, type Schema, string } from '../../openapi/schema.js';
import { SENT_FIELDS } from '../sent.schema.js';
import { successSchema } from '../success.schema.js';

const texts = (names: readonly string[], schema: Schema): Record<string, Schema> =>
  Object.fromEntries(names.map((name) => [name, schema]));

const FIELDS = Array.from({ length: 10 }, (_, index) => `field_${index + 1}`);

const BUTTONS = ['button_0', 'button_1', 'button_2'];

const names = {
  phone_number: string({ description: 'The recipient: 8 to 15 digits with country code, with or without `+`.' }),
  template_name: string({ description: 'As Meta has it.' }),
  template_language: string({ minLength: 2, maxLength: 10, description: 'Such as `en_US`.' }),
};

const values: Record<string, Schema> = {
  from_phone_number_id: string({ description: 'Meta’s id of the number that sends; the primary one when left out.' }),
  header_image_url: string({ description: 'Of a template whose header is an image.' }),
  header_video_url: string({ description: 'Of a template whose header is a video.' }),
  header_document_url: string({ description: 'Of a template whose header is a document.' }),
  header_document_name: string({ maxLength: 255, description: 'Of the document, as the customer sees it.' }),
  header_field_1: string({ description: '`{{1}}` of a header of text.' }),
  ...texts(FIELDS, string({ description: 'Of the body: its variables in their order.' })),
  ...texts(BUTTONS, string({ description: 'What the button at that place takes, such as the end of its address.' })),
  otp_code: string({ maxLength: 100, description: 'The one-time password, once; Meta takes 15 characters.' }),
  auto_generate_otp: {
    description: 'In place of `otp_code`: a code of six digits is made, sent, and returned as `otp_code`.',
    oneOf: [boolean(), oneOf('true', 'false', '1', '0'), integer({ minimum: 0, maximum: 1 })],
    default: false,
  },
};

const person = {
  firstname: string({ maxLength: 255 }),
  lastname: string({ maxLength: 255 }),
  email: string({ format: 'email' }),
  country: string({ maxLength: 64 }),
};

const contact = object({}, { ...person, groups: array(string({ maxLength: 100 }), { maxItems: 100 }) });

const file = (most: string): Schema => string({ format: 'binary', description: `At most ${most} KB.` });

const formContact: Record<string, Schema> = {
  ...Object.fromEntries(Object.entries(person).map(([name, schema]) => [`contact[${name}]`, schema])),
  'contact[groups][]': array(string({ maxLength: 100 })),
};

const sentSchema = object(
  { ...SENT_FIELDS, template_name: string() },
  { otp_code: nullable(string({ description: 'With `auto_generate_otp`; null where its message was erased since.' })) },
);

const example = {
  phone_number: '+14155551234',
  template_name: 'order_confirmation',
  template_language: 'en_US',
  header_field_1: '860198',
  field_1: 'Ana',
  field_2: 'Monday',
  contact: { firstname: 'Ana', email: 'ana.paz@example.com', groups: ['customers'] },
};

const files = {
  header_image_file: file('5,120'),
  header_video_file: file('16,384'),
  header_document_file: file('102,400'),
};

const sendTemplateMessageOperation: OperationDescription = {
  summary: 'Send a template',
  description:
    'The header’s file is given by its address or, in a form, as a file, whose type is told by its first bytes. The person ' +
    'becomes a contact if they are none, and `contact` is filed about them.',
  isIdempotent: true,
  json: { schema: object(names, { ...values, contact }), example },
  content: { 'multipart/form-data': { schema: object(names, { ...values, ...formContact, ...files }) } },
  answers: {
    200: {
      description: 'Meta took the message.',
      json: {
        schema: successSchema(sentSchema),
        example: {
          status: 'success',
          message: 'Template message sent successfully',
          data: {
            message_id: 'wamid.HBgLMTQxNTU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA',
            contact_id: 45,
            phone: '+14155551234',
            template_name: 'order_confirmation',
            status: 'sent',
            sent_at: '2026-11-16T21:30:00.000Z',
            chat_id: 77,
            contact_created: true,
          },
        },
      },
    },
  },
  errors: [400, 404, 409, 413, 422, 429, 500, 504],
};

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
    const isFirst = wasCreatedBy(sent.conversation.contact, sent.message);
    const code = sent.otpCode === undefined ? {} : { otp_code: sent.otpCode };
    const data = { ...presentSent(sent, isFirst), template_name: sent.message.templateName, ...code };
    return presentSuccess('Template message sent successfully', data);
  }
}
