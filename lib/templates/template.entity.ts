import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { DateColumn, JsonColumn, StringColumn } from '../store/columns.js';
import type { TemplateComponent } from './template-component.js';

/**
 * A message template as Meta last described it.
 *
 * @publicApi
 */
@Entity('whatsapp_templates')
@Index(['accountId', 'name', 'language'], { unique: true })
export class TemplateEntity {
  /** Row id; Meta's is `templateId`. */
  @PrimaryGeneratedColumn({ name: 'id' })
  id!: number;

  /** Row id of the account that owns the template. */
  @Column({ name: 'account_id', type: 'integer' })
  accountId!: number;

  /** The account, where the query joins it. */
  @ManyToOne(() => BusinessAccountEntity, { nullable: false, onDelete: 'CASCADE', onUpdate: 'RESTRICT' })
  @JoinColumn({ name: 'account_id' })
  account?: BusinessAccountEntity;

  /** Meta's id of the template. */
  @Index()
  @StringColumn('template_id', 64)
  templateId!: string;

  /** Its name; one name may have several languages. */
  @StringColumn('name', 512)
  name!: string;

  /** Such as `es` or `en_US`. */
  @StringColumn('language', 32)
  language!: string;

  /** `APPROVED` can be sent; every other status cannot. */
  @StringColumn('status', 64)
  status!: string;

  /** `AUTHENTICATION`, `MARKETING` or `UTILITY`. */
  @StringColumn('category', 64)
  category!: string;

  /** Whether its variables have numbers or names. */
  @StringColumn('parameter_format', 64)
  parameterFormat!: 'POSITIONAL' | 'NAMED';

  /** Header, body, footer, buttons and cards, in Meta's own shape. */
  @JsonColumn('components')
  components!: readonly TemplateComponent[];

  /** Meta's `quality_score`: `GREEN`, `YELLOW`, `RED` or `UNKNOWN`. */
  @StringColumn('quality_score', 64, { nullable: true })
  qualityScore!: string | null;

  /** Why Meta rejected it, in Meta's word, such as `INVALID_FORMAT`. */
  @StringColumn('rejected_reason', 64, { nullable: true })
  rejectedReason!: string | null;

  /** When Meta last described it. */
  @DateColumn('synced_at')
  syncedAt!: Date;

  /** When it was stored here first. */
  @DateColumn('created_at')
  createdAt!: Date;
}
