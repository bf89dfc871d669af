import type { OperationDescription } from '../../openapi/operation.js';
import { array, object, oneOf, string } from '../../openapi/schema.js';
import { SENT_FIELDS } from '../sent.schema.js';
import { successSchema } from '../success.schema.js';
import { MESSAGE_TYPES } from './send-message.dto.js';

const BUTTON = object({ id: string({ maxLength: 256 }), title: string({ maxLength: 20 }) });

const MESSAGE = object(
  {
    phone_number: string({ description: 'The recipient, with country code.' }),
    message_body: string({ maxLength: 4_096, description: 'With something to tap, at most 1,024 characters.' }),
  },
  {
    message_type: { ...oneOf(...MESSAGE_TYPES), default: 'text' },
    header: string({ maxLength: 60, description: 'Above the body, where there is something to tap.' }),
    footer: string({ maxLength: 60, description: 'Below the body, where there is something to tap.' }),
    buttons: array(BUTTON, { minItems: 1, maxItems: 3, description: 'Answers to tap, of `interactive`.' }),
    button_text: string({ maxLength: 20, description: 'Label of the button, of `cta_url`.' }),
    button_url: string({ description: 'What the button opens, of `cta_url`.' }),
  },
);

export const sendMessageOperation: OperationDescription = {
  summary: 'Send a text, with or without buttons',
  description: 'It reaches people who wrote in the last 24 hours. Who was no contact becomes one.',
  isIdempotent: true,
  json: {
    schema: MESSAGE,
    example: {
      phone_number: '+12025550123',
      message_type: 'interactive',
      message_body: 'Shall we keep your appointment?',
      footer: 'Acme',
      buttons: [
        { id: 'yes', title: 'Yes' },
        { id: 'no', title: 'No' },
      ],
    },
  },
  answers: {
    200: {
      description: 'Meta took it.',
      json: {
        schema: successSchema(object({ ...SENT_FIELDS, message_type: oneOf(...MESSAGE_TYPES) })),
        example: {
          status: 'success',
          message: 'Message sent successfully',
          data: {
            message_id: 'wamid.HBgLMTIwMjU1NTAxMjMVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA',
            contact_id: 17,
            phone: '+12025550123',
            message_type: 'interactive',
            status: 'sent',
            sent_at: '2026-11-16T21:30:00.000Z',
            chat_id: 9,
            contact_created: true,
          },
        },
      },
    },
  },
  errors: [400, 409, 413, 422, 429, 500, 504],
};
