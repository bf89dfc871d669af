import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { change, type Statements } from '../store/statement.js';
import { ContactCallbacks } from './contact-callbacks.js';
import { ContactDependents } from './contact-dependents.js';
import { NOTHING_FILED } from './contact-fields.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import { ContactRows } from './contact-rows.js';
import { ContactEntity } from './contact.entity.js';

/**
 * Takes people out of a workspace's contacts. Their names and everything else that was filed goes. Their row and number
 * stay, unlisted and otherwise empty, only where something stands on them: a wish about marketing, a block, a conversation
 * or a message. So nobody gets marketing again, or is written to again, because they were taken out and filed anew; and an
 * erasure finds what was said to them.
 */
@Injectable()
export class ContactRemoval {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    private readonly dependents: ContactDependents,
    private readonly rows: ContactRows,
    private readonly callbacks: ContactCallbacks,
  ) {}

  /** @returns whether there was such a contact */
  remove(workspaceId: number, id: number): Promise<boolean> {
    const { rows } = this;
    const isNeeded = this.isNeeded.bind(this);
    const drop = this.#drop.bind(this);
    return runInTransaction(this.dataSource, function* () {
      const [contact] = yield* rows.lockListed(workspaceId, id);
      if (!contact) return false;
      if (!(yield* isNeeded(contact))) yield* drop(contact);
      else yield* rows.update([{ id, ...NOTHING_FILED, profileName: null, deletedAt: new Date() }]);
      return true;
    });
  }

  /** Whether something would be lost with what a contact is known by. */
  *isNeeded({ id, consentAt, optedOutAt, blockedAt }: ContactEntity): Statements<boolean> {
    return consentAt !== null || optedOutAt !== null || blockedAt !== null || (yield* this.dependents.need(id));
  }

  *#drop(contact: ContactEntity): Statements<void> {
    const { id } = contact;
    yield* change(this.identities.createQueryBuilder().delete().where({ contactId: id }));
    yield* change(this.contacts.createQueryBuilder().delete().where({ id }));
    // No later erasure would find what was told of a row that is gone.
    yield* this.callbacks.erased(contact);
  }
}
