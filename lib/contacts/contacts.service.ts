import { Inject, Injectable } from '@nestjs/common';
import { IsNull, Repository } from 'typeorm';
import type { InWorkspace } from '../accounts/accounts.service.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { NotFoundError, ValidationError } from '../errors.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { ContactBlocks } from './contact-blocks.js';
import { ContactDirectory } from './contact-directory.js';
import { ContactErasure } from './contact-erasure.js';
import { ContactEntity } from './contact.entity.js';
import type { BlockedContact, BlockOptions, ConsentOptions, ContactPage, ListContacts } from './contacts.inputs.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from './contacts.options.js';
import { MarketingConsents } from './marketing-consents.js';
import type { PersonSeen } from './person-seen.js';
import { readPerson } from './read-person.js';

/**
 * The people that a workspace talks to: one contact each, whatever the spelling of their number. A person is named by a
 * phone number or by a business-scoped user id (BSUID), such as `US.13491208655302741918`.
 */
@Injectable()
export class ContactsService {
  constructor(
    @Inject(CONTACTS_OPTIONS) private readonly options: ContactsOptions,
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    private readonly workspaces: WorkspacesService,
    private readonly directory: ContactDirectory,
    private readonly consents: MarketingConsents,
    private readonly blocks: ContactBlocks,
    private readonly erasure: ContactErasure,
  ) {}

  /** The contact of a person; null when there is none, or what is written is no number and no user id. */
  async lookup(person: string, { workspace }: InWorkspace = {}): Promise<ContactEntity | null> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const { seen } = readPerson(person, this.options.defaultCountry);
    return seen ? this.directory.find(workspaceId, seen.phone ?? seen.userId) : null;
  }

  /** One contact, by row id. @throws NotFoundError `CONTACT_NOT_FOUND` */
  async get(id: number, { workspace }: InWorkspace = {}): Promise<ContactEntity> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const contact = Number.isSafeInteger(id)
      ? await this.contacts.findOneBy({ id, workspaceId, erasedAt: IsNull() })
      : null;
    if (contact) return contact;
    throw new NotFoundError('CONTACT_NOT_FOUND', `There is no contact ${id}.`);
  }

  /** The contacts, newest first. @throws ValidationError */
  async list({ workspace, page = 1, pageSize = 20 }: ListContacts = {}): Promise<ContactPage> {
    const problems = [
      ...(Number.isSafeInteger(page) && page >= 1 ? [] : [{ path: 'page', message: 'must be 1 or more.' }]),
      ...(Number.isSafeInteger(pageSize) && pageSize >= 1 && pageSize <= 100
        ? []
        : [{ path: 'pageSize', message: 'must be between 1 and 100.' }]),
    ];
    if (problems.length > 0) throw new ValidationError(problems);
    const [items, total] = await this.contacts.findAndCount({
      where: { workspaceId: await this.workspaces.idOf(workspace), erasedAt: IsNull() },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: (page - 1) * pageSize,
      take: pageSize,
    });
    return { items, total };
  }

  /**
   * Sends a person no marketing any more: single sends are refused with `RECIPIENT_OPTED_OUT`, messages of bulk sends fail as
   * `OPTED_OUT`, also of those that are under way.
   * @throws ValidationError
   */
  async optOut(person: string, options: ConsentOptions = {}): Promise<ContactEntity> {
    const { workspaceId, seen } = await this.#read(person, options);
    await this.consents.optOut(workspaceId, [seen], options.source ?? 'api', options.at ?? new Date());
    return this.#present(workspaceId, seen);
  }

  /** Sends a person marketing again, unless they said later that they want none. @throws ValidationError */
  async optIn(person: string, options: ConsentOptions = {}): Promise<ContactEntity> {
    const { workspaceId, seen } = await this.#read(person, options);
    await this.consents.optIn(workspaceId, [seen], options.source ?? 'api', options.at ?? new Date());
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
  async block(person: string, reason: string | null = null, options: BlockOptions = {}): Promise<BlockedContact> {
    const { workspaceId, seen } = await this.#read(person, options);
    return this.blocks.set(workspaceId, seen, options.phoneNumberId, { blockedAt: new Date(), blockReason: reason });
  }

  /** Takes a block back. @throws as `block` does */
  async unblock(person: string, options: BlockOptions = {}): Promise<BlockedContact> {
    const { workspaceId, seen } = await this.#read(person, options);
    return this.blocks.set(workspaceId, seen, options.phoneNumberId, { blockedAt: null, blockReason: null });
  }

  /** Whom the workspace blocked, the latest first. */
  async blocked({ workspace }: InWorkspace = {}): Promise<ContactEntity[]> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const blocked = await this.contacts
      .createQueryBuilder('contact')
      .where({ workspaceId })
      .andWhere('contact.blockedAt IS NOT NULL')
      .orderBy('contact.blockedAt', 'DESC')
      .getMany();
    return blocked;
  }

  /**
   * Erases a person at their wish: who they are, and what was said, in contact, conversations and messages. Rows and counters
   * stay; what still waits to be sent to them fails as `ERASED`. When it fails halfway, call it again. Should they write
   * again, they are somebody new.
   * @param id of the contact
   * @throws NotFoundError `CONTACT_NOT_FOUND`
   */
  async erase(id: number, where: InWorkspace = {}): Promise<void> {
    await this.erasure.erase(await this.get(id, where));
  }

  async #read(person: string, { workspace }: InWorkspace) {
    const { seen, problem } = readPerson(person, this.options.defaultCountry);
    if (!seen) throw new ValidationError([{ path: 'person', message: problem }]);
    return { workspaceId: await this.workspaces.idOf(workspace), seen };
  }

  async #present(workspaceId: number, seen: PersonSeen): Promise<ContactEntity> {
    const [contact] = await this.directory.ensure(workspaceId, [seen]);
    if (!contact) throw new Error('The contact is gone.');
    return contact;
  }
}
