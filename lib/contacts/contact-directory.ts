import { Injectable, Inject } from '@nestjs/common';
import { Repository, type DataSource } from 'typeorm';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { ConcurrentChangeError, retryOnConflict } from '../store/retry.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import { ALWAYS, ownerAt, type ContactReport } from './contact-plan.js';
import type { ContactIdentity } from './contacts.inputs.js';
import { ContactRecognition } from './contact-recognition.js';
import { ContactEntity } from './contact.entity.js';
import { identityOf, isPhone, type ReportedContact, spellingsOf } from './reported-contact.js';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import type { Statements } from '../store/statement.js';
import { ContactRows } from './contact-rows.js';

/** Under what messages to and from a contact are stored. */
export interface NumbersOfContact {
  /** Digits, in every spelling. */
  readonly phones: readonly string[];
  readonly userIds: readonly string[];
}

/** A number of a contact, and when it was theirs. */
export interface NumberTime {
  /** Its digits, in every spelling. */
  readonly phones: readonly string[];
  readonly since: Date;
  /** Null while it is theirs. */
  readonly until: Date | null;
}

/** Who is who: one contact for each person of a workspace, by whatever number or user id they are seen. */
@Injectable()
export class ContactDirectory {
  constructor(
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    private readonly recognition: ContactRecognition,
  ) {}

  /**
   * The contacts of people who were seen, made where there is none, with what is new about them. Two contacts that turn out
   * to be the same person become one.
   * @returns a contact for each of them, in the same order
   * @throws TypeError when someone has neither a number nor an id
   */
  ensure(workspaceId: number, people: readonly ReportedContact[]): Promise<ContactEntity[]> {
    return this.#ensure(
      workspaceId,
      people.map((now) => ({ now })),
    );
  }

  /**
   * Makes a person's new number or user id theirs from a moment on (`to.at`). Until then the old number is theirs, under which
   * their earlier messages are stored; whoever is seen with it later is another person.
   */
  async changeNumber(workspaceId: number, from: ReportedContact, to: ReportedContact): Promise<ContactEntity> {
    const [contact] = await this.#ensure(workspaceId, [{ now: to, former: from }]);
    if (!contact) throw new Error('The contact is gone.');
    return contact;
  }

  /**
   * @param phoneOrUserId a number's digits in any spelling, or a business-scoped user id
   * @param at when it was theirs
   */
  async find(workspaceId: number, phoneOrUserId: string, at = new Date()): Promise<ContactEntity | null> {
    const identity = identityOf(phoneOrUserId);
    const owner = ownerAt(await this.identities.findBy({ workspaceId, identity }), at);
    return owner ? this.contacts.findOneBy({ id: owner.contactId }) : null;
  }

  /** By row id of the contact: from when until when messages under a number, in each of its spellings, are to or from them. */
  async timesOf(contacts: readonly Pick<ContactEntity, 'id'>[]): Promise<ReadonlyMap<number, readonly NumberTime[]>> {
    const ids = contacts.map(({ id }) => id);
    const rows = ids.length === 0 ? [] : await this.identities.findBy({ contactId: inList(this.identities, ids) });
    return new Map(
      ids.map((id) => [
        id,
        rows
          .filter(({ contactId, identity }) => contactId === id && isPhone(identity))
          .map(({ identity, since, until }) => ({ phones: spellingsOf(identity), since, until })),
      ]),
    );
  }

  /** By row id of the contact. */
  async numbersOf(contacts: readonly Pick<ContactEntity, 'id'>[]): Promise<ReadonlyMap<number, NumbersOfContact>> {
    const ids = contacts.map(({ id }) => id);
    const rows = ids.length === 0 ? [] : await this.identities.findBy({ contactId: inList(this.identities, ids) });
    return new Map(
      ids.map((id) => {
        const own = rows.filter(({ contactId }) => contactId === id).map(({ identity }) => identity);
        const phones = own.filter(isPhone).flatMap(spellingsOf);
        return [id, { phones, userIds: own.filter((identity) => !isPhone(identity)) }];
      }),
    );
  }

  /** Everything that a contact is and was known by, the present first. */
  async identitiesOf({ id }: Pick<ContactEntity, 'id'>): Promise<ContactIdentity[]> {
    const rows = await this.identities.findBy({ contactId: id });
    return rows
      .map(({ identity, since, until, seenAt }) => ({
        identity,
        kind: isPhone(identity) ? ('phone' as const) : ('user_id' as const),
        since: since.getTime() === ALWAYS.getTime() ? null : since,
        until,
        seenAt,
      }))
      .toSorted(
        (a, b) => Number(b.until ?? Infinity) - Number(a.until ?? Infinity) || Number(b.seenAt) - Number(a.seenAt),
      );
  }

  async #ensure(workspaceId: number, reports: readonly ContactReport[]): Promise<ContactEntity[]> {
    if (reports.length === 0) return [];
    const at = new Date();
    const dated = reports.map(({ now, former }) => ({ now: { ...now, at: now.at ?? at }, former }));
    const people = dated.map(({ now }) => now);
    const isChange = reports.some(({ former }) => former !== undefined);
    const known = isChange ? undefined : await this.recognition.knownOf(workspaceId, people);
    if (known) return known;
    return retryOnConflict(async () => {
      await this.recognition.settle(workspaceId, dated);
      const found = await this.recognition.knownOf(workspaceId, people);
      if (!found) throw new ConcurrentChangeError('The contacts changed while they were looked up.');
      return found;
    });
  }
}

/** Changes the contacts of people who were seen, whatever others make of those contacts meanwhile. */
@Injectable()
export class ReportedContacts {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly directory: ContactDirectory,
    private readonly rows: ContactRows,
  ) {}

  /**
   * @param change of the locked contacts, each of them once; it may be asked again
   * @returns what it returned
   */
  async change<Result>(
    workspaceId: number,
    people: readonly ReportedContact[],
    change: (contacts: readonly ContactEntity[]) => Statements<Result>,
  ): Promise<Result> {
    const { rows } = this;
    return retryOnConflict(async () => {
      const seen = await this.directory.ensure(workspaceId, people);
      const ids = [...new Set(seen.map(({ id }) => id))];
      return runInTransaction(this.dataSource, function* () {
        const contacts = (yield* rows.lock(ids)).filter(({ erasedAt }) => erasedAt === null);
        if (contacts.length < ids.length) throw new ConcurrentChangeError('The contacts were merged or erased.');
        return yield* change(contacts);
      });
    });
  }
}
