import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, StringColumn, TextColumn } from '../store/columns.js';

/**
 * An item of a webhook that could not be applied: kept, so that it can be applied again once the cause is mended.
 *
 * @publicApi
 */
@Entity('whatsapp_webhook_items')
@Index(['businessAccountId', 'id'])
export class WebhookItemEntity {
  /** Row id, for `WebhooksService.applyAgain`. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer' })
  id!: number;

  /** Meta's id of the WhatsApp Business Account: `entry[].id`. */
  @StringColumn('business_account_id', 64)
  businessAccountId!: string;

  /** `changes[].field`, such as `messages`. */
  @StringColumn('field', 64)
  field!: string;

  /** The `ReceivedItem` in JSON, with `\u0000` written out; compressed when it is long. See `toStored`. */
  @TextColumn('item')
  item!: string;

  /** Why it could not be applied, the last time. */
  @TextColumn('error')
  error!: string;

  /** How often it was tried. */
  @Column({ name: 'tries', type: 'integer' })
  tries!: number;

  /** When it came first. */
  @Index()
  @DateColumn('received_at')
  receivedAt!: Date;
}
