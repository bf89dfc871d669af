import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, StringColumn } from '../store/columns.js';

/**
 * What contacts are sorted by: the groups they are in, how far they have come, and where they come from.
 *
 * @publicApi
 */
export type ContactCategoryKind = 'group' | 'status' | 'source';

/** A label is of conversations: see `ConversationLabels`. */
type Kind = ContactCategoryKind | 'label';

/**
 * A group, status or source of a workspace's contacts, or a label of its conversations.
 *
 * @publicApi
 */
@Entity('whatsapp_contact_categories')
@Index(['workspaceId', 'kind', 'name'], { unique: true })
export class ContactCategoryEntity {
  /** Row id, by which contacts refer to a status or source. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer' })
  id!: number;

  /** Row id of the workspace that it belongs to. */
  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** What it is. */
  @StringColumn('kind', 16)
  kind!: Kind;

  /** Unique in the workspace, among those of its kind. */
  @StringColumn('name', 255)
  name!: string;

  /** For people who see it, such as `#22c55e`. */
  @StringColumn('color', 32, { nullable: true })
  color!: string | null;

  /** When it was created. */
  @DateColumn('created_at')
  createdAt!: Date;

  /** When name or color last changed. */
  @DateColumn('updated_at')
  updatedAt!: Date;
}
