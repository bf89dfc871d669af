import type { OperationDescription } from '../openapi/operation.js';
import { array, boolean, integer, nullable, object, type Schema, string } from '../openapi/schema.js';
import {
  conversationExample,
  conversationSchema,
  historyMessageExample,
  historyMessageSchema,
  idParam,
  limitParameter,
  statusSchema,
} from './conversations.schemas.js';

export const listConversationsOperation: OperationDescription = {
  summary: 'The conversations, the latest first',
  query: {
    status: { description: 'Only those that stand so.', schema: statusSchema },
    search: { description: 'Part of a number or of a name.', schema: string() },
    limit: limitParameter,
    cursor: { description: '`next_cursor` of the page before.', schema: string() },
  },
  answers: {
    200: {
      description: 'A page of them.',
      json: {
        schema: object({
          success: boolean(),
          data: array(conversationSchema),
          next_cursor: nullable(string({ description: 'Null on the last page.' })),
        }),
        example: { success: true, data: [conversationExample], next_cursor: null },
      },
    },
  },
  errors: [400],
};

export const conversationOperation: OperationDescription = {
  summary: 'A conversation with its messages, the newest first',
  params: idParam,
  query: { limit: limitParameter, before: { description: '`next_before` of the page before.', schema: string() } },
  answers: {
    200: {
      description: 'A page of its messages.',
      json: {
        schema: object({
          success: boolean(),
          data: object({
            conversation: conversationSchema,
            messages: array(historyMessageSchema),
            next_before: nullable(string({ description: 'Null when there are no older ones.' })),
          }),
        }),
        example: {
          success: true,
          data: { conversation: conversationExample, messages: [historyMessageExample], next_before: null },
        },
      },
    },
  },
  errors: [400, 404],
};

const changes: Readonly<Record<string, Schema>> = {
  status: { ...statusSchema, description: 'A closed one is opened again by the next message.' },
  assignedTo: {
    description: 'Whoever sees to it; null for nobody.',
    nullable: true,
    oneOf: [string({ maxLength: 255 }), integer()],
  },
  requestId: integer({ nullable: true }),
  label: string({ maxLength: 255, nullable: true }),
  read: boolean({ description: '`true`: nothing of it is unread any more.', nullable: true }),
};

export const changeConversationOperation: OperationDescription = {
  summary: 'Change a conversation, or mark it as read',
  params: idParam,
  json: { schema: object({}, changes), example: { status: 'active', assignedTo: 'Ana', label: 'VIP', read: true } },
  answers: {
    200: {
      description: 'The conversation.',
      json: {
        schema: object({ success: boolean(), data: conversationSchema }),
        example: { success: true, data: { ...conversationExample, assigned_to: 'Ana', label: 'VIP', unread_count: 0 } },
      },
    },
  },
  errors: [400, 404, 409, 502],
};
