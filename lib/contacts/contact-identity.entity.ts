import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DateColumn, StringColumn } from '../store/columns.js';

/**
 * Identifies a person during a period of time: a phone number may belong to another person later. A contact
 * may have several. Webhooks are dated by their own timestamps, so that late ones find the owner at that time.
 */
@Entity('whatsapp_contact_identities')
@Index(['workspaceId', 'identity', 'present'], { unique: true })
export class ContactIdentityEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** A phone number in the one spelling that all its spellings come to (`canonicalPhone`), or a business-scoped user id. */
  @StringColumn('identity', 160, { primary: true })
  identity!: string;

  /** Since when it belongs to the contact; the start of the epoch for the first known owner. */
  @DateColumn('since', { primary: true })
  since!: Date;

  /** From when on it is not theirs any more; null while it is. */
  @DateColumn('until', { nullable: true })
  until!: Date | null;

  /** 1 while it is theirs, else null: the database takes one present owner, also when several make one at the same time. */
  @Column({ name: 'present', type: 'smallint', nullable: true })
  present!: 1 | null;

  @Index()
  @Column({ name: 'contact_id', type: 'integer' })
  contactId!: number;

  /** When the contact was first seen by it. */
  @DateColumn('seen_at')
  seenAt!: Date;

  /** Of a number: the business-scoped user id that was seen with it. Meta makes a new one when a person changes the number. */
  @StringColumn('user_id', 160, { nullable: true })
  userId!: string | null;
}
