import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seenContacts, type Sighting } from '../../lib/contacts/contact-plan.js';

const phone = fc.integer({ min: 0, max: 5 }).map((index) => `491511234567${index}`);
const userId = fc.integer({ min: 0, max: 5 }).map((index) => `DE.${index}`);
const sighting = fc
  .record({ phone: fc.option(phone, { nil: undefined }), userId: fc.option(userId, { nil: undefined }) })
  .filter((now) => now.phone !== undefined || now.userId !== undefined)
  .map((now) => ({ now }));
const known = fc
  .array(fc.tuple(fc.oneof(phone, userId), fc.integer({ min: 1, max: 4 })), { maxLength: 6 })
  .map((pairs) => new Map(pairs));

/** Who was taken for the same person, as sets of what they showed. */
const partition = (sightings: readonly Sighting[], contacts: ReadonlyMap<string, number>) =>
  [...new Set(seenContacts(sightings, contacts))]
    .map(({ identities, contactIds }) => [[...identities].toSorted(), [...contactIds].toSorted((a, b) => a - b)])
    .toSorted((a, b) => (String(a) < String(b) ? -1 : 1));

describe('people who were seen', () => {
  it('are told apart the same way in whatever order they were seen', () => {
    fc.assert(
      fc.property(
        fc.array(sighting, { maxLength: 12 }),
        known,
        fc.infiniteStream(fc.nat()),
        (seen, contacts, order) => {
          const shuffled = seen
            .map((one) => ({ one, place: order.next().value ?? 0 }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ one }) => one);
          expect(partition(shuffled, contacts)).toEqual(partition(seen, contacts));
          expect(seenContacts(seen, contacts)).toHaveLength(seen.length);
        },
      ),
    );
  });

  it('cannot be told from others without number and id', () => {
    expect(() => seenContacts([{ now: { profileName: 'Ana' } }], new Map())).toThrow(TypeError);
  });
});
