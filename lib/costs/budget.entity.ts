import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, DateColumn, StringColumn } from '../store/columns.js';

/** What a workspace may spend in a month, or a bulk send in all. Amounts are in millionths of the currency. */
@Entity('whatsapp_spending_budgets')
export class BudgetEntity {
  @PrimaryColumn({ name: 'scope', type: 'varchar', length: '9' })
  scope!: 'workspace' | 'bulk_send';

  /** Row id of the workspace, or id of the bulk send. */
  @PrimaryColumn({ name: 'subject_id', type: 'varchar', length: '36' })
  subjectId!: string;

  @PrimaryColumn({ name: 'currency', type: 'varchar', length: '3' })
  currency!: string;

  /** Row id of the workspace, also of a bulk send's. */
  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  @BigIntColumn('limit_amount')
  limitAmount!: number;

  /** The month that `usedAmount` is of, such as `2026-11`; empty for a bulk send. */
  @StringColumn('budget_month', 7)
  budgetMonth!: string;

  /** What is spent of it; never less than what the messages say, but for those in flight when it was counted. */
  @BigIntColumn('used_amount')
  usedAmount!: number;

  /** What the first message costs that a bulk send had no room for; 0 while there is room. */
  @BigIntColumn('wanted_amount')
  wantedAmount!: number;

  /** When `usedAmount` was last counted from the messages; a moment ahead while it is counted, until which no other process does. */
  @DateColumn('counted_at')
  countedAt!: Date;
}
