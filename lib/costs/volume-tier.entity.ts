import { Entity, PrimaryColumn } from 'typeorm';
import { DateColumn } from '../store/columns.js';

/** A volume tier that a business portfolio reached in a month, as Meta reported it to one of its accounts. */
@Entity('whatsapp_volume_tiers')
export class VolumeTierEntity {
  /** Row id of the account. */
  @PrimaryColumn({ name: 'account_id', type: 'integer' })
  accountId!: number;

  /** The month that it holds in, such as `2025-11`. */
  @PrimaryColumn({ name: 'effective_month', type: 'varchar', length: '7' })
  effectiveMonth!: string;

  /** `UTILITY` or `AUTHENTICATION`. */
  @PrimaryColumn({ name: 'pricing_category', type: 'varchar', length: '64' })
  pricingCategory!: string;

  /** Meta's name of the market, such as `India`. */
  @PrimaryColumn({ name: 'region', type: 'varchar', length: '64' })
  region!: string;

  /** The first and the last message of the month that it is for, such as `25000001:50000000`. */
  @PrimaryColumn({ name: 'tier', type: 'varchar', length: '32' })
  tier!: string;

  /** The earliest moment that Meta reported for it: that is the one that counts. */
  @DateColumn('tier_update_time')
  tierUpdateTime!: Date;
}
