import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, JsonColumn, StringColumn } from '../store/columns.js';
import type { ApiKeyAbility } from './ability.js';

/**
 * A link that shows one list of conversations: of its token only a hash is kept.
 *
 * @publicApi
 */
@Entity('whatsapp_console_links')
@Index(['workspace', 'expiresAt'])
export class ConsoleLinkEntity {
  /** Row id, by which a link is revoked. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer' })
  id!: number;

  /** Hex SHA-256 of the token. */
  @Index({ unique: true })
  @Column({ name: 'token_hash', type: 'varchar', length: '64' })
  tokenHash!: string;

  /** Name of the workspace that the conversations are of. */
  @StringColumn('workspace', 63)
  workspace!: string;

  /** Meta's id of the number that the conversations are with; null for those of all numbers. */
  @StringColumn('phone_number_id', 64, { nullable: true })
  phoneNumberId!: string | null;

  /** The label that the conversations have; null for whatever label. */
  @StringColumn('label', 255, { nullable: true })
  label!: string | null;

  /** Who the conversations are assigned to; null for whoever. */
  @StringColumn('assigned_to', 255, { nullable: true })
  assignedTo!: string | null;

  /** What its bearer may do. */
  @JsonColumn('abilities')
  abilities!: readonly ApiKeyAbility[];

  /** When it was made. */
  @DateColumn('created_at')
  createdAt!: Date;

  /** Refused from this moment on. */
  @Index()
  @DateColumn('expires_at')
  expiresAt!: Date;
}
