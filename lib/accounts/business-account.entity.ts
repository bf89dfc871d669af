import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, StringColumn, TextColumn } from '../store/columns.js';
import { WorkspaceEntity } from './workspace.entity.js';

/**
 * A WhatsApp Business Account (WABA): what owns phone numbers and templates.
 *
 * @publicApi
 */
@Entity('whatsapp_business_accounts')
export class BusinessAccountEntity {
  /** Row id; Meta's is `businessAccountId`. */
  @PrimaryGeneratedColumn({ name: 'id' })
  id!: number;

  /** Row id of the workspace that owns the account. */
  @Index()
  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** The workspace, where the query joins it. */
  @ManyToOne(() => WorkspaceEntity, { nullable: false, onDelete: 'RESTRICT', onUpdate: 'RESTRICT' })
  @JoinColumn({ name: 'workspace_id' })
  workspace?: WorkspaceEntity;

  /** Meta's id of the account. */
  @Index({ unique: true })
  @StringColumn('business_account_id', 64)
  businessAccountId!: string;

  /** The account's name; null before it was first fetched. */
  @StringColumn('name', 512, { nullable: true })
  name!: string | null;

  /** Meta's id of the business portfolio, which the messaging limit belongs to. */
  @StringColumn('owner_business_id', 64, { nullable: true })
  ownerBusinessId!: string | null;

  /** The portfolio's name. */
  @StringColumn('owner_business_name', 512, { nullable: true })
  ownerBusinessName!: string | null;

  /** Access token and app secret given at run time, encrypted; null when the options hold them. */
  @TextColumn('credential_encrypted', { nullable: true, select: false })
  credentialEncrypted!: string | null;

  /**
   * How far it has joined Meta's Marketing Messages API, in Meta's word: only `ONBOARDED` has; null before Meta was asked, and where
   * Meta does not say.
   */
  @StringColumn('marketing_status', 64, { nullable: true })
  marketingStatus!: string | null;

  /** Whether Meta refuses its marketing templates on the Cloud API (131063); null before Meta was asked. */
  @Column({ name: 'marketing_off_on_cloud_api', type: 'boolean', nullable: true })
  isMarketingOffOnCloudApi!: boolean | null;

  /** When Meta was last asked for these two. */
  @DateColumn('marketing_read_at', { nullable: true })
  marketingReadAt!: Date | null;

  /** When the account and its phone numbers were last fetched from Meta. */
  @DateColumn('synced_at', { nullable: true })
  syncedAt!: Date | null;

  /** Meta's time of the last change of the account that a webhook reported and that was applied; null before the first. */
  @DateColumn('told_at', { nullable: true })
  reportedAt!: Date | null;

  /** When the last webhook about the account came, to within half a minute; null before the first. */
  @DateColumn('webhook_at', { nullable: true })
  webhookAt!: Date | null;

  /** When the account was configured or added here. */
  @DateColumn('created_at')
  createdAt!: Date;
}
