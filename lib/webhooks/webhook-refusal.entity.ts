import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateColumn } from '../store/columns.js';

/** How many webhooks of an hour were signed by no known app secret. */
@Entity('whatsapp_webhook_refusals')
export class WebhookRefusalEntity {
  /** Hours since 1970. */
  @PrimaryColumn({ name: 'hour', type: 'integer' })
  hour!: number;

  @Column({ name: 'refused', type: 'integer' })
  refused!: number;

  /** When the last of them came. */
  @DateColumn('last_at')
  lastAt!: Date;
}
