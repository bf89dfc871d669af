import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, IsNull, Repository, type SelectQueryBuilder, Brackets, type ObjectLiteral } from 'typeorm';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { dialectOf, LIKE_ESCAPE, likePart } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { type ValidationProblem, ValidationError } from '../errors.js';
import { cursorOf, pageLimit, type Position, readCursor } from '../keyset-page.js';
import { pageProblems } from '../page-problems.js';
import { isRowId } from '../identifier.js';
import { NO_ID, NO_COMMA } from './contact-fields.js';
import { ContactEntity } from './contact.entity.js';
import { viewOfContact, type WhatsAppContact } from './contact.view.js';
import type { BrowseContacts, BrowsedContacts, ContactFilters, ContactPage, ListContacts } from './contacts.inputs.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import { canonicalPhone, isUserId } from './reported-contact.js';

/** Reads pages of a workspace's contacts. */
@Injectable()
export class ContactList {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
  ) {}

  /** @throws ValidationError */
  async read(workspaceId: number, { page = 1, pageSize = 20, ...filters }: ListContacts): Promise<ContactPage> {
    const [items, total] = await this.#query(workspaceId, filters, pageProblems(page, pageSize))
      .offset((page - 1) * pageSize)
      .limit(pageSize)
      .getManyAndCount();
    return { items: items.map(viewOfContact), total };
  }

  /** @throws ValidationError */
  async browse(workspaceId: number, { cursor, limit, ...filters }: BrowseContacts): Promise<BrowsedContacts> {
    const before = readCursor(cursor, 'cursor');
    const most = pageLimit(limit);
    const rows = await this.#from(this.#query(workspaceId, filters), before)
      .limit(most + 1)
      .getMany();
    const items = rows.slice(0, most);
    return { items: items.map(viewOfContact), nextCursor: rows.length > most ? cursorAfter(items) : null };
  }

  /** All of them, newest first, whatever their number: some are read at a time. @throws ValidationError */
  async *all(
    workspaceId: number,
    filters: Omit<ContactFilters, 'workspace'>,
  ): AsyncGenerator<WhatsAppContact, void, undefined> {
    for (let before: Position | undefined; ;) {
      const rows = await this.#from(this.#query(workspaceId, filters), before).limit(READ_AT_ONCE).getMany();
      yield* rows.map(viewOfContact);
      const last = rows.at(-1);
      if (!last || rows.length < READ_AT_ONCE) return;
      before = { at: last.createdAt, id: last.id };
    }
  }

  #from(query: SelectQueryBuilder<ContactEntity>, before: Position | undefined): SelectQueryBuilder<ContactEntity> {
    if (!before) return query;
    return query
      .andWhere('contact.createdAt <= :beforeAt', { beforeAt: before.at.getTime() })
      .andWhere('(contact.createdAt < :beforeAt OR contact.id < :beforeId)', { beforeId: before.id });
  }

  /** @throws ValidationError with these problems, too */
  #query(
    workspaceId: number,
    { search, type, group, sourceId, statusId, assignedId, userCountry, consent, isBlocked }: ContactFilters,
    further: readonly ValidationProblem[] = [],
  ): SelectQueryBuilder<ContactEntity> {
    const filters = Object.fromEntries(
      Object.entries({ type, sourceId, statusId, assignedId }).filter(([, value]) => value !== undefined),
    );
    const problems = [
      ...further,
      ...(group?.includes(',') ? [{ path: 'group', message: NO_COMMA }] : []),
      ...idProblems({ sourceId, statusId, assignedId }),
      ...(userCountry === undefined || COUNTRY.test(userCountry) ? [] : [NO_COUNTRY]),
      ...(consent === undefined || isConsent(consent) ? [] : [NO_CONSENT]),
    ];
    if (problems.length > 0) throw new ValidationError(problems);
    const query = this.contacts
      .createQueryBuilder('contact')
      .where({ ...filters, workspaceId, erasedAt: IsNull(), deletedAt: IsNull() });
    if (search?.trim()) searchContacts(query, { workspaceId, search, isFiledSearched: true });
    if (userCountry !== undefined) ofCountry(query, userCountry);
    if (group?.trim()) inGroup(this.dataSource, query, group.trim());
    if (consent !== undefined) query.andWhere(OF_CONSENT[consent]);
    if (isBlocked !== undefined) query.andWhere(`contact.blockedAt IS ${isBlocked ? 'NOT ' : ''}NULL`);
    return query.orderBy('contact.createdAt', 'DESC').addOrderBy('contact.id', 'DESC');
  }
}

const cursorAfter = (items: readonly ContactEntity[]): string | null => {
  const last = items.at(-1);
  return last ? cursorOf({ at: last.createdAt, id: last.id }) : null;
};

/** Rows that one statement of `all` reads. */
const READ_AT_ONCE = 500;

const OF_CONSENT = {
  opted_in: 'contact.consentAt IS NOT NULL AND contact.optedOutAt IS NULL',
  opted_out: 'contact.optedOutAt IS NOT NULL',
  unknown: 'contact.consentAt IS NULL AND contact.optedOutAt IS NULL',
} as const satisfies Record<NonNullable<ContactFilters['consent']>, string>;

const isConsent = (consent: string): boolean => Object.hasOwn(OF_CONSENT, consent);

const NO_CONSENT = { path: 'consent', message: `must be one of ${Object.keys(OF_CONSENT).join(', ')}.` };

/** Keeps the rows of contacts (alias `contact`) that are in a group. */
export function inGroup(dataSource: DataSource, query: SelectQueryBuilder<ContactEntity>, group: string): void {
  query.andWhere(`${PLACES[dialectOf(dataSource)]} > 0`, { group: JSON.stringify(group) });
}

/** Where a name in quotes is in the list of groups, which is JSON: whatever else is between quotes there has its own escaped. */
const PLACES = {
  postgres: 'strpos(contact.groups, :group)',
  mysql: 'instr(contact.groups, :group)',
  sqlite: 'instr(contact.groups, :group)',
} as const;

const idProblems = (ids: Readonly<Record<string, unknown>>): ValidationProblem[] =>
  Object.entries(ids).flatMap(([path, id]) => (id === undefined || isRowId(id) ? [] : [{ path, message: NO_ID }]));

const COUNTRY = /^[A-Z]{2}$/;

const NO_COUNTRY = { path: 'userCountry', message: 'must be two capital letters of ISO 3166-1, such as "BR".' };

/** Keeps the rows of contacts with a user id of a country. */
function ofCountry(query: SelectQueryBuilder<ContactEntity>, country: string): void {
  query.andWhere('COALESCE(contact.userId, contact.parentUserId) LIKE :ofCountry', { ofCountry: `${country}.%` });
}

const NAMES = ['profileName', 'username', 'firstName', 'lastName'] as const;

/** What a search looks into besides names and numbers. */
const FILED = ['email', 'company'] as const;

/** Words beyond these do not narrow a search down. */
const MOST_WORDS = 5;

/** What is searched, and where. */
interface ContactSearch {
  readonly workspaceId: number;
  readonly search: string;
  /** Whether emails and companies are looked into, too. */
  readonly isFiledSearched?: boolean;
}

/**
 * Keeps the rows with a contact, aliased as `contact`, that has the number, a part of it, the user id, or every word in their
 * names; a username may be written with `@`.
 */
export function searchContacts(
  query: SelectQueryBuilder<ObjectLiteral>,
  { workspaceId, search, isFiledSearched = false }: ContactSearch,
): void {
  const text = search.replaceAll('\0', '').trim();
  const words = text
    .split(/\s+/)
    .map((word) => word.replace(/^@/, ''))
    .filter(Boolean)
    .slice(0, MOST_WORDS);
  if (words.length === 0) return;
  const names = isFiledSearched ? [...NAMES, ...FILED] : NAMES;
  const digits = search.replace(/[\s+().-]/g, '');
  query.andWhere(
    new Brackets((found) => {
      found.where(
        new Brackets((named) => {
          for (const [index, word] of words.entries()) named.andWhere(nameLike(names, word, index));
        }),
      );
      const isNumber = /^\d{1,32}$/.test(digits);
      if (!isNumber && !isUserId(text)) return;
      if (isNumber) found.orWhere(`contact.phone LIKE :digits ${LIKE_ESCAPE}`, { digits: likePart(digits) });
      const identities = query
        .subQuery()
        .select('identity.contactId')
        .from(ContactIdentityEntity, 'identity')
        .where('identity.workspaceId = :workspaceId', { workspaceId })
        .andWhere('identity.identity = :identity', { identity: isNumber ? canonicalPhone(digits) : text });
      found.orWhere(`contact.id IN ${identities.getQuery()}`, identities.getParameters());
    }),
  );
}

/** In several spellings: some databases know capitals of the English alphabet alone. */
function nameLike(names: readonly string[], word: string, index: number): Brackets {
  const lower = word.toLowerCase();
  const spellings = [...new Set([word, lower, lower.replace(/^./u, (first) => first.toUpperCase())])];
  return new Brackets((like) => {
    for (const name of names) {
      like.orWhere(`LOWER(contact.${name}) LIKE :lower_${index} ${LIKE_ESCAPE}`, {
        [`lower_${index}`]: likePart(lower),
      });
      for (const [at, spelling] of spellings.entries()) {
        const parameter = `spelling_${index}_${at}`;
        like.orWhere(`contact.${name} LIKE :${parameter} ${LIKE_ESCAPE}`, { [parameter]: likePart(spelling) });
      }
    }
  });
}
