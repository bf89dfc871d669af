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
import { ContactDirectory } from './contact-directory.js';
import { identityOf } from './reported-contact.js';

/**
 * Takes people out of a workspace's contacts. Their names and everything else that was filed goes. Their row and number
 * stay, unlisted and otherwise empty, only where something depends on them: a consent about marketing, a block, a conversation
 * or a message. So no one gets marketing again, or is written to again, because they were taken out and filed again; and an
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
      else yield* rows.update([{ id, ...NOTHING_FILED, ...NO_PROFILE, deletedAt: new Date() }]);
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
    // No later erasure would find what was reported of a row that is gone.
    yield* this.callbacks.erased(contact);
  }
}

const NO_PROFILE: Partial<ContactEntity> = {
  profileName: null,
  profileNameAt: null,
  username: null,
  usernameAt: null,
};

const NO_PERSON: Partial<ContactEntity> = {
  phone: null,
  waId: null,
  userId: null,
  parentUserId: null,
  ...NO_PROFILE,
  ...NOTHING_FILED,
  optedOutAt: null,
  optOutSource: null,
  consentAt: null,
  blockedAt: null,
  blockReason: null,
};

/** Erases people, with everything that hangs on them. */
@Injectable()
export class ContactErasure {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    private readonly directory: ContactDirectory,
    private readonly dependents: ContactDependents,
    private readonly callbacks: ContactCallbacks,
  ) {}

  /** Whoever a number or user id leads to; what is kept of someone who is no contact, or none any more, goes too. */
  async eraseKnownBy(workspaceId: number, phoneOrUserId: string): Promise<void> {
    const contact = await this.directory.find(workspaceId, phoneOrUserId);
    if (contact) await this.erase(contact);
    else {
      const identity = identityOf(phoneOrUserId);
      const others = await this.identities.findBy({ workspaceId, identity });
      // What others left who had the number before is theirs.
      const since = new Date(others.reduce((latest, { until }) => Math.max(latest, Number(until)), 0));
      await this.dependents.erase({ workspaceId, id: null, times: [{ identity, since, until: null }] }, [identity]);
    }
  }

  /** The contact itself comes last: as long as it is there, what was broken off can be done again. */
  async erase(contact: ContactEntity): Promise<void> {
    const { id } = contact;
    const identities = await this.identities.findBy({ contactId: id });
    await this.dependents.erase(
      { workspaceId: contact.workspaceId, id, times: identities },
      identities.map(({ identity }) => identity),
    );
    const erasedAt = new Date();
    const forget = this.identities.createQueryBuilder().delete().where({ contactId: id });
    const empty = this.contacts
      .createQueryBuilder()
      .update()
      .set({ ...NO_PERSON, erasedAt, updatedAt: erasedAt })
      .where({ id });
    const { callbacks } = this;
    await runInTransaction(this.dataSource, function* () {
      yield* change(empty); // first, for others lock the contact before its identities
      yield* change(forget);
      yield* callbacks.erased(contact); // with what was reported of them meanwhile
    });
  }
}
