import { Column, Entity, Index } from 'typeorm';
import { DateColumn, JsonColumn, RowIdColumn, StringColumn, TextColumn } from '../store/columns.js';

/**
 * The status ladder. `sending` is a call on its way, `unconfirmed` a call with an unknown outcome:
 * neither is ever sent again by itself. What customers send is `received`.
 *
 * @publicApi
 */
export type MessageStatus =
  'pending' | 'sending' | 'unconfirmed' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'received';

/**
 * One message, ever. It exists before Meta is called and carries the outcome after.
 * No foreign keys: they would make every bulk insert lock the rows that all sends share.
 *
 * @publicApi
 */
@Entity('whatsapp_messages')
@Index(['workspaceId', 'createdAt'])
@Index(['phoneNumberId', 'sentAt'])
@Index(['phoneNumberId', 'recipientPhone', 'createdAt'])
@Index(['phoneNumberId', 'userId', 'createdAt'], { where: 'user_id IS NOT NULL' })
@Index(['bulkSendId', 'seq'])
@Index(['workspaceId', 'failedAt'], { where: 'failed_at IS NOT NULL' })
@Index(['workspaceId', 'templateName', 'createdAt'], { where: 'template_name IS NOT NULL' })
export class MessageEntity {
  /** Row id; Meta's is `wamid`. */
  @RowIdColumn()
  id!: number;

  /** Row id of the workspace that the message belongs to. */
  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** Meta's id of the business phone number. */
  @StringColumn('phone_number_id', 64)
  phoneNumberId!: string;

  /** Whether it goes to a customer or comes from one. */
  @StringColumn('direction', 8)
  direction!: 'outbound' | 'inbound';

  /** Meta's message type: `template`, `text` … */
  @StringColumn('type', 32)
  type!: string;

  /** How far it has come. */
  @StringColumn('status', 16)
  status!: MessageStatus;

  /** The customer's number: digits with country code, without `+`; empty for someone known by a user id alone. */
  @StringColumn('recipient_phone', 32)
  recipientPhone!: string;

  /** The customer's WhatsApp id as Meta answered it; may differ from the number. */
  @StringColumn('wa_id', 160, { nullable: true })
  waId!: string | null;

  /** The customer's business-scoped user id (BSUID), where that is all that is known of them. */
  @StringColumn('user_id', 160, { nullable: true })
  userId!: string | null;

  /** Meta's id of the message. */
  @Index({ where: 'wamid IS NOT NULL' })
  @StringColumn('wamid', 255, { nullable: true })
  wamid!: string | null;

  /** Which call of this row is meant; travels in `biz_opaque_callback_data`. */
  @Column({ name: 'attempt', type: 'integer' })
  attempt!: number;

  /** Tries that Meta refused for a reason that may pass. */
  @Column({ name: 'retries', type: 'integer', default: 0 })
  retries!: number;

  /** When a `pending` message may be tried again; at once when null. */
  @DateColumn('next_attempt_at', { nullable: true })
  nextAttemptAt!: Date | null;

  /** The bulk send that it belongs to. */
  @StringColumn('bulk_send_id', 36, { nullable: true })
  bulkSendId!: string | null;

  /** Its place in the bulk send, from 1. */
  @Column({ name: 'seq', type: 'integer', nullable: true })
  seq!: number | null;

  /** The wamid of the message that it replies to. */
  @StringColumn('context_wamid', 255, { nullable: true })
  contextWamid!: string | null;

  /** Of a template, its name. */
  @StringColumn('template_name', 512, { nullable: true })
  templateName!: string | null;

  /** Of a template, its language, such as `en_US`. */
  @StringColumn('template_language', 32, { nullable: true })
  templateLanguage!: string | null;

  /** Of a template, its category when it was sent: `MARKETING`, `UTILITY` or `AUTHENTICATION`. */
  @StringColumn('template_category', 64, { nullable: true })
  templateCategory!: string | null;

  /**
   * What was asked for: a template's variables, without one-time codes; of other types, and of inbound messages, Meta's
   * own object of that type.
   */
  @JsonColumn('content', { nullable: true })
  content!: object | null;

  /** Meta's `message_status`: `accepted`, `held_for_quality_assessment` or `paused`. */
  @StringColumn('message_status', 64, { nullable: true })
  messageStatus!: string | null;

  /** Meta's `pricing.billable`; the price is null until a status has reported it. See `pricing.ts`. */
  @Column({ name: 'pricing_billable', type: 'boolean', nullable: true })
  pricingBillable!: boolean | null;

  /** Meta's `pricing.pricing_model`: `PMP`, by message; `CBP`, by conversation. */
  @StringColumn('pricing_model', 64, { nullable: true })
  pricingModel!: string | null;

  /** Meta's `pricing.type`, such as `regular` or `free_customer_service`. */
  @StringColumn('pricing_type', 64, { nullable: true })
  pricingType!: string | null;

  /** Meta's `pricing.category`, such as `marketing`. */
  @StringColumn('pricing_category', 64, { nullable: true })
  pricingCategory!: string | null;

  /** The country that sets its price, by ISO 3166-1 alpha-2. */
  @StringColumn('pricing_country', 2, { nullable: true })
  pricingCountry!: string | null;

  /** Meta's `conversation.origin.type`, reported within a free entry point. */
  @StringColumn('conversation_origin', 64, { nullable: true })
  conversationOrigin!: string | null;

  /** Meta's error code, or one of this module's such as `OUTCOME_UNKNOWN`. */
  @StringColumn('error_code', 64, { nullable: true })
  errorCode!: string | null;

  /** Why it failed, in a sentence. */
  @TextColumn('error_message', { nullable: true })
  errorMessage!: string | null;

  /** Meta's `error_data.details`. */
  @TextColumn('error_details', { nullable: true })
  errorDetails!: string | null;

  /** Meta's `fbtrace_id`, which its support asks for. */
  @StringColumn('error_trace_id', 64, { nullable: true })
  errorTraceId!: string | null;

  /** Row id of the API key that asked for it. */
  @Column({ name: 'api_key_id', type: 'integer', nullable: true })
  apiKeyId!: number | null;

  /** Hash of the idempotency key that made this row; see `idempotency/`. */
  @Index({ unique: true, where: 'idempotency_key IS NOT NULL' })
  @StringColumn('idempotency_key', 64, { nullable: true })
  idempotencyKey!: string | null;

  /** Hash of the body that came with the idempotency key. */
  @StringColumn('idempotency_fingerprint', 64, { nullable: true })
  idempotencyFingerprint!: string | null;

  /** When its present status expires: `sending` becomes `unconfirmed`, `unconfirmed` becomes `failed`. */
  @Index({ where: 'lapses_at IS NOT NULL' })
  @DateColumn('lapses_at', { nullable: true })
  lapsesAt!: Date | null;

  /** Of an inbound message, when the customer sent it by Meta's clock. */
  @DateColumn('created_at')
  createdAt!: Date;

  /** Of an inbound message, when this deployment learned of it: Meta's clock has but seconds. */
  @DateColumn('learned_at', { nullable: true, select: false })
  learnedAt!: Date | null;

  /** When Meta accepted it. */
  @DateColumn('sent_at', { nullable: true })
  sentAt!: Date | null;

  /** When it reached the customer's device. */
  @DateColumn('delivered_at', { nullable: true })
  deliveredAt!: Date | null;

  /** When the customer read it. */
  @DateColumn('read_at', { nullable: true })
  readAt!: Date | null;

  /** When the customer played a voice message. */
  @DateColumn('played_at', { nullable: true })
  playedAt!: Date | null;

  /** When it failed. */
  @DateColumn('failed_at', { nullable: true })
  failedAt!: Date | null;
}
