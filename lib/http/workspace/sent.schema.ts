import { boolean, dateTime, integer, oneOf, string } from '../openapi/schema.js';

/** The schema of what all sends answer: fields for `object`. */
export const SENT_FIELDS = {
  message_id: string({ description: 'Meta’s id of the message.' }),
  contact_id: integer(),
  phone: string({ example: '+12025550123' }),
  status: oneOf('sent'),
  sent_at: dateTime(),
  chat_id: integer({ description: 'The conversation that it is in.' }),
  contact_created: boolean({ description: 'Whether the person became a contact by it.' }),
} as const;
