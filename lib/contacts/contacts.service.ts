import { isDate } from 'node:util/types';
import { Inject, Injectable, type Provider } from '@nestjs/common';
import { type FindOptionsWhere, IsNull, Repository } from 'typeorm';
import { type InWorkspace, WorkspacesService } from '../accounts/workspaces.service.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { NotFoundError, ValidationError } from '../errors.js';
import { ContactBlocks, ContactBook } from './contact-blocks.js';
import { ConsentHistory } from './consent-history.js';
import { ContactCallbacks } from './contact-callbacks.js';
import { ContactCategoryRows } from './contact-category-rows.js';
import { ContactDependents } from './contact-dependents.js';
import { ContactDirectory, ReportedContacts } from './contact-directory.js';
import { isRowId } from '../identifier.js';
import { ContactFiling, ContactChanges } from './contact-changes.js';
import { ContactImport } from './contact-import.js';
import { ContactReading, readPerson } from './contact-reading.js';
import { ContactList } from './contact-list.js';
import { ContactRecognition } from './contact-recognition.js';
import { ContactRows } from './contact-rows.js';
import { ContactRemoval, ContactErasure } from './contact-removal.js';
import { ContactEntity } from './contact.entity.js';
import { viewOfContact, type WhatsAppContact } from './contact.view.js';
import type * as Input from './contacts.inputs.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from './contacts.inputs.js';
import { MarketingConsents } from './marketing-consents.js';
import { People } from './people.js';
import type { ReportedContact } from './reported-contact.js';

/**
 * The people of a workspace: one contact each, whatever the spelling of their number. A person is named by a
 * phone number or by a business-scoped user id (BSUID), such as `US.13491208655302741918`.
 *
 * @publicApi
 */
@Injectable()
export class ContactsService {
  constructor(
    @Inject(CONTACTS_OPTIONS) private readonly options: ContactsOptions,
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    private readonly workspaces: WorkspacesService,
    private readonly directory: ContactDirectory,
    private readonly consents: MarketingConsents,
    private readonly consentChanges: ConsentHistory,
    private readonly blocks: ContactBlocks,
    private readonly book: ContactBook,
    private readonly erasure: ContactErasure,
    private readonly reading: ContactReading,
    private readonly filing: ContactFiling,
    private readonly changes: ContactChanges,
    private readonly removal: ContactRemoval,
    private readonly pages: ContactList,
    private readonly imports: ContactImport,
  ) {}

  /** Returns the contact of a person; null when there is none, or what is written is no number and no user id. */
  async lookup(person: string, { workspace }: InWorkspace = {}): Promise<WhatsAppContact | null> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const { seen } = readPerson(person, this.options.defaultCountry);
    const contact = seen ? await this.directory.find(workspaceId, seen.phone ?? seen.userId) : null;
    return contact && !contact.deletedAt ? viewOfContact(contact) : null;
  }

  /** Returns one contact, by row id. @throws NotFoundError `CONTACT_NOT_FOUND` */
  async get(id: number, where: InWorkspace = {}): Promise<WhatsAppContact> {
    return viewOfContact(await this.#find(id, where, { deletedAt: IsNull() }));
  }

  /** Returns a page of the contacts, newest first. @throws ValidationError when the page or a filter is invalid */
  async list({ workspace, ...asked }: Input.ListContacts = {}): Promise<Input.ContactPage> {
    return this.pages.read(await this.workspaces.idOf(workspace), asked);
  }

  /**
   * Returns contacts from a position on, newest first, and the position of the next ones. Nothing is counted.
   * @throws ValidationError when the cursor, the limit or a filter is invalid
   */
  async browse({ workspace, ...asked }: Input.BrowseContacts = {}): Promise<Input.BrowsedContacts> {
    return this.pages.browse(await this.workspaces.idOf(workspace), asked);
  }

  /** Returns the numbers and user ids of a contact, also the former ones. @throws NotFoundError `CONTACT_NOT_FOUND` */
  async identities(id: number, where: InWorkspace = {}): Promise<Input.ContactIdentity[]> {
    return this.directory.identitiesOf(await this.#find(id, where, { deletedAt: IsNull() }));
  }

  /**
   * Returns what a contact said of marketing, the latest first: what holds and what does not any more, at most 200 changes.
   * @throws NotFoundError `CONTACT_NOT_FOUND`
   */
  async consentHistory(id: number, where: InWorkspace = {}): Promise<Input.ConsentChange[]> {
    const contact = await this.#find(id, where, { deletedAt: IsNull() });
    return this.consentChanges.of(contact.id);
  }

  /**
   * Makes a person a contact. One who was deleted becomes the same contact again, without what was filed before; that they
   * want no marketing, or are blocked, still holds.
   * @throws ValidationError with every problem, by the names of the input's fields
   * @throws ContactExistsError when the number is a contact's already, in any spelling, or was that contact's before
   * @throws ContactEmailTakenError when the email is another contact's
   */
  async create({ workspace, ...given }: Input.CreateContactInput): Promise<WhatsAppContact> {
    const workspaceId = await this.workspaces.idOf(workspace);
    return viewOfContact(await this.filing.create(workspaceId, await this.reading.toCreate(workspaceId, given)));
  }

  /**
   * Makes a person a contact, or changes what is filed about them when they are one: what is given, the rest stays.
   * @throws ValidationError with every problem, by the names of the input's fields
   */
  async save({ workspace, ...given }: Input.SaveContactInput): Promise<Input.SavedContact> {
    const read = this.reading.toSave(given);
    const { contact, isNew } = await this.filing.save(await this.workspaces.idOf(workspace), read);
    return { contact: viewOfContact(contact), isNew };
  }

  /**
   * Files a list of people as contacts, as `save` does with each. A row that is wrong is left out and reported; the others are
   * stored. It may be run again: who is a contact already is changed, and what a row leaves out stays.
   * @throws ValidationError when there are more than `maxRows`; those before are stored then
   */
  async import(input: Input.ImportContactsInput): Promise<Input.ContactImportReport> {
    let last: Input.ContactImportReport | undefined;
    for await (const report of this.importInSteps(input)) last = report;
    if (!last) throw new Error('The import reported nothing.');
    return last;
  }

  /**
   * The same, and returns what it has come to after every two hundred rows that could be read; the last report is of all. It
   * goes on while the reports are taken.
   * @throws ValidationError as `import` does
   */
  async *importInSteps({
    workspace,
    ...given
  }: Input.ImportContactsInput): AsyncGenerator<Input.ContactImportReport, void, undefined> {
    yield* this.imports.run(await this.workspaces.idOf(workspace), given);
  }

  /**
   * Returns the contacts one by one, newest first, whatever their number: some hundred are read at a time.
   * @throws ValidationError when a filter is invalid
   */
  async *export({ workspace, ...filters }: Input.ContactFilters = {}): AsyncGenerator<
    WhatsAppContact,
    void,
    undefined
  > {
    yield* this.pages.all(await this.workspaces.idOf(workspace), filters);
  }

  /**
   * Changes what is given of a contact. A new number takes the old one's place; the old one stays with the contact, too,
   * when they wrote, were written to, said whether they want marketing, or are blocked.
   * @throws ValidationError, NotFoundError `CONTACT_NOT_FOUND`
   * @throws ContactExistsError when the number is another contact's, ContactEmailTakenError when the email is
   */
  async update(
    id: number,
    change: Input.UpdateContactInput,
    { workspace }: InWorkspace = {},
  ): Promise<WhatsAppContact> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const read = await this.reading.toUpdate(workspaceId, id, change);
    return viewOfContact(orNotFound(isRowId(id) && (await this.changes.change(workspaceId, id, read)), id));
  }

  /**
   * Takes a person out of the contacts: what was filed about them goes, and nothing finds or lists them. Their row and
   * number stay only where a consent about marketing, a block, a conversation or a message depends on them, so that none of these
   * is lost; when they write, are written to in a conversation or are created again, they are a contact again. What was said
   * stays in the conversations; `erase` removes that, too.
   * @throws NotFoundError `CONTACT_NOT_FOUND`
   */
  async delete(id: number, { workspace }: InWorkspace = {}): Promise<void> {
    const workspaceId = await this.workspaces.idOf(workspace);
    orNotFound(isRowId(id) && (await this.removal.remove(workspaceId, id)), id);
  }

  /**
   * Sends a person no marketing any more: single sends are refused with `RECIPIENT_OPTED_OUT`, messages of bulk sends fail as
   * `OPTED_OUT`, also of those that are under way.
   * @throws ValidationError
   */
  async optOut(person: string, options: Input.MarketingConsentOptions = {}): Promise<WhatsAppContact> {
    const { workspaceId, seen } = await this.#read(person, options);
    await this.consents.optOut(
      workspaceId,
      [seen],
      options.source ?? 'api',
      consentTime(options.at),
      options.enteredBy,
    );
    return this.#present(workspaceId, seen);
  }

  /** Sends a person marketing again, unless they said later that they want none. @throws ValidationError */
  async optIn(person: string, options: Input.MarketingConsentOptions = {}): Promise<WhatsAppContact> {
    const { workspaceId, seen } = await this.#read(person, options);
    await this.consents.optIn(workspaceId, [seen], options.source ?? 'api', consentTime(options.at), options.enteredBy);
    return this.#present(workspaceId, seen);
  }

  /**
   * Blocks a person who wrote in the last 24 hours: Meta hands nothing of theirs to the number any more, and nothing is sent
   * to them, from any number of the workspace (`RECIPIENT_BLOCKED`).
   * @param reason for people
   * @throws ValidationError, NotFoundError `PHONE_NUMBER_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError, OutcomeUnknownError: then the person is not blocked here
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/block-users
   */
  async block(
    person: string,
    reason: string | null = null,
    options: Input.BlockContactOptions = {},
  ): Promise<Input.BlockedContact> {
    const { workspaceId, seen } = await this.#read(person, options);
    return this.blocks.set(workspaceId, seen, options.phoneNumberId, { blockedAt: new Date(), blockReason: reason });
  }

  /** Takes a block back. @throws as `block` does */
  async unblock(person: string, options: Input.BlockContactOptions = {}): Promise<Input.BlockedContact> {
    const { workspaceId, seen } = await this.#read(person, options);
    return this.blocks.set(workspaceId, seen, options.phoneNumberId, { blockedAt: null, blockReason: null });
  }

  /**
   * Takes a person out of Meta's contact book of the business: from then on webhooks have their number only while they exchange
   * messages with a number of the business. What is known of them here stays.
   * @param person a business-scoped user id, or the number or parent id of someone known by one
   * @returns whether they were in it
   * @throws ValidationError, NotFoundError `PHONE_NUMBER_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError, OutcomeUnknownError
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
   */
  async removeFromContactBook(person: string, options: Input.BlockContactOptions = {}): Promise<boolean> {
    const { workspaceId, seen } = await this.#read(person, options);
    return this.book.remove(workspaceId, seen, options.phoneNumberId);
  }

  /** Returns the people that the workspace blocked, the latest first. */
  async blocked({ workspace }: InWorkspace = {}): Promise<WhatsAppContact[]> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const blocked = await this.contacts
      .createQueryBuilder('contact')
      .where({ workspaceId })
      .andWhere('contact.blockedAt IS NOT NULL')
      .orderBy('contact.blockedAt', 'DESC')
      .getMany();
    return blocked.map(viewOfContact);
  }

  /**
   * Erases a person at their request: who they are, and what was said, in contact, conversations and messages. Rows and counters
   * stay; what still waits to be sent to them fails as `ERASED`. When it fails halfway, call it again. Should they write
   * again, they are someone new.
   * @param who a phone number or user id, also of someone who was deleted or never was a contact; or the id of a contact,
   * also of one who was deleted
   * @throws ValidationError, NotFoundError `CONTACT_NOT_FOUND` when there is no contact of that id
   */
  async erase(who: string | number, where: InWorkspace = {}): Promise<void> {
    if (typeof who === 'number') return this.erasure.erase(await this.#find(who, where));
    const { workspaceId, seen } = await this.#read(who, where);
    return this.erasure.eraseKnownBy(workspaceId, seen.phone ?? seen.userId);
  }

  async #find(id: number, { workspace }: InWorkspace, more: FindOptionsWhere<ContactEntity> = {}) {
    const workspaceId = await this.workspaces.idOf(workspace);
    const where = { id, workspaceId, erasedAt: IsNull(), ...more };
    return orNotFound(isRowId(id) && (await this.contacts.findOneBy(where)), id);
  }

  async #read(person: string, { workspace }: InWorkspace) {
    const { seen, problem } = readPerson(person, this.options.defaultCountry);
    if (!seen) throw new ValidationError([{ path: 'person', message: problem }]);
    return { workspaceId: await this.workspaces.idOf(workspace), seen };
  }

  async #present(workspaceId: number, seen: ReportedContact): Promise<WhatsAppContact> {
    const [contact] = await this.directory.ensure(workspaceId, [seen]);
    if (!contact) throw new Error('The contact is gone.');
    return viewOfContact(contact);
  }
}

/** @throws ValidationError when it is no moment */
function consentTime(at = new Date()): Date {
  if (isDate(at) && !Number.isNaN(at.getTime())) return at;
  throw new ValidationError([{ path: 'at', message: 'must be a valid Date.' }]);
}

function orNotFound<Found>(found: Found | null | false, id: number): Found {
  if (found !== null && found !== false) return found;
  throw new NotFoundError('CONTACT_NOT_FOUND', `There is no contact ${id}.`);
}

/** What the services of contacts are made of. */
export const contactsProviders: Provider[] = [
  ConsentHistory,
  ContactBlocks,
  ContactBook,
  ContactCategoryRows,
  ContactChanges,
  ContactCallbacks,
  ContactDependents,
  ContactDirectory,
  ContactErasure,
  ContactFiling,
  ContactImport,
  ContactReading,
  ContactList,
  ContactRecognition,
  ContactRemoval,
  ContactRows,
  MarketingConsents,
  People,
  ReportedContacts,
];
