import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContactPlan, type Ownership, type ContactReport } from '../../lib/contacts/contact-plan.js';
import { identitiesOf } from '../../lib/contacts/reported-contact.js';

const second = (count: number): Date => new Date(1_790_000_000_000 + count * 1_000);

/** People who have numbers one after the other, each with a user id of its own for each number that they have. */
interface Life {
  readonly reports: readonly ContactReport[];
}

/**
 * Two numbers change hands: each of a few people has one of them for a while, is seen with it, and moves on to a number of their own, of which
 * Meta reports most.
 */
const anyLife = fc
  .array(
    fc.record({
      number: fc.nat({ max: 1 }),
      seen: fc.integer({ min: 1, max: 3 }),
      isReported: fc.boolean(),
      hasParent: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((owners): Life => {
    const reports: ContactReport[] = [];
    for (const [index, { number, seen, isReported, hasParent }] of owners.entries()) {
      const from = index * 100;
      const phone = `491511234567${number}`;
      const [userId, next] = [`DE.${index}a`, `DE.${index}b`];
      const [parentUserId, nextParent] = hasParent ? [`DE.ENT.${index}a`, `DE.ENT.${index}b`] : [];
      for (let turn = 0; turn < seen; turn += 1) {
        // Parents are not in every report, and some reports have nothing else.
        const parent = turn === 1 ? {} : { parentUserId };
        reports.push({ now: { phone, userId, ...parent, at: second(from + turn) } });
      }
      if (hasParent) reports.push({ now: { parentUserId, at: second(from + 5) } });
      if (isReported) {
        const now = { phone: `491519999999${index}`, userId: next, parentUserId: nextParent, at: second(from + 50) };
        reports.push({ now, former: { phone, userId, parentUserId } });
      }
      reports.push({
        now: { phone: `491519999999${index}`, userId: isReported ? next : `DE.${index}c`, at: second(from + 60) },
      });
    }
    return { reports };
  });

/** Who owns what when, by the identities that one person has. */
function ownersAfter(reports: readonly ContactReport[], batch: number): string[] {
  let stored: Ownership[] = [];
  let last = 0;
  for (let from = 0; from < reports.length; from += batch) {
    const plan = new ContactPlan(stored);
    for (const report of reports.slice(from, from + batch)) plan.see(report);
    const ids = new Map<number, number>();
    stored = [...plan.times.values()].flat().map((time) => {
      if (time.contactId > 0) return time;
      if (!ids.has(time.contactId)) ids.set(time.contactId, (last += 1));
      return { ...time, contactId: ids.get(time.contactId) ?? 0 };
    });
  }
  const byContact = new Map<number, string[]>();
  for (const { contactId, identity, since, until } of stored) {
    const time = `${identity} ${since.getTime()}-${until?.getTime() ?? ''}`;
    byContact.set(contactId, [...(byContact.get(contactId) ?? []), time]);
  }
  return [...byContact.values()].map((times) => times.toSorted().join(', ')).toSorted();
}

const isInOrder = (times: readonly Ownership[]): boolean =>
  times.every(({ since, until }, index) => {
    const next = times[index + 1];
    return until === null ? !next : since < until && (!next || until <= next.since);
  });

describe('who owns a number at which time', () => {
  it('is the same in whatever order, and however often, webhooks report it', () => {
    const anyRun = anyLife.chain(({ reports }) =>
      fc.record({
        reports: fc.constant(reports),
        shuffled: fc
          .tuple(fc.shuffledSubarray([...reports], { minLength: reports.length }), fc.shuffledSubarray([...reports]))
          .map((parts) => parts.flat()),
        batch: fc.integer({ min: 1, max: 5 }),
      }),
    );
    fc.assert(
      fc.property(anyRun, ({ reports, shuffled, batch }) => {
        expect(ownersAfter(shuffled, batch).join('\n')).toBe(ownersAfter(reports, 1).join('\n'));
      }),
      { numRuns: 500 },
    );
  });

  it('is one contact at a time', () => {
    const identity = fc.constantFrom('4915112345670', '4915112345671', '4915112345672');
    const person = fc
      .record({
        phone: fc.option(identity, { nil: undefined }),
        userId: fc.option(fc.constantFrom('DE.1', 'DE.2', 'DE.3'), { nil: undefined }),
        parentUserId: fc.option(fc.constantFrom('DE.ENT.1', 'DE.ENT.2'), { nil: undefined }),
        at: fc.nat({ max: 20 }).map(second),
      })
      .filter((now) => identitiesOf(now).length > 0);
    const report = fc.record({ now: person, former: fc.option(person, { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 15 }), (reports) => {
        const plan = new ContactPlan([]);
        for (const one of reports) plan.see(one);
        const inTwoHands = [...plan.times.values()].filter((times) => !isInOrder(times));
        expect(inTwoHands).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('cannot be computed without number and id', () => {
    expect(() => new ContactPlan([]).see({ now: { profileName: 'Ana' } })).toThrow(TypeError);
  });
});
