import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, StringColumn } from '../store/columns.js';
import type { ConsentChange } from './contacts.inputs.js';

/**
 * One time that a person said whether they want marketing. What holds is in `ContactEntity`: the one said last.
 *
 * @publicApi
 */
@Entity('whatsapp_contact_consents')
@Index(['contactId', 'saidAt'])
export class ContactConsentEntity {
  /** Row id. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer' })
  id!: number;

  /** Row id of the workspace that the contact belongs to. */
  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** Row id of the contact. */
  @Column({ name: 'contact_id', type: 'integer' })
  contactId!: number;

  /** What they said. */
  @StringColumn('consent', 16)
  consent!: ConsentChange['consent'];

  /** Who reported it: `user_preferences` (Meta's button), `keyword` (a word of theirs) or `api` (the host). */
  @StringColumn('source', 32)
  source!: ConsentChange['source'];

  /** Who of the host's entered it, in the host's own words. */
  @StringColumn('entered_by', 255, { nullable: true })
  enteredBy!: string | null;

  /** When the person said so, by Meta's clock where Meta reports it. */
  @DateColumn('said_at')
  saidAt!: Date;

  /** When it was learned of here. */
  @DateColumn('recorded_at')
  recordedAt!: Date;
}
