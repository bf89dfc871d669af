import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, StringColumn, TextColumn } from '../store/columns.js';
import { WorkspaceEntity } from './workspace.entity.js';

/** A WhatsApp Business Account (WABA): what owns phone numbers and templates. */
@Entity('whatsapp_business_accounts')
export class BusinessAccountEntity {
  @PrimaryGeneratedColumn({ name: 'id' })
  id!: number;

  @Index()
  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  @ManyToOne(() => WorkspaceEntity, { nullable: false, onDelete: 'RESTRICT', onUpdate: 'RESTRICT' })
  @JoinColumn({ name: 'workspace_id' })
  workspace?: WorkspaceEntity;

  /** Meta's id of the account. */
  @Index({ unique: true })
  @StringColumn('business_account_id', 64)
  businessAccountId!: string;

  @StringColumn('name', 512, { nullable: true })
  name!: string | null;

  /** Meta's id of the business portfolio, which the messaging limit belongs to. */
  @StringColumn('owner_business_id', 64, { nullable: true })
  ownerBusinessId!: string | null;

  @StringColumn('owner_business_name', 512, { nullable: true })
  ownerBusinessName!: string | null;

  /** Access token and app secret given at run time, encrypted; null when the options hold them. */
  @TextColumn('credential_encrypted', { nullable: true, select: false })
  credentialEncrypted!: string | null;

  /** When the account and its phone numbers were last fetched from Meta. */
  @DateColumn('synced_at', { nullable: true })
  syncedAt!: Date | null;

  /** Meta's time of the last change of the account that a webhook reported and that was applied; null before the first. */
  @DateColumn('told_at', { nullable: true })
  reportedAt!: Date | null;

  /** When the last webhook about the account came, to within half a minute; null before the first. */
  @DateColumn('webhook_at', { nullable: true })
  webhookAt!: Date | null;

  @DateColumn('created_at')
  createdAt!: Date;
}
