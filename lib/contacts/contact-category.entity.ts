import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, StringColumn } from '../store/columns.js';

/** What contacts are sorted by: the groups they are in, how far they have come, and where they come from. */
export type ContactCategoryKind = 'group' | 'status' | 'source';

/** A label is of conversations: see `ConversationLabels`. */
type Kind = ContactCategoryKind | 'label';

/** A group, status or source of a workspace's contacts, or a label of its conversations. */
@Entity('whatsapp_contact_categories')
@Index(['workspaceId', 'kind', 'name'], { unique: true })
export class ContactCategoryEntity {
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer' })
  id!: number;

  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  @StringColumn('kind', 16)
  kind!: Kind;

  @StringColumn('name', 255)
  name!: string;

  /** For people who see it, such as `#22c55e`. */
  @StringColumn('color', 32, { nullable: true })
  color!: string | null;

  @DateColumn('created_at')
  createdAt!: Date;

  @DateColumn('updated_at')
  updatedAt!: Date;
}
