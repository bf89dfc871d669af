import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, JsonColumn, StringColumn, TextColumn } from '../store/columns.js';

/** A person who may become a customer, or is one. */
export type ContactType = 'lead' | 'customer';

/** One person, as a workspace knows them; their numbers and user ids are in `ContactIdentityEntity`. */
@Entity('whatsapp_contacts')
@Index(['workspaceId', 'createdAt'])
@Index(['workspaceId', 'emailKey'], { unique: true })
@Index(['workspaceId', 'optedOutAt'], { where: 'opted_out_at IS NOT NULL' })
@Index(['workspaceId', 'blockedAt'], { where: 'blocked_at IS NOT NULL' })
export class ContactEntity {
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer' })
  id!: number;

  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** The number last known: digits with country code, without `+`; null for someone known by a user id alone. */
  @StringColumn('phone', 32, { nullable: true })
  phone!: string | null;

  /** WhatsApp's own id of the number as Meta reported it; may differ from the number. */
  @StringColumn('wa_id', 160, { nullable: true })
  waId!: string | null;

  /** Meta's business-scoped user id (BSUID), such as `US.13491208655302741918`. */
  @StringColumn('user_id', 160, { nullable: true })
  userId!: string | null;

  /** The name that the person gave themselves on WhatsApp. */
  @StringColumn('profile_name', 255, { nullable: true })
  profileName!: string | null;

  @StringColumn('first_name', 255, { nullable: true })
  firstName!: string | null;

  @StringColumn('last_name', 255, { nullable: true })
  lastName!: string | null;

  @StringColumn('email', 255, { nullable: true })
  email!: string | null;

  /** The email in small letters, by which it is one contact's alone; null for those who shared theirs before that was a rule. */
  @StringColumn('email_key', 512, { nullable: true })
  emailKey!: string | null;

  /** What the person is to the business. */
  @StringColumn('type', 16, { nullable: true })
  type!: ContactType | null;

  @StringColumn('company', 255, { nullable: true })
  company!: string | null;

  @TextColumn('description', { nullable: true })
  description!: string | null;

  /** As the host writes it: a name or a code. */
  @StringColumn('country', 64, { nullable: true })
  country!: string | null;

  /** Id of a country in the host's own list. */
  @Column({ name: 'country_id', type: 'integer', nullable: true })
  countryId!: number | null;

  @StringColumn('zip', 32, { nullable: true })
  zip!: string | null;

  @StringColumn('city', 255, { nullable: true })
  city!: string | null;

  @StringColumn('state', 255, { nullable: true })
  state!: string | null;

  @TextColumn('address', { nullable: true })
  address!: string | null;

  /** Row id of a source; see `ContactSourcesService`. */
  @Column({ name: 'source_id', type: 'integer', nullable: true })
  sourceId!: number | null;

  /** Row id of a status; see `ContactStatusesService`. */
  @Column({ name: 'status_id', type: 'integer', nullable: true })
  statusId!: number | null;

  /** Id of the host's user who sees to the contact. */
  @Column({ name: 'assigned_id', type: 'integer', nullable: true })
  assignedId!: number | null;

  /** Names of the groups that the person is in. */
  @JsonColumn('groups', { nullable: true })
  groups!: readonly string[] | null;

  /** When the person said that they want no marketing; null while they did not. */
  @DateColumn('opted_out_at', { nullable: true })
  optedOutAt!: Date | null;

  /** Who said last whether they want it: `user_preferences` (Meta's button), `keyword` (a word of theirs) or `api` (the host). */
  @StringColumn('opt_out_source', 32, { nullable: true })
  optOutSource!: 'user_preferences' | 'keyword' | 'api' | null;

  /** When the person last said whether they want marketing, by Meta's clock where Meta reports it; a later consent wins. */
  @DateColumn('consent_at', { nullable: true })
  consentAt!: Date | null;

  /** When the business blocked the person. */
  @DateColumn('blocked_at', { nullable: true })
  blockedAt!: Date | null;

  @TextColumn('block_reason', { nullable: true })
  blockReason!: string | null;

  @DateColumn('created_at')
  createdAt!: Date;

  @DateColumn('updated_at')
  updatedAt!: Date;

  /** When the business took the person out of its contacts; what must not be forgotten of them stays. See `ContactRemoval`. */
  @DateColumn('deleted_at', { nullable: true })
  deletedAt!: Date | null;

  /** When everything about the person was erased at their request. */
  @DateColumn('erased_at', { nullable: true })
  erasedAt!: Date | null;
}
