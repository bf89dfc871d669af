import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, JsonColumn, StringColumn, TextColumn } from '../store/columns.js';

/**
 * A person who may become a customer, or is one.
 *
 * @publicApi
 */
export type ContactType = 'lead' | 'customer';

/**
 * One person, as a workspace knows them; their numbers and user ids are in `ContactIdentityEntity`.
 *
 * @publicApi
 */
@Entity('whatsapp_contacts')
@Index(['workspaceId', 'createdAt'])
@Index(['workspaceId', 'emailKey'], { unique: true })
@Index(['workspaceId', 'optedOutAt'], { where: 'opted_out_at IS NOT NULL' })
@Index(['workspaceId', 'consentAt'], { where: 'consent_at IS NOT NULL' })
@Index(['workspaceId', 'blockedAt'], { where: 'blocked_at IS NOT NULL' })
export class ContactEntity {
  /** Row id; it stays when the number changes. */
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer' })
  id!: number;

  /** Row id of the workspace that the contact belongs to. */
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

  /** Meta's user id of the person for the parent business, such as `US.ENT.506847293015`. */
  @StringColumn('parent_user_id', 160, { nullable: true })
  parentUserId!: string | null;

  /** The username that the person has on WhatsApp, without `@`. */
  @StringColumn('username', 255, { nullable: true })
  username!: string | null;

  /** When Meta reported the username. */
  @DateColumn('username_at', { nullable: true })
  usernameAt!: Date | null;

  /** The name that the person gave themselves on WhatsApp. */
  @StringColumn('profile_name', 255, { nullable: true })
  profileName!: string | null;

  /** When Meta reported the profile name; null for names from before this was kept. */
  @DateColumn('profile_name_at', { nullable: true })
  profileNameAt!: Date | null;

  /** The first name, as the business filed it. */
  @StringColumn('first_name', 255, { nullable: true })
  firstName!: string | null;

  /** The last name, as the business filed it. */
  @StringColumn('last_name', 255, { nullable: true })
  lastName!: string | null;

  /** The email, as it was written; see `emailKey`. */
  @StringColumn('email', 255, { nullable: true })
  email!: string | null;

  /** The email in small letters, by which it is one contact's alone; null for those who shared theirs before that was a rule. */
  @StringColumn('email_key', 512, { nullable: true })
  emailKey!: string | null;

  /** What the person is to the business. */
  @StringColumn('type', 16, { nullable: true })
  type!: ContactType | null;

  /** The company that the person belongs to. */
  @StringColumn('company', 255, { nullable: true })
  company!: string | null;

  /** Notes of the business about the person. */
  @TextColumn('description', { nullable: true })
  description!: string | null;

  /** As the host writes it: a name or a code. */
  @StringColumn('country', 64, { nullable: true })
  country!: string | null;

  /** Id of a country in the host's own list. */
  @Column({ name: 'country_id', type: 'integer', nullable: true })
  countryId!: number | null;

  /** Postal code. */
  @StringColumn('zip', 32, { nullable: true })
  zip!: string | null;

  /** City of the address. */
  @StringColumn('city', 255, { nullable: true })
  city!: string | null;

  /** State or province of the address. */
  @StringColumn('state', 255, { nullable: true })
  state!: string | null;

  /** Street and house number. */
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

  /** Why, in the words of whoever blocked them. */
  @TextColumn('block_reason', { nullable: true })
  blockReason!: string | null;

  /** When the person became a contact. */
  @DateColumn('created_at')
  createdAt!: Date;

  /** When the contact last changed. */
  @DateColumn('updated_at')
  updatedAt!: Date;

  /**
   * Since when lists do not show the person: the business took them out of its contacts, and what must not be forgotten of them
   * stays (see `ContactRemoval`); or nothing but the status of a message named them yet.
   */
  @DateColumn('deleted_at', { nullable: true })
  deletedAt!: Date | null;

  /** When everything about the person was erased at their request. */
  @DateColumn('erased_at', { nullable: true })
  erasedAt!: Date | null;
}
