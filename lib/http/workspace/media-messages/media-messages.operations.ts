import type { OperationDescription } from '../../openapi/operation.js';
import { object, oneOf, string } from '../../openapi/schema.js';
import { SENT_FIELDS } from '../sent.schema.js';
import { successSchema } from '../success.schema.js';
import { MEDIA_KINDS } from './media-message.dto.js';

const names = {
  phone_number: string({ description: 'The recipient: 8 to 15 digits with country code, with or without `+`.' }),
  media_type: oneOf(...MEDIA_KINDS),
};

const media_url = string({ description: 'Where Meta fetches the file: a public address.' });

const words = {
  caption: string({ maxLength: 1_024, description: 'Audio has none.' }),
  filename: string({ maxLength: 255, description: 'Of a document, as the customer sees it.' }),
};

const media_file = string({
  format: 'binary',
  description: 'In place of `media_url`: images up to 5,120 KB, video and audio 16,384 KB, documents 102,400 KB.',
});

const sent = object({ ...SENT_FIELDS, media_type: oneOf(...MEDIA_KINDS) });

export const sendMediaMessageOperation: OperationDescription = {
  summary: 'Send a file',
  description:
    'By its address or, in a form, as a file, whose type is told by its first bytes. Meta delivers it to people who wrote ' +
    'in the last 24 hours.',
  isIdempotent: true,
  json: {
    schema: object({ ...names, media_url }, words),
    example: {
      phone_number: '+14155551234',
      media_type: 'image',
      media_url: 'https://example.com/photo.jpg',
      caption: 'As promised',
    },
  },
  content: { 'multipart/form-data': { schema: object(names, { media_url, media_file, ...words }) } },
  answers: {
    200: {
      description: 'Meta took the message.',
      json: {
        schema: successSchema(sent),
        example: {
          status: 'success',
          message: 'Media message sent successfully',
          data: {
            message_id: 'wamid.HBgLMTQxNTU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTgA',
            contact_id: 45,
            phone: '+14155551234',
            media_type: 'image',
            status: 'sent',
            sent_at: '2026-11-16T21:30:00.000Z',
            chat_id: 77,
            contact_created: false,
          },
        },
      },
    },
  },
  errors: [400, 404, 409, 413, 422, 429, 500, 504],
};
