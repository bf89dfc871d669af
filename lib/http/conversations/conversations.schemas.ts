import { dateTime, integer, nullable, object, oneOf, string } from '../openapi/schema.js';

export const idParam = { id: { description: 'Of the conversation.', schema: integer() } };

export const limitParameter = {
  description: 'Items a page.',
  schema: integer({ minimum: 1, maximum: 100, default: 50 }),
};

export const statusSchema = oneOf('active', 'closed');

const linkFields = {
  conversation_id: integer(),
  phone_number: nullable(string({ description: 'Of the customer: digits without `+`.' })),
  request_id: nullable(integer()),
};

/** As much of a conversation as the answer of a send has. */
export const conversationLinkSchema = object(linkFields);

export const conversationSchema = object({
  ...linkFields,
  customer_name: nullable(string()),
  user_id: nullable(string({ description: 'Meta’s id of the customer.' })),
  phone_number_id: string({ description: 'Meta’s id of the business phone number.' }),
  status: statusSchema,
  label: nullable(string()),
  last_message: nullable(string()),
  last_message_at: nullable(dateTime()),
  unread_count: integer(),
  assigned_to: nullable(string()),
  window_expires_at: nullable(dateTime({ description: 'Until when the customer can be written to freely.' })),
  created_at: dateTime(),
  closed_at: nullable(dateTime()),
});

export const conversationLinkExample = { conversation_id: 45, phone_number: '50212345678', request_id: 123 };

export const conversationExample = {
  ...conversationLinkExample,
  customer_name: 'Ana',
  user_id: null,
  phone_number_id: '106540352242922',
  status: 'active',
  label: null,
  last_message: 'Hola',
  last_message_at: '2026-11-16T21:30:00.000Z',
  unread_count: 1,
  assigned_to: null,
  window_expires_at: '2026-11-17T21:30:00.000Z',
  created_at: '2026-11-16T21:00:00.000Z',
  closed_at: null,
};

const sentFields = { message_id: integer(), conversation_id: integer(), content: string(), status: string() };

/** Answer of a send in a conversation. */
export const sentMessageSchema = object(sentFields);

export const messageFields = {
  ...sentFields,
  message_type: string(),
  direction: oneOf('outbound', 'inbound'),
  created_at: dateTime(),
};

export const messageSchema = object(messageFields);

export const messageExample = {
  message_id: 1001,
  conversation_id: 45,
  content: 'Hola, ¿en qué podemos ayudarte?',
  message_type: 'text',
  direction: 'outbound',
  status: 'sent',
  created_at: '2026-11-16T21:30:00.000Z',
};

export const historyMessageSchema = object({
  ...messageFields,
  wamid: nullable(string({ description: 'Meta’s id.' })),
  payload: {
    type: 'object',
    description: 'Of a template its values; of other types Meta’s own object.',
    additionalProperties: true,
    nullable: true,
  },
  context_wamid: nullable(string({ description: 'Of the message that it replies to.' })),
  template_name: nullable(string()),
  bulk_send_id: nullable(string()),
  sent_at: nullable(dateTime()),
  delivered_at: nullable(dateTime()),
  read_at: nullable(dateTime()),
  failed_at: nullable(dateTime()),
  error_code: nullable(string()),
  error_message: nullable(string()),
});

export const historyMessageExample = {
  ...messageExample,
  wamid: 'wamid.HBgLNTAyMTIzNDU2NzgVAgARGBI3RjM1QjU0NwA=',
  payload: { body: 'Hola, ¿en qué podemos ayudarte?' },
  context_wamid: null,
  template_name: null,
  bulk_send_id: null,
  sent_at: '2026-11-16T21:30:00.000Z',
  delivered_at: null,
  read_at: null,
  failed_at: null,
  error_code: null,
  error_message: null,
};
