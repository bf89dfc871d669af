/**
 * What callbacks can report.
 *
 * @publicApi
 */
export const CALLBACK_EVENTS = [
  'message.status',
  'message.inbound',
  'contact.created',
  'contact.updated',
  'contact.deleted',
] as const;

/**
 * One of `CALLBACK_EVENTS`.
 *
 * @publicApi
 */
export type CallbackEventName = (typeof CALLBACK_EVENTS)[number];
