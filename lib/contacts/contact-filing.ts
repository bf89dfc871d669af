import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { ConcurrentChangeError, retryOnConflict } from '../store/retry.js';
import { selectEntities } from '../store/select-entities.js';
import type { Statements } from '../store/statement.js';
import { ContactCategoryRows } from './contact-category-rows.js';
import { changedFields, NOTHING_FILED } from './contact-fields.js';
import type { ReadContact, ReadUser } from './contact-reading.js';
import { ContactRows } from './contact-rows.js';
import { ContactEntity } from './contact.entity.js';
import { ContactExistsError } from './contacts.errors.js';
import type { SavedContact } from './contacts.inputs.js';
import { identityOf } from './contact-sighting.js';

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
  save(workspaceId: number, read: ReadContact | ReadUser): Promise<SavedContact> {
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
  ): Promise<SavedContact> {
    const { dataSource, rows, categories } = this;
    const read = this.#read.bind(this);
    const identity = identityOf(phone ?? userId);
    return retryOnConflict(() =>
      runInTransaction(dataSource, function* () {
        yield* categories.hold(workspaceId, fields);
        const found = yield* rows.lockKnown(workspaceId, identity);
        if (found === 'changing')
          throw new ConcurrentChangeError('The contact was merged or erased while it was stored.');
        yield* rows.assertEmailFree(workspaceId, fields.emailKey, found === 'nobody' ? undefined : found.id);
        if (found === 'nobody') {
          const [id] = yield* rows.insert(workspaceId, [
            { ...NOTHING_FILED, ...fields, phone: phone ?? null, userId: userId ?? null },
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
