import { And, type FindOperator, LessThan, MoreThanOrEqual } from 'typeorm';
import type { Ownership } from './contact-plan.js';
import type { ContactIdentityEntity } from './contact-identity.entity.js';

/** Moments of a time in which an identity is a contact's. */
export function within({ since, until }: Pick<ContactIdentityEntity, 'since' | 'until'>): FindOperator<Date> {
  return until === null ? MoreThanOrEqual(since) : And(MoreThanOrEqual(since), LessThan(until));
}

/** Groups ownership times by contact. */
export function timesByContact<Time extends Ownership>(times: readonly Time[]): Map<number, Time[]> {
  const owned = new Map<number, Time[]>();
  for (const time of times) owned.set(time.contactId, [...(owned.get(time.contactId) ?? []), time]);
  return owned;
}
