import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { StringColumn } from '../database/columns.js';

/** Something by which a person is recognised: each belongs to one contact of a workspace, and a contact may have several. */
@Entity('whatsapp_contact_identities')
export class ContactIdentityEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** A phone number in the one spelling that all its spellings come to (`canonicalPhone`), or a business-scoped user id. */
  @StringColumn('identity', 160, { primary: true })
  identity!: string;

  @Index()
  @Column({ name: 'contact_id', type: 'integer' })
  contactId!: number;
}
