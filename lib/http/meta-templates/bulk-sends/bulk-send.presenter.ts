import type { BulkSend, BulkSendStatus, BulkQuota } from '../../../bulk/bulk-send.js';
import { NotFoundError } from '../../../errors.js';
import type { AnswerDescription } from '../../openapi/operation.js';
import { string } from '../../openapi/schema.js';
import { Field, type Plain } from '../../surface/dto.js';
import { ERROR_CODE, presentErrorCode } from '../message.presenter.js';

/** A bulk send against the messaging limit. */
export class QuotaInfo {
  @Field({ type: 'boolean', description: 'Whether the quota suffices for all of them now.', example: true })
  can_send!: boolean;

  @Field({ type: 'integer', example: 3 })
  quota_needed!: number;

  @Field({ type: 'integer', description: 'Null where there is no limit.', nullable: true, example: 1997 })
  quota_available!: number | null;

  @Field({ type: 'integer', nullable: true, example: 2000 })
  quota_total!: number | null;

  @Field({ nullable: true, example: 'TIER_2K' })
  tier!: string | null;
}

export function presentQuota({ canSend, needed, available, total, tier }: BulkQuota): QuotaInfo {
  return { can_send: canSend, quota_needed: needed, quota_available: available, quota_total: total, tier };
}

export const BULK_SEND_STATUSES = [
  'SCHEDULED',
  'QUEUED',
  'PROCESSING',
  'PAUSED',
  'COMPLETED',
  'PARTIAL',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly BulkSendStatus[];

/** For examples. */
export const BULK_SEND_ID = 'a3f2b8c9-4d5e-4f60-8a7b-9c0d1e2f3a4b';

/** The parameter of paths, for API documents. */
export const ID_PARAM = { id: { description: 'Of the bulk send.', schema: string() } };

/** The error that a request for an unknown bulk send ends in, for examples. */
export const NOT_FOUND = new NotFoundError('BULK_SEND_NOT_FOUND', `Bulk send ${BULK_SEND_ID} not found.`);

class SentTemplate {
  @Field({ type: 'integer', example: 45 })
  id!: number;

  @Field({ example: 'welcome_message' })
  template_name!: string;

  @Field({ example: 'es' })
  language!: string;

  @Field({ example: 'APPROVED' })
  status!: string;
}

class Sender {
  @Field({ type: 'integer', nullable: true, example: 123 })
  id!: number | null;

  @Field({ nullable: true, example: '+54 9 223 675-0780' })
  display_phone_number!: string | null;

  @Field({ nullable: true, example: 'Mi Empresa' })
  verified_name!: string | null;
}

/** Failures of a bulk send with one error. */
export class ErrorCount {
  @Field(ERROR_CODE)
  code!: number | string | null;

  @Field({ nullable: true, example: '(#131026) Message undeliverable' })
  message!: string | null;

  @Field({ type: 'integer', example: 12 })
  count!: number;
}

/** The API key that created a bulk send; it has no person. */
class Creator {
  @Field({ type: 'integer', example: 1 })
  id!: number;

  @Field({ nullable: true, example: 'Production API Key' })
  name!: string | null;

  @Field({ nullable: true, example: null })
  email!: null;

  @Field({ nullable: true, example: null })
  first_name!: null;

  @Field({ nullable: true, example: null })
  last_name!: null;
}

/** The status object of a bulk send. */
export class BulkSendView {
  @Field({ format: 'uuid', example: BULK_SEND_ID })
  id!: string;

  @Field({ nullable: true, example: 'Welcome, November' })
  name!: string | null;

  @Field({ enum: BULK_SEND_STATUSES, example: 'PROCESSING' })
  status!: BulkSendStatus;

  /** Name and language of the template. */
  @Field({ type: () => SentTemplate })
  template!: SentTemplate;

  /** The number that sends. */
  @Field({ type: () => Sender })
  phone_number!: Sender;

  @Field({ type: 'integer', example: 3 })
  total_recipients!: number;

  @Field({ type: 'integer', description: 'With those that were delivered and read.', example: 3 })
  sent_count!: number;

  @Field({ type: 'integer', description: 'With those that were read.', example: 2 })
  delivered_count!: number;

  @Field({ type: 'integer', example: 1 })
  read_count!: number;

  @Field({ type: 'integer', example: 0 })
  failed_count!: number;

  @Field({ type: 'integer', example: 0 })
  pending_count!: number;

  @Field({ type: 'integer', description: 'Messages of which Meta has not reported the outcome.', example: 0 })
  unconfirmed_count!: number;

  @Field({ type: 'number', example: 100 })
  progress_percentage!: number;

  @Field({ type: 'number', example: 0.1 })
  estimated_time_minutes!: number;

  @Field({ format: 'date-time', nullable: true, example: null })
  waiting_until!: Date | null;

  @Field({
    enum: ['quota', 'paused', 'scheduled', 'rate_limited', 'template_paused', 'meta_unavailable', 'budget'],
    nullable: true,
    example: null,
  })
  waiting_reason!: NonNullable<BulkSend['waiting']>['reason'] | null;

  @Field({ nullable: true, example: null })
  waiting_message!: string | null;

  @Field({ type: () => ErrorCount, each: true, example: [] })
  errors!: readonly ErrorCount[];

  @Field({ format: 'date-time', nullable: true, example: null })
  scheduled_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:00.000Z' })
  started_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  completed_at!: Date | null;

  @Field({ format: 'date-time', example: '2026-11-16T21:29:59.000Z' })
  created_at!: Date;

  @Field({ type: () => Creator, nullable: true })
  created_by!: Creator | null;
}

/** The answer with the status object alone. */
export const BULK_SEND_ANSWER: AnswerDescription = { description: 'Its present status.', type: BulkSendView };

export function presentBulkSend(bulkSend: BulkSend): Plain<BulkSendView> {
  const { template, phoneNumber, counts, waiting } = bulkSend;
  return {
    id: bulkSend.id,
    name: bulkSend.name,
    status: bulkSend.status,
    template: {
      id: template.id,
      template_name: template.name,
      language: template.language,
      status: template.status,
    },
    phone_number: {
      id: phoneNumber.id,
      display_phone_number: phoneNumber.displayPhoneNumber,
      verified_name: phoneNumber.verifiedName,
    },
    total_recipients: bulkSend.totalRecipients,
    sent_count: counts.sent,
    delivered_count: counts.delivered,
    read_count: counts.read,
    failed_count: counts.failed,
    pending_count: counts.pending,
    unconfirmed_count: counts.unconfirmed,
    progress_percentage: bulkSend.progress,
    estimated_time_minutes: bulkSend.estimatedMinutes,
    waiting_until: waiting?.until ?? null,
    waiting_reason: waiting?.reason ?? null,
    waiting_message: waiting?.message ?? null,
    errors: bulkSend.errors.map(({ code, message, count }) => ({ code: presentErrorCode(code), message, count })),
    scheduled_at: bulkSend.scheduledAt,
    started_at: bulkSend.startedAt,
    completed_at: bulkSend.completedAt,
    created_at: bulkSend.createdAt,
    created_by: bulkSend.createdBy && {
      id: bulkSend.createdBy.id,
      name: bulkSend.createdBy.name,
      email: null,
      first_name: null,
      last_name: null,
    },
  };
}
