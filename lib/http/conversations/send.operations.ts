import type { OperationDescription } from '../openapi/operation.js';
import { boolean, integer, object, type Schema, string } from '../openapi/schema.js';
import {
  conversationLinkExample,
  conversationLinkSchema,
  idParam,
  messageExample,
  messageSchema,
  sentMessageSchema,
} from './conversations.schemas.js';

const contentSchema = string({ minLength: 1, maxLength: 4096 });
const errors = [400, 404, 409, 429, 502, 504];

export const sendTextOperation: OperationDescription = {
  summary: 'Send a text',
  description: 'In the conversation with this customer, which is opened when there is none.',
  isIdempotent: true,
  json: {
    schema: object(
      {
        phoneNumber: string({ description: 'With its country code, such as `+50212345678`.' }),
        content: contentSchema,
      },
      {
        requestId: integer({ description: 'A number of yours that the conversation has from now on.', nullable: true }),
      },
    ),
    example: { phoneNumber: '+50212345678', content: 'Hola, ¿en qué podemos ayudarte?', requestId: 123 },
  },
  answers: {
    200: {
      description: 'Meta took the message.',
      json: {
        schema: object({
          success: boolean(),
          data: object({ message: messageSchema, conversation: conversationLinkSchema }),
        }),
        example: { success: true, data: { message: messageExample, conversation: conversationLinkExample } },
      },
    },
  },
  errors,
};

const TYPES = [
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contacts',
  'reaction',
  'interactive',
  'template',
];

const inMetasShape = (type: string): Schema =>
  type === 'contacts'
    ? { type: 'array', description: 'In Meta’s own shape.', items: { type: 'object', additionalProperties: true } }
    : { type: 'object', description: 'In Meta’s own shape.', additionalProperties: true };

export const sendInConversationOperation: OperationDescription = {
  summary: 'Send a message of any type in a conversation',
  description: 'A text in `content`, or an object in Meta’s own shape under the name of its type.',
  params: idParam,
  isIdempotent: true,
  json: {
    schema: object(
      {},
      {
        content: contentSchema,
        messageType: {
          type: 'string',
          enum: ['text', ...TYPES, null],
          nullable: true,
          default: 'text',
        },
        context: object({ message_id: string({ description: 'Meta’s id of the message that it replies to.' }) }, {}),
        ...Object.fromEntries(TYPES.map((type) => [type, inMetasShape(type)])),
      },
    ),
    example: { content: 'Hola, ¿en qué podemos ayudarte?', messageType: 'text' },
  },
  answers: {
    200: {
      description: 'Meta took the message.',
      json: {
        schema: object({ success: boolean(), data: sentMessageSchema }),
        example: {
          success: true,
          data: {
            message_id: 1001,
            conversation_id: 45,
            content: 'Hola, ¿en qué podemos ayudarte?',
            status: 'sent',
          },
        },
      },
    },
  },
  errors,
};
