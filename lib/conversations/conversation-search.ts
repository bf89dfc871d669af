import { Brackets, type SelectQueryBuilder } from 'typeorm';
import { ContactIdentityEntity } from '../contacts/contact-identity.entity.js';
import { canonicalPhone } from '../contacts/phone-spellings.js';
import type { ConversationEntity } from './conversation.entity.js';

const NAMES = ['profileName', 'firstName', 'lastName'] as const;

/** Words beyond these do not narrow a search down. */
const MOST_WORDS = 5;

/** Keeps the conversations whose contact, joined as `contact`, has the number, a part of it, or every word in their names. */
export function searchFor(query: SelectQueryBuilder<ConversationEntity>, search: string): void {
  const words = search.replaceAll('\0', '').trim().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  if (words.length === 0) return;
  const digits = search.replace(/[\s+().-]/g, '');
  query.andWhere(
    new Brackets((found) => {
      found.where(
        new Brackets((named) => {
          for (const [index, word] of words.entries()) named.andWhere(nameLike(word, index));
        }),
      );
      if (!/^\d{1,32}$/.test(digits)) return;
      found.orWhere(`contact.phone LIKE :digits ${ESCAPED}`, { digits: partOf(digits) });
      const identities = query
        .subQuery()
        .select('identity.contactId')
        .from(ContactIdentityEntity, 'identity')
        .where('identity.workspaceId = conversation.workspaceId')
        .andWhere('identity.identity = :identity', { identity: canonicalPhone(digits) });
      found.orWhere(`conversation.contactId IN ${identities.getQuery()}`, identities.getParameters());
    }),
  );
}

const ESCAPED = "ESCAPE '!'";

const partOf = (text: string): string => `%${text.replace(/[!%_]/g, '!$&')}%`;

/** In several spellings: some databases know capitals of the English alphabet alone. */
function nameLike(word: string, index: number): Brackets {
  const lower = word.toLowerCase();
  const spellings = [...new Set([word, lower, lower.replace(/^./u, (first) => first.toUpperCase())])];
  return new Brackets((like) => {
    for (const name of NAMES) {
      like.orWhere(`LOWER(contact.${name}) LIKE :lower_${index} ${ESCAPED}`, { [`lower_${index}`]: partOf(lower) });
      for (const [at, spelling] of spellings.entries()) {
        const parameter = `spelling_${index}_${at}`;
        like.orWhere(`contact.${name} LIKE :${parameter} ${ESCAPED}`, { [parameter]: partOf(spelling) });
      }
    }
  });
}
