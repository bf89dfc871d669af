import { Brackets, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import { canonicalPhone } from './phone-spellings.js';

const NAMES = ['profileName', 'firstName', 'lastName'] as const;

/** What a search looks into beside names and numbers. */
const FILED = ['email', 'company'] as const;

/** Words beyond these do not narrow a search down. */
const MOST_WORDS = 5;

/** What is searched, and where. */
export interface ContactSearch {
  readonly workspaceId: number;
  readonly search: string;
  /** Whether emails and companies are looked into, too. */
  readonly isFiledSearched?: boolean;
}

/** Keeps the rows whose contact, aliased as `contact`, has the number, a part of it, or every word in their names. */
export function searchContacts(
  query: SelectQueryBuilder<ObjectLiteral>,
  { workspaceId, search, isFiledSearched = false }: ContactSearch,
): void {
  const words = search.replaceAll('\0', '').trim().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
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
      if (!/^\d{1,32}$/.test(digits)) return;
      found.orWhere(`contact.phone LIKE :digits ${ESCAPED}`, { digits: partOf(digits) });
      const identities = query
        .subQuery()
        .select('identity.contactId')
        .from(ContactIdentityEntity, 'identity')
        .where('identity.workspaceId = :workspaceId', { workspaceId })
        .andWhere('identity.identity = :identity', { identity: canonicalPhone(digits) });
      found.orWhere(`contact.id IN ${identities.getQuery()}`, identities.getParameters());
    }),
  );
}

const ESCAPED = "ESCAPE '!'";

const partOf = (text: string): string => `%${text.replace(/[!%_]/g, '!$&')}%`;

/** In several spellings: some databases know capitals of the English alphabet alone. */
function nameLike(names: readonly string[], word: string, index: number): Brackets {
  const lower = word.toLowerCase();
  const spellings = [...new Set([word, lower, lower.replace(/^./u, (first) => first.toUpperCase())])];
  return new Brackets((like) => {
    for (const name of names) {
      like.orWhere(`LOWER(contact.${name}) LIKE :lower_${index} ${ESCAPED}`, { [`lower_${index}`]: partOf(lower) });
      for (const [at, spelling] of spellings.entries()) {
        const parameter = `spelling_${index}_${at}`;
        like.orWhere(`contact.${name} LIKE :${parameter} ${ESCAPED}`, { [parameter]: partOf(spelling) });
      }
    }
  });
}
