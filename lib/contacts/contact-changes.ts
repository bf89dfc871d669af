import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { ConcurrentChangeError, retryOnConflict } from '../store/retry.js';
import { selectEntities, type Statements, change } from '../store/statement.js';
import { ContactCategoryRows } from './contact-category-rows.js';
import { changedFields, NOTHING_FILED } from './contact-fields.js';
import type { ReadContact, ReadUser, ContactNews } from './contact-reading.js';
import { ContactRows } from './contact-rows.js';
import { ContactEntity } from './contact.entity.js';
import { ContactExistsError } from './contacts.errors.js';
import { identityOf, isParentUserId } from './reported-contact.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import { ContactRemoval } from './contact-removal.js';

interface FiledContact {
  readonly contact: ContactEntity;
  /** Whether they were no contact before. */
  readonly isNew: boolean;
}

/** Files people as contacts, one for each number or user id, whatever others do at the same time. */
@Injectable()
export class ContactFiling {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    private readonly rows: ContactRows,
    private readonly categories: ContactCategoryRows,
  ) {}

  /** @throws ContactExistsError, ContactEmailTakenError */
  async create(workspaceId: number, read: ReadContact): Promise<ContactEntity> {
    const { contact } = await this.#file(workspaceId, read, () => {
      throw new ContactExistsError();
    });
    return contact;
  }

  /** Makes the contact of a number or user id, or changes the one that there is. @throws ContactEmailTakenError */
  save(workspaceId: number, read: ReadContact | ReadUser): Promise<FiledContact> {
    const { rows } = this;
    return this.#file(workspaceId, read, function* (contact) {
      const changed = changedFields(contact, read.fields);
      if (Object.keys(changed).length > 0) yield* rows.update([{ id: contact.id, ...changed }]);
    });
  }

  /** @param known what happens with a contact that there is already */
  async #file(
    workspaceId: number,
    { phone, userId, fields }: ReadContact | ReadUser,
    known: (contact: ContactEntity) => Statements<void>,
  ): Promise<FiledContact> {
    const { dataSource, rows, categories } = this;
    const read = this.#read.bind(this);
    const identity = identityOf(phone ?? userId);
    return retryOnConflict(() =>
      runInTransaction(dataSource, function* () {
        yield* categories.hold(workspaceId, fields);
        const found = yield* rows.lockKnown(workspaceId, identity);
        if (found === 'changing')
          throw new ConcurrentChangeError('The contact was merged or erased while it was stored.');
        yield* rows.assertEmailFree(workspaceId, fields.emailKey, found === 'unknown' ? undefined : found.id);
        if (found === 'unknown') {
          const [id] = yield* rows.insert(workspaceId, [
            { ...NOTHING_FILED, ...fields, phone: phone ?? null, ...columnsOfUserId(userId) },
          ]);
          if (id === undefined) throw new Error('The contact is gone.');
          yield* rows.identify(workspaceId, identity, id);
          return { contact: yield* read(id), isNew: true };
        }
        const isNew = found.deletedAt !== null;
        const isSameNumber = found.phone !== null && identityOf(found.phone) === identity;
        const number = phone === undefined ? {} : { phone, waId: isSameNumber ? found.waId : null };
        if (isNew) yield* rows.revive(found, { ...fields, ...number });
        else yield* known(found);
        return { contact: yield* read(found.id), isNew };
      }),
    );
  }

  *#read(id: number): Statements<ContactEntity> {
    const [contact] = yield* selectEntities(this.contacts, { id });
    if (!contact) throw new Error('The contact is gone.');
    return contact;
  }
}

function columnsOfUserId(id: string | undefined): Pick<ContactEntity, 'userId' | 'parentUserId'> {
  const userId = id ?? null;
  return id !== undefined && isParentUserId(id) ? { userId: null, parentUserId: id } : { userId, parentUserId: null };
}

/** Changes what is filed about people, and the number that they are known by. */
@Injectable()
export class ContactChanges {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    private readonly removal: ContactRemoval,
    private readonly rows: ContactRows,
    private readonly categories: ContactCategoryRows,
  ) {}

  /**
   * @param read without a number when that stays as it is
   * @returns the contact as it is then; null when there is none
   * @throws ContactExistsError, ContactEmailTakenError
   */
  async change(workspaceId: number, id: number, { phone, fields }: ContactNews): Promise<ContactEntity | null> {
    const { rows, categories } = this;
    const takeNumber = this.#takeNumber.bind(this);
    return retryOnConflict(() =>
      runInTransaction(this.dataSource, function* () {
        yield* categories.hold(workspaceId, fields);
        // All together, in the order in which every process locks contacts.
        const owners = phone === undefined ? [] : yield* rows.times(workspaceId, [identityOf(phone)]);
        yield* rows.lock([id, ...owners.map(({ contactId }) => contactId)]);
        const [before] = yield* rows.lockListed(workspaceId, id);
        if (!before) return null;
        yield* rows.assertEmailFree(workspaceId, fields.emailKey, id);
        const number = phone === undefined ? {} : yield* takeNumber(before, phone);
        const news = { ...number, ...changedFields(before, fields) };
        if (Object.keys(news).length > 0) yield* rows.update([{ id, ...news }]);
        const [contact = null] = yield* rows.lock([id]);
        return contact;
      }),
    );
  }

  /**
   * Makes a number theirs.
   * @returns what is then new of the contact
   * @throws ConcurrentChangeError when the number's owner was merged or erased just now
   */
  *#takeNumber(contact: ContactEntity, phone: string): Statements<Partial<ContactEntity>> {
    const { id, workspaceId } = contact;
    if (phone === contact.phone) return {};
    const [identity, former] = [identityOf(phone), contact.phone && identityOf(contact.phone)];
    if (identity === former) return { phone };
    const owner = yield* this.rows.lockKnown(workspaceId, identity);
    if (owner === 'changing') throw new ConcurrentChangeError('The owner of the number was merged or erased.');
    const isOthers = owner !== 'unknown' && owner.id !== id;
    if (isOthers && owner.deletedAt === null) throw new ContactExistsError();
    if (former && !(yield* this.removal.isNeeded(contact))) yield* this.#release(contact, former);
    if (owner === 'unknown') yield* this.rows.identify(workspaceId, identity, id);
    // What is kept of someone who was taken out holds of their number.
    if (isOthers) yield* this.rows.merge([owner, contact], contact);
    return { phone, waId: null };
  }

  /** A number under which nothing ever happened was a mistake, and may be someone else's. */
  *#release({ workspaceId, id }: ContactEntity, identity: string): Statements<void> {
    yield* change(this.identities.createQueryBuilder().delete().where({ workspaceId, identity, contactId: id }));
  }
}
