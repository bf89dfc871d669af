import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, JsonColumn, StringColumn } from '../store/columns.js';
import { WorkspaceEntity } from '../accounts/workspace.entity.js';
import type { ApiKeyAbility } from './ability.js';

/**
 * An API key: of the key itself only a hash is kept.
 *
 * @publicApi
 */
@Entity('whatsapp_api_keys')
export class ApiKeyEntity {
  /** Row id, by which a key is revoked and rotated. */
  @PrimaryGeneratedColumn({ name: 'id' })
  id!: number;

  /** Row id of the workspace that the key belongs to. */
  @Index()
  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** The workspace, where the query joins it. */
  @ManyToOne(() => WorkspaceEntity, { nullable: false, onDelete: 'RESTRICT', onUpdate: 'RESTRICT' })
  @JoinColumn({ name: 'workspace_id' })
  workspace?: WorkspaceEntity;

  /** What people call it: `Production API Key`. */
  @StringColumn('name', 255)
  name!: string;

  /** Hex SHA-256 of the whole key. */
  @Index({ unique: true })
  @StringColumn('key_hash', 64, { select: false })
  keyHash!: string;

  /** The key's first characters, by which people distinguish keys. */
  @StringColumn('hint', 32)
  hint!: string;

  /** What it may do; `*` is everything. */
  @JsonColumn('abilities')
  abilities!: readonly ApiKeyAbility[];

  /** When it was created or registered. */
  @DateColumn('created_at')
  createdAt!: Date;

  /** Refused from this moment on; null is never. */
  @DateColumn('expires_at', { nullable: true })
  expiresAt!: Date | null;

  /** When it was revoked; null while it is in force. */
  @DateColumn('revoked_at', { nullable: true })
  revokedAt!: Date | null;

  /** To the minute, so that a busy key does not write its row at every request. */
  @DateColumn('last_used_at', { nullable: true })
  lastUsedAt!: Date | null;
}
