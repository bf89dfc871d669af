import { reasonOf } from '../../contacts/refusal.js';
import type { OperationDescription } from '../openapi/operation.js';
import { array, boolean, integer, object, type Schema, string } from '../openapi/schema.js';
import { errorsSchema, messageRowSchema, metaSchema } from './conversations.documentation.js';

const components: Schema = {
  type: 'array',
  description: 'In Meta’s own shape.',
  items: { type: 'object', additionalProperties: true },
};

export const listTemplatesOperation: OperationDescription = {
  summary: 'The approved templates',
  description: 'Fetched from Meta, and stored.',
  answers: {
    200: {
      description: 'All of them.',
      json: {
        schema: object({
          success: boolean(),
          data: array(object({ name: string(), status: string(), category: string(), language: string(), components })),
        }),
        example: {
          success: true,
          data: [
            {
              name: 'welcome_message',
              status: 'APPROVED',
              category: 'MARKETING',
              language: 'es',
              components: [{ type: 'BODY', text: 'Gracias {{name}} por unirte a {{company}}.' }],
            },
          ],
        },
      },
    },
  },
  errors: [429, 502],
};

const sentRecipient = object({
  phoneNumber: string(),
  success: boolean(),
  data: object({ messages: array(object({ id: string({ description: 'Meta’s id of the message.' }) })) }),
});

const failedRecipient = object({
  phoneNumber: string(),
  success: boolean(),
  error: object(
    { code: string(), message: string() },
    {
      errors: errorsSchema,
      meta: metaSchema,
      message_id: messageRowSchema,
      retry_after: integer({ description: 'Seconds.' }),
    },
  ),
});

export const sendTemplateOperation: OperationDescription = {
  summary: 'Send a template to up to 1,000 recipients',
  description: 'One recipient’s failure fails no other.',
  isIdempotent: true,
  json: {
    schema: object(
      {
        templateName: string({ description: 'As Meta has it.' }),
        recipients: array(
          object(
            { phoneNumber: string({ description: 'With its country code.' }) },
            { requestId: integer({ nullable: true }) },
          ),
          { minItems: 1, maxItems: 1000 },
        ),
      },
      { languageCode: string({ description: 'The default of the host when left out.' }), components },
    ),
    example: {
      templateName: 'welcome_message',
      languageCode: 'es',
      components: [
        { type: 'header', parameters: [{ type: 'text', parameter_name: 'name', text: 'Juan' }] },
        {
          type: 'body',
          parameters: [
            { type: 'text', parameter_name: 'name', text: 'Juan' },
            { type: 'text', parameter_name: 'company', text: 'Mi Empresa' },
          ],
        },
      ],
      recipients: [{ phoneNumber: '+50212345678', requestId: 123 }, { phoneNumber: '+50287654321' }],
    },
  },
  answers: {
    200: {
      description: 'What became of each, in their order.',
      json: {
        schema: object({
          success: boolean(),
          summary: object({ total: integer(), sent: integer(), failed: integer() }),
          results: array({ oneOf: [sentRecipient, failedRecipient] }),
        }),
        example: {
          success: true,
          summary: { total: 2, sent: 1, failed: 1 },
          results: [
            {
              phoneNumber: '+50212345678',
              success: true,
              data: { messages: [{ id: 'wamid.HBgLNTAyMTIzNDU2NzgVAgARGBI3RjM1QjU0NwA=' }] },
            },
            {
              phoneNumber: '+50287654321',
              success: false,
              error: { code: 'RECIPIENT_BLOCKED', message: reasonOf('BLOCKED') },
            },
          ],
        },
      },
    },
  },
  errors: [400, 404, 409, 429, 502],
};
