import type { OperationDescription } from '../openapi/operation.js';
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

export const sendTemplateOperation: OperationDescription = {
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

export const messageOperation: OperationDescription = {
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
