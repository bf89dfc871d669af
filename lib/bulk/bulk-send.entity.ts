import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { MarketingSettings } from '../messages/marketing-routes.js';
import { DateColumn, JsonColumn, StringColumn, TextColumn } from '../store/columns.js';
import type { BulkAcceptance, BulkFailure, BulkSendStatus, BulkWaitingReason } from './bulk-send.js';

/**
 * One bulk send. Its counters move in the same transaction as the message rows they count.
 *
 * @publicApi
 */
@Entity('whatsapp_bulk_sends')
@Index(['workspaceId', 'createdAt'])
@Index(['status', 'completedAt'])
export class BulkSendEntity {
  /** A UUID, the id that users know. */
  @PrimaryColumn({ name: 'id', type: 'varchar', length: '36' })
  id!: string;

  /** For clients that follow a task; as unique as `id`. */
  @StringColumn('task_id', 36)
  taskId!: string;

  /** The same as a number, for APIs with integer ids; 0 if a process of an older version accepted the bulk send. */
  @Column({ name: 'number', type: 'integer', default: 0 })
  number!: number;

  /** Row id of the workspace that it belongs to. */
  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** Row id of the business account. */
  @Column({ name: 'account_id', type: 'integer' })
  accountId!: number;

  /** Meta's id of the phone number that sends. */
  @StringColumn('phone_number_id', 64)
  phoneNumberId!: string;

  /** Row id of the template. */
  @Column({ name: 'template_id', type: 'integer' })
  templateId!: number;

  /** Name of the template when it was accepted. */
  @StringColumn('template_name', 512)
  templateName!: string;

  /** Language of the template. */
  @StringColumn('template_language', 32)
  templateLanguage!: string;

  /** Category of the template when it was accepted. */
  @StringColumn('template_category', 64)
  templateCategory!: string;

  /** Whether its messages carry one-time codes, which are erased once they were sent. */
  @Column({ name: 'carries_code', type: 'boolean' })
  carriesCode!: boolean;

  /** How it wants marketing sent, where it says otherwise than the module's options. */
  @JsonColumn('marketing', { nullable: true })
  marketing!: MarketingSettings | null;

  /** A name for people. */
  @StringColumn('name', 255, { nullable: true })
  name!: string | null;

  /** `ACCEPTING` while its recipients are being read: until then no reader sees it. */
  @StringColumn('status', 16)
  status!: BulkSendStatus | 'ACCEPTING';

  /** The process that reads its recipients. */
  @StringColumn('accepted_by', 32)
  acceptedBy!: string;

  /** Recipients given, doubles included. */
  @Column({ name: 'total_recipients', type: 'integer', default: 0 })
  totalRecipients!: number;

  /** Recipients with a message each. */
  @Column({ name: 'unique_recipients', type: 'integer', default: 0 })
  uniqueRecipients!: number;

  /** Messages that Meta took and that did not fail since; those delivered and read included. */
  @Column({ name: 'sent_count', type: 'integer', default: 0 })
  sentCount!: number;

  /** Those read included. */
  @Column({ name: 'delivered_count', type: 'integer', default: 0 })
  deliveredCount!: number;

  /** Messages that were read. */
  @Column({ name: 'read_count', type: 'integer', default: 0 })
  readCount!: number;

  /** Messages that failed. */
  @Column({ name: 'failed_count', type: 'integer', default: 0 })
  failedCount!: number;

  /** Messages with an unknown outcome. */
  @Column({ name: 'unconfirmed_count', type: 'integer', default: 0 })
  unconfirmedCount!: number;

  /** The failed messages by error. */
  @JsonColumn('failures')
  failures!: readonly BulkFailure[];

  /** How many messages in a row failed with `streakCode`. */
  @Column({ name: 'streak', type: 'integer', default: 0 })
  streak!: number;

  /** The error code of the failures in a row. */
  @StringColumn('streak_code', 64, { nullable: true })
  streakCode!: string | null;

  /** Why it is not sending; null while it is, or when its number keeps it. */
  @StringColumn('waiting_reason', 32, { nullable: true })
  waitingReason!: BulkWaitingReason | null;

  /** When it resumes by itself; null while a person or Meta has to resume it. */
  @DateColumn('waiting_until', { nullable: true })
  waitingUntil!: Date | null;

  /** Why, in a sentence for people. */
  @TextColumn('waiting_message', { nullable: true })
  waitingMessage!: string | null;

  /** The answer when it was accepted. */
  @JsonColumn('acceptance', { nullable: true })
  acceptance!: BulkAcceptance | null;

  /** Row id of the API key that asked for it. */
  @Column({ name: 'api_key_id', type: 'integer', nullable: true })
  apiKeyId!: number | null;

  /** Name of that key at the time. */
  @StringColumn('api_key_name', 255, { nullable: true })
  apiKeyName!: string | null;

  /** Hash of the idempotency key that made this row; see `idempotency/`. */
  @Index({ unique: true })
  @StringColumn('idempotency_key', 64, { nullable: true })
  idempotencyKey!: string | null;

  /** Hash of the body that came with the idempotency key. */
  @StringColumn('idempotency_fingerprint', 64, { nullable: true })
  idempotencyFingerprint!: string | null;

  /** When it begins; null for at once. */
  @DateColumn('scheduled_at', { nullable: true })
  scheduledAt!: Date | null;

  /** When it was accepted. */
  @DateColumn('created_at')
  createdAt!: Date;

  /** When one of its chunks was last sent: the bulk sends of a number alternate. */
  @DateColumn('served_at', { nullable: true })
  servedAt!: Date | null;

  /** When its first message was on its way. */
  @DateColumn('started_at', { nullable: true })
  startedAt!: Date | null;

  /** When it ended: its last message was sent or had failed. */
  @DateColumn('completed_at', { nullable: true })
  completedAt!: Date | null;
}
