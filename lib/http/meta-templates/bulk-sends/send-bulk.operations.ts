import type { OperationDescription } from '../../openapi/operation.js';
import {
  array,
  boolean,
  dateTime,
  integer,
  nullable,
  number,
  object,
  oneOf,
  type Schema,
  string,
} from '../../openapi/schema.js';
import {
  languageSchema,
  PHONE_NUMBER_ID,
  phoneNumberIdSchema,
  recipientPhoneSchema,
  templateNameSchema,
  variablesSchemas,
} from '../meta-templates.schemas.js';
import { BULK_SEND_ID, quotaExample, quotaSchema } from './bulk-sends.schemas.js';

const optionalFields: Readonly<Record<string, Schema>> = {
  language: languageSchema,
  name: string({ description: 'For people to tell it by.' }),
  scheduled_at: dateTime({ description: 'When to begin; now when left out.' }),
  on_quota_exceeded: {
    ...oneOf('defer', 'reject'),
    description: 'What to do when the quota does not reach: send the rest as it frees, or refuse all.',
    default: 'defer',
  },
  dry_run: boolean({ description: 'Check everything, store and send nothing.' }),
};

const requiredFields = { phone_number_id: phoneNumberIdSchema, template_name: templateNameSchema };

const acceptedSchema = object({
  bulk_send_id: string({ format: 'uuid' }),
  task_id: string({ format: 'uuid' }),
  status: oneOf('queued', 'scheduled'),
  template_name: string(),
  total_recipients: integer(),
  unique_recipients: integer({ description: 'Without doubles.' }),
  estimated_time_minutes: number(),
  created_at: dateTime(),
  whatsapp_phone_number: object({
    id: nullable(integer()),
    phone_number_id: string(),
    display_phone_number: nullable(string()),
    verified_name: nullable(string()),
    quality_rating: nullable(string()),
    messaging_limit_tier: nullable(string()),
  }),
  quota_info: quotaSchema,
});

const dryRunSchema = object({
  dry_run: boolean(),
  template_name: string(),
  total_recipients: integer(),
  unique_recipients: integer(),
  estimated_time_minutes: number(),
  quota_info: quotaSchema,
  problem_count: integer(),
  problems: { type: 'object', description: 'By field; the first 100.', additionalProperties: array(string()) },
  payloads: array(
    { type: 'object', additionalProperties: true },
    { description: 'What Meta would get, of the first.' },
  ),
});

const streamed = 'The other fields are in the query. At most 1,000,000 recipients by default.';

export const sendBulkOperation: OperationDescription = {
  summary: 'Send a template to many recipients',
  description:
    'If anything is wrong with any recipient the whole request is refused. Bodies of CSV and NDJSON are read as they ' +
    'come; their other fields are in the query, and of JSON they are in the body.',
  isIdempotent: true,
  query: Object.fromEntries(
    Object.entries({ ...requiredFields, ...optionalFields }).map(([name, schema]) => [
      name,
      { description: 'With a body of CSV or NDJSON.', schema },
    ]),
  ),
  json: {
    schema: object(
      {
        ...requiredFields,
        recipients: array(object({ phone: recipientPhoneSchema }, variablesSchemas), {
          description: 'At most 100,000 by default.',
          minItems: 1,
        }),
      },
      optionalFields,
    ),
    example: {
      phone_number_id: PHONE_NUMBER_ID,
      template_name: 'welcome_message',
      language: 'es',
      name: 'Welcome, November',
      recipients: [
        { phone: '+5491112345678', variables: { name: 'Juan', company: 'Mi Empresa' } },
        { phone: '+5491187654321', variables: { name: 'María', company: 'Mi Empresa' } },
      ],
    },
  },
  content: {
    'text/csv': {
      schema: string({ description: `Columns: \`phone\`, one for each variable, \`button_0\` …. ${streamed}` }),
      example: 'phone,name,company\n+5491112345678,Juan,Mi Empresa\n+5491187654321,María,Mi Empresa\n',
    },
    'application/x-ndjson': {
      schema: string({ description: `One recipient a line, as in \`recipients\`. ${streamed}` }),
      example:
        '{"phone":"+5491112345678","variables":{"name":"Juan","company":"Mi Empresa"}}\n' +
        '{"phone":"+5491187654321","variables":{"name":"María","company":"Mi Empresa"}}\n',
    },
  },
  answers: {
    200: {
      description: 'What `dry_run` found.',
      json: {
        schema: dryRunSchema,
        example: {
          dry_run: true,
          template_name: 'welcome_message',
          total_recipients: 3,
          unique_recipients: 3,
          estimated_time_minutes: 0.1,
          quota_info: quotaExample,
          problem_count: 0,
          problems: {},
          payloads: [
            {
              messaging_product: 'whatsapp',
              recipient_type: 'individual',
              to: '+5491112345678',
              type: 'template',
              template: { name: 'welcome_message', language: { code: 'es' }, components: [] },
            },
          ],
        },
      },
    },
    202: {
      description: 'Accepted.',
      json: {
        schema: acceptedSchema,
        example: {
          bulk_send_id: BULK_SEND_ID,
          task_id: '7f8e9d0c-1b2a-4394-8576-6758493a2b1c',
          status: 'queued',
          template_name: 'welcome_message',
          total_recipients: 3,
          unique_recipients: 3,
          estimated_time_minutes: 0.1,
          created_at: '2026-11-16T21:29:59.000Z',
          whatsapp_phone_number: {
            id: 123,
            phone_number_id: PHONE_NUMBER_ID,
            display_phone_number: '+54 9 223 675-0780',
            verified_name: 'Mi Empresa',
            quality_rating: 'GREEN',
            messaging_limit_tier: 'TIER_2K',
          },
          quota_info: quotaExample,
        },
      },
    },
  },
  errors: [400, 404, 409, 413, 429, 502],
};
