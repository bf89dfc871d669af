import { Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, StringColumn, TextColumn } from '../store/columns.js';

/** An item of a correctly signed webhook about an account that its app secret is not configured for: kept until it is. */
@Entity('whatsapp_unclaimed_items')
@Index(['secretId', 'businessAccountId'])
export class UnclaimedItemEntity {
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer' })
  id!: number;

  /** Identifies the app secret that signed it: the item does not count for an account with another secret. */
  @StringColumn('secret_id', 64)
  secretId!: string;

  /** Meta's id of the WhatsApp Business Account that it is about. */
  @StringColumn('business_account_id', 64)
  businessAccountId!: string;

  /** The `ReceivedItem` in JSON; see `toStored`. */
  @TextColumn('item')
  item!: string;

  @Index()
  @DateColumn('received_at')
  receivedAt!: Date;
}
