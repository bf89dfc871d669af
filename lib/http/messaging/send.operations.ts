import type { AnswerDescription, OperationDescription } from '../openapi/operation.js';
import { array, nullable, number, object, oneOf, type Schema, string } from '../openapi/schema.js';
import { accountId, phone } from './fields.js';

const WAMID = 'wamid.HBgMOTE5ODc2NTQzMjEwFQIAERgSQjdGMTY4QTYwQzhDNzA5RjcxAA==';

const result = object({
  messaging_product: string(),
  contacts: array(object({ input: string() }, { wa_id: string(), user_id: string() })),
  messages: array(object({ id: string({ description: 'Meta’s id of the message.' }) }, { message_status: string() })),
});

const sent = (messageStatus: object = {}): AnswerDescription => ({
  description: 'Meta took the message; `result` is what it answered. Webhooks tell later of delivery.',
  json: {
    schema: object({ status: oneOf('sent'), result }),
    example: {
      status: 'sent',
      result: {
        messaging_product: 'whatsapp',
        contacts: [{ input: '+919876543210', wa_id: '919876543210' }],
        messages: [{ id: WAMID, ...messageStatus }],
      },
    },
  },
});

const ERRORS = [400, 404, 409, 413, 429, 502, 504];

export const sendMessageOperation: OperationDescription = {
  summary: 'Send a text',
  description: 'Meta delivers it to people who wrote in the last 24 hours; others can be sent a template.',
  isIdempotent: true,
  json: {
    schema: object(
      { phone, message: string({ minLength: 1, maxLength: 4_096, description: 'The text.' }) },
      { account_id: accountId },
    ),
    example: { phone: '919876543210', message: 'Hello from our store! Your order is ready.' },
  },
  answers: { 200: sent() },
  errors: ERRORS,
};

const degrees = (most: number, example: number): Schema => ({
  description: `Degrees from -${most} to ${most}; a number may be written as a string.`,
  oneOf: [number({ minimum: -most, maximum: most }), string()],
  example,
});

export const sendLocationOperation: OperationDescription = {
  summary: 'Send a location',
  description: 'The recipient sees a map. Meta delivers it to people who wrote in the last 24 hours.',
  isIdempotent: true,
  json: {
    schema: object(
      { phone, latitude: degrees(90, 28.6139), longitude: degrees(180, 77.209) },
      {
        name: nullable(string({ description: 'Title of the card.' })),
        address: nullable(string({ description: 'Text below the map; shown only beside a name.' })),
        account_id: accountId,
      },
    ),
    example: {
      phone: '919876543210',
      latitude: 28.6139,
      longitude: 77.209,
      name: 'Our Office',
      address: 'Connaught Place, New Delhi',
    },
  },
  answers: { 200: sent() },
  errors: ERRORS,
};

const params = (where: string): Schema =>
  nullable(
    array(string(), { description: `Values of the variables in the template’s ${where}, in order of appearance.` }),
  );

export const sendTemplateOperation: OperationDescription = {
  summary: 'Send a template',
  isIdempotent: true,
  json: {
    schema: object(
      { phone, template_name: string({ description: 'Name of an approved template.' }) },
      {
        language: nullable(string({ description: 'Language of the template.', default: 'en', example: 'en_US' })),
        body_params: params('body'),
        header_params: params('header'),
        account_id: accountId,
      },
    ),
    example: {
      phone: '919876543210',
      template_name: 'order_confirmation',
      language: 'en_US',
      header_params: ['860198'],
      body_params: ['Rahul', 'Monday'],
    },
  },
  answers: { 200: sent({ message_status: 'accepted' }) },
  errors: ERRORS,
};
