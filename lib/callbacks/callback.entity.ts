import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateColumn, JsonColumn, StringColumn, TextColumn } from '../store/columns.js';

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

/** The URL that a workspace's callbacks go to. */
@Entity('whatsapp_callbacks')
export class CallbackEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  @StringColumn('url', 2_048)
  url!: string;

  /** What signs the callbacks, encrypted. */
  @TextColumn('secret', { select: false })
  secret!: string;

  /** Which events it wants; null for all, also those that come later. */
  @JsonColumn('events', { nullable: true })
  events!: readonly CallbackEventName[] | null;

  /** Deliveries that failed since the last one that came through. */
  @Column({ name: 'failures', type: 'integer' })
  failures!: number;

  /** When the first of them failed. */
  @DateColumn('failing_since', { nullable: true })
  failingSince!: Date | null;

  /** Nothing is delivered before this, for the last tries failed. */
  @DateColumn('resting_until', { nullable: true })
  restingUntil!: Date | null;

  @DateColumn('created_at')
  createdAt!: Date;

  @DateColumn('updated_at')
  updatedAt!: Date;
}
