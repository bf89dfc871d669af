import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { DateColumn, JsonColumn, StringColumn } from '../store/columns.js';
import type { TemplateComponent } from './template-component.js';

/** A message template as Meta last described it. */
@Entity('whatsapp_templates')
@Index(['accountId', 'name', 'language'], { unique: true })
export class TemplateEntity {
  @PrimaryGeneratedColumn({ name: 'id' })
  id!: number;

  @Column({ name: 'account_id', type: 'integer' })
  accountId!: number;

  @ManyToOne(() => BusinessAccountEntity, { nullable: false, onDelete: 'CASCADE', onUpdate: 'RESTRICT' })
  @JoinColumn({ name: 'account_id' })
  account?: BusinessAccountEntity;

  /** Meta's id of the template. */
  @Index()
  @StringColumn('template_id', 64)
  templateId!: string;

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

  @StringColumn('parameter_format', 64)
  parameterFormat!: 'POSITIONAL' | 'NAMED';

  @JsonColumn('components')
  components!: readonly TemplateComponent[];

  @StringColumn('quality_score', 64, { nullable: true })
  qualityScore!: string | null;

  @StringColumn('rejected_reason', 64, { nullable: true })
  rejectedReason!: string | null;

  @DateColumn('synced_at')
  syncedAt!: Date;

  @DateColumn('created_at')
  createdAt!: Date;
}
