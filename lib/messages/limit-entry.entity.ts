import { Entity, Index, PrimaryColumn } from 'typeorm';
import { DateColumn } from '../store/columns.js';

/** A recipient who counts, or is about to count, against the messaging limit of a business portfolio. */
@Entity('whatsapp_budget_entries')
@Index(['portfolioId', 'countedAt'])
export class LimitEntryEntity {
  /** Meta's id of the business portfolio, or of the account where the portfolio is not known. */
  @PrimaryColumn({ name: 'portfolio_id', type: 'varchar', length: '80' })
  portfolioId!: string;

  /** The recipient: digits in the one spelling of their number, or a business-scoped user id. */
  @PrimaryColumn({ name: 'recipient', type: 'varchar', length: '160' })
  recipient!: string;

  /** When the last message went to them, or was reserved. */
  @DateColumn('counted_at')
  countedAt!: Date;
}
