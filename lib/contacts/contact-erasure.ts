import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { atomically } from '../database/atomically.js';
import { WHATSAPP_DATA_SOURCE } from '../database/data-source.provider.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { change } from '../database/statement.js';
import { ContactDependents } from './contact-dependents.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import { ContactEntity } from './contact.entity.js';

const NOBODY: Partial<ContactEntity> = {
  phone: null,
  waId: null,
  userId: null,
  profileName: null,
  firstName: null,
  lastName: null,
  email: null,
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
    private readonly dependents: ContactDependents,
  ) {}

  /** The contact itself comes last: as long as it is there, what was broken off can be done again. */
  async erase(contact: ContactEntity): Promise<void> {
    const { id } = contact;
    const identities = await this.identities.findBy({ contactId: id });
    await this.dependents.erase(
      contact,
      identities.map(({ identity }) => identity),
    );
    const erasedAt = new Date();
    const forget = this.identities.createQueryBuilder().delete().where({ contactId: id });
    const empty = this.contacts
      .createQueryBuilder()
      .update()
      .set({ ...NOBODY, erasedAt, updatedAt: erasedAt })
      .where({ id });
    await atomically(this.dataSource, function* () {
      yield* change(empty); // first, for others lock the contact before its identities
      yield* change(forget);
    });
  }
}
