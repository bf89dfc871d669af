import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { truncateForColumn } from '../store/columns.js';
import { inList } from '../store/dialect.js';
import { insertRows } from '../store/json-rows.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { change, selectEntities, type Statements } from '../store/statement.js';
import { ContactConsentEntity } from './contact-consent.entity.js';
import { ContactDependents } from './contact-dependents.js';
import type { ContactEntity } from './contact.entity.js';
import type { ConsentChange } from './contacts.inputs.js';

/** Most changes of one person that are read. */
const MOST_READ = 200;

/** Everything that people said of marketing, also what does not hold any more. It goes with the person. */
@Injectable()
export class ConsentHistory {
  constructor(
    @InjectWhatsAppRepository(ContactConsentEntity) private readonly consents: Repository<ContactConsentEntity>,
    dependents: ContactDependents,
  ) {
    dependents.add({
      merge: (from, into) => this.#move(from, into),
      erase: async ({ id }) => {
        if (id !== null) await this.consents.delete({ contactId: id });
      },
    });
  }

  /** Notes what people said, once each: webhooks come again. The contacts are locked. */
  *note(contacts: readonly ContactEntity[], said: Omit<ConsentChange, 'recordedAt'>): Statements<void> {
    if (contacts.length === 0) return;
    const { consent, source, saidAt } = said;
    const where = {
      contactId: inList(
        this.consents,
        contacts.map(({ id }) => id),
      ),
      saidAt,
      consent,
    };
    const known = new Set((yield* selectEntities(this.consents, where)).map(({ contactId }) => contactId));
    const rows = contacts
      .filter(({ id }) => !known.has(id))
      .map(({ id, workspaceId }) => ({ contactId: id, workspaceId }));
    if (rows.length === 0) return;
    const enteredBy = truncateForColumn(said.enteredBy, 255);
    yield* change(insertRows(this.consents, rows, { consent, source, enteredBy, saidAt, recordedAt: new Date() }));
  }

  /** What a person said, the latest first. */
  async of(contactId: number): Promise<ConsentChange[]> {
    const rows = await this.consents.find({
      where: { contactId },
      order: { saidAt: 'DESC', id: 'DESC' },
      take: MOST_READ,
    });
    return rows.map(({ consent, source, enteredBy, saidAt, recordedAt }) => ({
      consent,
      source,
      enteredBy,
      saidAt,
      recordedAt,
    }));
  }

  *#move(from: number, into: number): Statements<void> {
    yield* change(this.consents.createQueryBuilder().update().set({ contactId: into }).where({ contactId: from }));
  }
}
