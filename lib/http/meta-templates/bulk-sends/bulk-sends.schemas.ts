import type { AnswerDescription } from '../../openapi/operation.js';
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
import { errorCodeSchema } from '../meta-templates.schemas.js';

export const BULK_SEND_ID = 'a3f2b8c9-4d5e-4f60-8a7b-9c0d1e2f3a4b';

export const idParam = { id: { description: 'Of the bulk send.', schema: string() } };

export const statusSchema = oneOf(
  'SCHEDULED',
  'QUEUED',
  'PROCESSING',
  'PAUSED',
  'COMPLETED',
  'PARTIAL',
  'FAILED',
  'CANCELLED',
);

export const messageStatusSchema = oneOf('pending', 'sending', 'unconfirmed', 'sent', 'delivered', 'read', 'failed');

export const quotaSchema = object({
  can_send: boolean({ description: 'Whether the quota reaches for all of them now.' }),
  quota_needed: integer(),
  quota_available: nullable(integer({ description: 'Null where there is no limit.' })),
  quota_total: nullable(integer()),
  tier: nullable(string()),
});

export const quotaExample = {
  can_send: true,
  quota_needed: 3,
  quota_available: 1997,
  quota_total: 2000,
  tier: 'TIER_2K',
};

const fields = {
  id: string({ format: 'uuid' }),
  name: nullable(string()),
  status: statusSchema,
  template: object({ id: integer(), template_name: string(), language: string(), status: string() }),
  phone_number: object({
    id: nullable(integer()),
    display_phone_number: nullable(string()),
    verified_name: nullable(string()),
  }),
  total_recipients: integer(),
  sent_count: integer({ description: 'With those that were delivered and read.' }),
  delivered_count: integer({ description: 'With those that were read.' }),
  read_count: integer(),
  failed_count: integer(),
  pending_count: integer(),
  unconfirmed_count: integer({ description: 'Whose outcome Meta has not told.' }),
  progress_percentage: number(),
  estimated_time_minutes: number(),
  waiting_until: nullable(dateTime()),
  waiting_reason: nullable(
    oneOf('quota', 'paused', 'scheduled', 'rate_limited', 'template_paused', 'meta_unavailable'),
  ),
  waiting_message: nullable(string()),
  errors: array(object({ code: errorCodeSchema, message: nullable(string()), count: integer() })),
  scheduled_at: nullable(dateTime()),
  started_at: nullable(dateTime()),
  completed_at: nullable(dateTime()),
  created_at: dateTime(),
  created_by: nullable(
    object({
      id: integer(),
      name: nullable(string()),
      email: nullable(string()),
      first_name: nullable(string()),
      last_name: nullable(string()),
    }),
  ),
} satisfies Record<string, Schema>;

/** The status object. */
export const bulkSendSchema = object(fields);

export const retriedBulkSendSchema = object({
  ...fields,
  retried_count: integer({ description: 'Messages that are tried again.' }),
});

export const bulkSendExample = {
  id: BULK_SEND_ID,
  name: 'Welcome, November',
  status: 'PROCESSING',
  template: { id: 45, template_name: 'welcome_message', language: 'es', status: 'APPROVED' },
  phone_number: { id: 123, display_phone_number: '+54 9 223 675-0780', verified_name: 'Mi Empresa' },
  total_recipients: 3,
  sent_count: 3,
  delivered_count: 2,
  read_count: 1,
  failed_count: 0,
  pending_count: 0,
  unconfirmed_count: 0,
  progress_percentage: 100,
  estimated_time_minutes: 0.1,
  waiting_until: null,
  waiting_reason: null,
  waiting_message: null,
  errors: [],
  scheduled_at: null,
  started_at: '2026-11-16T21:30:00.000Z',
  completed_at: null,
  created_at: '2026-11-16T21:29:59.000Z',
  created_by: { id: 1, name: 'Production API Key', email: null, first_name: null, last_name: null },
};

export const bulkSendAnswer: AnswerDescription = {
  description: 'How it stands.',
  json: { schema: bulkSendSchema, example: bulkSendExample },
};

export const bulkMessageSchema = object({
  id: integer(),
  recipient_phone: string(),
  status: messageStatusSchema,
  meta_message_id: nullable(string()),
  variables_used: { type: 'object', additionalProperties: true },
  sent_at: nullable(dateTime()),
  delivered_at: nullable(dateTime()),
  read_at: nullable(dateTime()),
  error_code: errorCodeSchema,
  error_message: nullable(string()),
});

export const bulkMessageExample = {
  id: 1001,
  recipient_phone: '+5491112345678',
  status: 'read',
  meta_message_id: 'wamid.HBgNNTQ5MTExMjM0NTY3OBUCABEYEjdGMzVCNTQ3',
  variables_used: { name: 'Juan', company: 'Mi Empresa' },
  sent_at: '2026-11-16T21:30:00.000Z',
  delivered_at: '2026-11-16T21:30:02.000Z',
  read_at: '2026-11-16T21:31:00.000Z',
  error_code: null,
  error_message: null,
};

/** A page of such items. */
export const pageOf = (items: Schema): Schema =>
  object({
    count: integer({ description: 'Of all pages.' }),
    next: nullable(string({ format: 'uri' })),
    previous: nullable(string({ format: 'uri' })),
    results: array(items),
  });

export const pageQuery = {
  page: { description: 'From 1.', schema: integer({ minimum: 1, maximum: 9_999_999, default: 1 }) },
  page_size: { description: 'Items a page.', schema: integer({ minimum: 1, maximum: 100, default: 20 }) },
};
