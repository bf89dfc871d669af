import { Entity, PrimaryColumn } from 'typeorm';
import { DateColumn } from '../store/columns.js';

/** A business portfolio whose recipients are counted; its row is the lock under which they are reserved. */
@Entity('whatsapp_budgets')
export class CountedPortfolioEntity {
  @PrimaryColumn({ name: 'portfolio_id', type: 'varchar', length: '80' })
  portfolioId!: string;

  /** Since when each recipient is entered; those before were taken over from the messages. The epoch's begin until they were. */
  @DateColumn('counted_since')
  countedSince!: Date;
}
