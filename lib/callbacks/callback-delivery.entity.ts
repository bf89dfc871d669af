import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DateColumn, StringColumn, TextColumn } from '../store/columns.js';
import type { CallbackEventName } from './callback.entity.js';

/**
 * `pending` is tried until it comes through; `failed` was given up, and can be sent again by hand.
 *
 * @publicApi
 */
export type CallbackDeliveryStatus = 'pending' | 'delivered' | 'failed';

/**
 * One callback, stored with the fact that it reports and delivered after.
 *
 * @publicApi
 */
@Entity('whatsapp_callback_deliveries')
@Index(['workspaceId', 'createdAt'])
@Index(['workspaceId', 'nextAttemptAt'], { where: 'next_attempt_at IS NOT NULL' })
@Index(['contactId'], { where: 'contact_id IS NOT NULL' })
@Index(['createdAt'])
export class CallbackDeliveryEntity {
  /** A UUID; the receiver gets it, too, and it is the same however often the callback is tried. */
  @PrimaryColumn({ name: 'id', type: 'varchar', length: '36' })
  id!: string;

  /** Row id of the workspace that it belongs to. */
  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** What it reports. */
  @StringColumn('event', 64)
  event!: CallbackEventName;

  /** Who it is about, so that it goes when they are erased. */
  @Column({ name: 'contact_id', type: 'integer', nullable: true })
  contactId!: number | null;

  /** The body as it is sent, in JSON. */
  @TextColumn('payload')
  payload!: string;

  /** How far it is. */
  @StringColumn('status', 16)
  status!: CallbackDeliveryStatus;

  /** Tries so far. */
  @Column({ name: 'attempts', type: 'integer' })
  attempts!: number;

  /** When it is tried next; null when it is not. */
  @DateColumn('next_attempt_at', { nullable: true })
  nextAttemptAt!: Date | null;

  /** HTTP status of the last answer; null when there was none. */
  @Column({ name: 'response_status', type: 'integer', nullable: true })
  responseStatus!: number | null;

  /** Why the last try failed. */
  @TextColumn('error', { nullable: true })
  error!: string | null;

  /** When the fact that it reports was stored. */
  @DateColumn('created_at')
  createdAt!: Date;

  /** When a status of 200 to 299 answered it. */
  @DateColumn('delivered_at', { nullable: true })
  deliveredAt!: Date | null;
}
