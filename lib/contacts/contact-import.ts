import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { type ValidationProblem, ValidationError } from '../errors.js';
import { ContactCategoryRows } from './contact-category-rows.js';
import { ContactFiling } from './contact-changes.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import { ownerAt } from './contact-plan.js';
import { ContactReading, type ReadContact, type ReadUser } from './contact-reading.js';
import { ContactEntity } from './contact.entity.js';
import { ContactEmailTakenError } from './contacts.errors.js';
import type {
  ContactImportProblem,
  ContactImportReport,
  ContactImportRow,
  ImportContactsInput,
} from './contacts.inputs.js';
import { MarketingConsents } from './marketing-consents.js';
import { identityOf } from './reported-contact.js';

/** Most rows of an import, if it does not say otherwise: the numbers of all are remembered, so that none comes twice. */
const MOST_ROWS = 100_000;

/** Most problems that a report names; the others are counted. */
const MOST_PROBLEMS = 100;

/** Rows that are looked at together. */
const BATCH_SIZE = 200;

/** Contacts that are stored at the same time. */
const CONCURRENCY = 4;

/** What can be filed, and which row of the list it is. */
interface ReadRow {
  readonly number: number;
  readonly identity: string;
  readonly read: ReadContact | ReadUser;
  readonly consent: ContactImportRow['consent'];
}

type Settled = 'created' | 'updated' | readonly ValidationProblem[];

/** Files a list of people, each as a contact of their own: one row that cannot be does not keep the others from it. */
@Injectable()
export class ContactImport {
  constructor(
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    private readonly reading: ContactReading,
    private readonly filing: ContactFiling,
    private readonly categories: ContactCategoryRows,
    private readonly consents: MarketingConsents,
  ) {}

  /**
   * @returns what it has come to, again and again; the last one is of all rows
   * @throws ValidationError when there are more rows than may be; those before are filed then
   */
  async *run(
    workspaceId: number,
    { rows, isDryRun = false, maxRows = MOST_ROWS, enteredBy }: Omit<ImportContactsInput, 'workspace'>,
  ): AsyncGenerator<ContactImportReport, void, undefined> {
    const report = new Report(isDryRun);
    const known = { identities: new Map<string, number>(), emails: new Map<string, number>() };
    let batch: ReadRow[] = [];
    const settle = async () => {
      const ready = batch;
      batch = [];
      if (isDryRun) await this.#foresee(workspaceId, ready, report);
      else await this.#file(workspaceId, ready, { report, enteredBy });
    };
    for await (const row of rows) {
      if (report.rows === maxRows) {
        await settle();
        throw new ValidationError([
          {
            path: 'rows',
            message: `must be at most ${maxRows}. Those before were read; import the others by themselves.`,
          },
        ]);
      }
      const number = row.row ?? report.rows + 1;
      report.rows += 1;
      const read = this.#read(row, number, known);
      if ('problems' in read) report.add(number, read.problems);
      else batch.push(read);
      if (batch.length < BATCH_SIZE) continue;
      await settle();
      yield report.present();
    }
    await settle();
    yield report.present();
  }

  /** Remembers the person that the row names: the next row that names them is a mistake. */
  #read(
    { unreadable, consent, ...given }: ContactImportRow,
    number: number,
    known: Record<'identities' | 'emails', Map<string, number>>,
  ): ReadRow | { readonly problems: readonly ValidationProblem[] } {
    if (unreadable !== undefined) return { problems: [{ path: '', message: unreadable }] };
    try {
      const { phone, userId, ...fields } = given;
      const read = this.reading.toSave(userId ? { ...fields, userId } : { ...fields, phone: phone ?? '' });
      const identity = identityOf(read.phone ?? read.userId);
      const { emailKey } = read.fields;
      const problems = [
        ...repeated('phone', known.identities.get(identity)),
        ...(emailKey ? repeated('email', known.emails.get(emailKey)) : []),
      ];
      if (problems.length > 0) return { problems };
      known.identities.set(identity, number);
      if (emailKey) known.emails.set(emailKey, number);
      return { number, identity, read, consent };
    } catch (error) {
      if (error instanceof ValidationError) return error;
      throw error;
    }
  }

  /** What filing the rows would end in, by three statements for all of them. */
  async #foresee(workspaceId: number, rows: readonly ReadRow[], report: Report): Promise<void> {
    if (rows.length === 0) return;
    const owners = await this.#ownersOf(workspaceId, rows);
    const emails = rows.flatMap(({ read }) => read.fields.emailKey ?? []);
    const writers =
      emails.length === 0 ? [] : await this.contacts.findBy({ workspaceId, emailKey: inList(this.contacts, emails) });
    for (const { number, identity, read } of rows) {
      const owner = owners.get(identity);
      const { fields } = read;
      const writer = fields.emailKey && writers.find(({ emailKey }) => emailKey === fields.emailKey);
      const problems = [
        ...(writer && writer.id !== owner?.id ? [EMAIL_TAKEN] : []),
        ...(await this.categories.problemsOf(workspaceId, fields)),
      ];
      if (problems.length > 0) report.add(number, problems);
      else report.count(owner && owner.deletedAt === null ? 'updated' : 'created');
    }
  }

  async #ownersOf(workspaceId: number, rows: readonly ReadRow[]): Promise<ReadonlyMap<string, ContactEntity>> {
    const now = new Date();
    const names = rows.map(({ identity }) => identity);
    const times = await this.identities.findBy({ workspaceId, identity: inList(this.identities, names) });
    const present = names.flatMap(
      (name) =>
        ownerAt(
          times.filter(({ identity }) => identity === name),
          now,
        ) ?? [],
    );
    const ids = present.map(({ contactId }) => contactId);
    const found = ids.length === 0 ? [] : await this.contacts.findBy({ id: inList(this.contacts, ids) });
    const byId = new Map(found.map((contact) => [contact.id, contact]));
    return new Map(
      present.flatMap(({ identity, contactId }) => {
        const owner = byId.get(contactId);
        return owner ? [[identity, owner] as const] : [];
      }),
    );
  }

  async #file(
    workspaceId: number,
    rows: readonly ReadRow[],
    { report, enteredBy }: { readonly report: Report; readonly enteredBy: string | undefined },
  ): Promise<void> {
    const waiting = rows[Symbol.iterator]();
    const work = async () => {
      for (const row of waiting) {
        const settled = await this.#save(workspaceId, row, enteredBy);
        if (typeof settled === 'string') report.count(settled);
        else report.add(row.number, settled);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  }

  async #save(workspaceId: number, { read, consent }: ReadRow, enteredBy: string | undefined): Promise<Settled> {
    try {
      const { contact, isNew } = await this.filing.save(workspaceId, read);
      // Said again, it would be news of today about what someone said long ago.
      if (consent !== undefined && consent !== consentOf(contact)) {
        const seen = read.phone === undefined ? { userId: read.userId } : { phone: read.phone };
        if (consent === 'opted_in') await this.consents.optIn(workspaceId, [seen], 'api', new Date(), enteredBy);
        else await this.consents.optOut(workspaceId, [seen], 'api', new Date(), enteredBy);
      }
      return isNew ? 'created' : 'updated';
    } catch (error) {
      if (error instanceof ValidationError) return error.problems;
      if (error instanceof ContactEmailTakenError) return [EMAIL_TAKEN];
      throw error;
    }
  }
}

const EMAIL_TAKEN: ValidationProblem = { path: 'email', message: 'is another contact’s already.' };

const repeated = (path: string, row: number | undefined): ValidationProblem[] =>
  row === undefined ? [] : [{ path, message: `is that of row ${row}, too.` }];

function consentOf({ consentAt, optedOutAt }: ContactEntity): ContactImportRow['consent'] {
  if (optedOutAt !== null) return 'opted_out';
  return consentAt === null ? undefined : 'opted_in';
}

/** What an import has come to so far. */
class Report {
  rows = 0;
  #failed = 0;
  readonly #counts = { created: 0, updated: 0 };
  readonly #problems: ContactImportProblem[] = [];
  #further = 0;

  constructor(private readonly isDryRun: boolean) {}

  count(as: 'created' | 'updated'): void {
    this.#counts[as] += 1;
  }

  add(row: number, problems: readonly ValidationProblem[]): void {
    this.#failed += 1;
    for (const { path, message } of problems) {
      if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ row, path, message });
      else this.#further += 1;
    }
  }

  present(): ContactImportReport {
    const { isDryRun, rows } = this;
    const problems = this.#problems.toSorted((a, b) => a.row - b.row);
    return { isDryRun, rows, ...this.#counts, failed: this.#failed, problems, furtherProblems: this.#further };
  }
}
