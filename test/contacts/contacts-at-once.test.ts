import { ContactEntity, ContactsService, WhatsAppError } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ContactDirectory } from '../../lib/contacts/contact-directory.js';
import { ContactIdentityEntity } from '../../lib/contacts/contact-identity.entity.js';
import { MarketingConsents } from '../../lib/contacts/marketing-consents.js';
import { identityOf } from '../../lib/contacts/reported-contact.js';
import { ConversationOpenings } from '../../lib/conversations/conversation-rows.js';
import { ConversationEntity } from '../../lib/conversations/conversation.entity.js';
import { WorkspacesService } from '../../lib/accounts/workspaces.service.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';

const NUMBERS = ['5491140000001', '541140000001', '5491140000002', '4915110000003', '4915110000004'];

/** Numbers that look random, and are the same every time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * sides);
  };
}

/** Numbers that keep their owner. */
const STEADY = ['4915100000091', '4915100000092'];

describeEachDatabase('contacts changed by many at once', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;

  beforeAll(async () => {
    fresh = await database.create();
    app = await TestApp.start({ database: fresh.options });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await fresh.drop();
  });

  it('stay one for each number, nothing hangs on one that is gone, and no opt-out is lost', async () => {
    const contacts = app.get(ContactsService);
    const workspaceId = await app.get(WorkspacesService).idOf();
    const roll = dice(7);
    const phone = () => NUMBERS[roll(NUMBERS.length)] ?? '';
    const anyId = async () => {
      const { items } = await contacts.list({ pageSize: 100 });
      return items.filter((contact) => !STEADY.includes(contact.phone ?? '')).at(roll(4))?.id ?? 0;
    };
    const optedOut = new Set<string>();
    const deeds: (() => Promise<unknown>)[] = [
      () => contacts.save({ phone: STEADY[roll(STEADY.length)] ?? '', lastName: 'Paz' }),
      () => app.get(ContactDirectory).ensure(workspaceId, [{ phone: STEADY[roll(STEADY.length)] ?? '' }]),
      () => contacts.create({ phone: phone(), firstName: 'Ana' }),
      () => contacts.save({ phone: phone(), lastName: 'Paz', groups: ['a'] }),
      async () => contacts.update(await anyId(), { phone: phone() }),
      async () => contacts.delete(await anyId()),
      () => app.get(ConversationOpenings).of({ workspaceId, phoneNumberId: '8134', person: { phone: phone() } }),
      () => app.get(ContactDirectory).ensure(workspaceId, [{ phone: phone(), userId: `DE.${roll(3)}` }]),
      async () => {
        const person = STEADY[roll(STEADY.length)] ?? '';
        await contacts.optOut(person);
        optedOut.add(person);
      },
    ];
    const fates = await Promise.allSettled(
      Array.from({ length: 8 }, async () => {
        for (let turn = 0; turn < 30; turn += 1) {
          await deeds[roll(deeds.length)]?.().catch((error: unknown) => {
            if (!(error instanceof WhatsAppError)) throw error;
          });
        }
      }),
    );
    expect(fates.filter(({ status }) => status === 'rejected')).toEqual([]);

    const dataSource = app.get(DataSource);
    const rows = await dataSource.getRepository(ContactEntity).find();
    const identities = await dataSource.getRepository(ContactIdentityEntity).find();
    const ids = new Set(rows.map(({ id }) => id));
    for (const { contactId } of identities) expect(ids).toContain(contactId);
    for (const { contactId } of await dataSource.getRepository(ConversationEntity).find())
      expect(ids).toContain(contactId);
    for (const { id, phone: own } of rows) {
      const mine = identities.filter(
        ({ identity, contactId }) => contactId === id && identity === identityOf(own ?? ''),
      );
      expect(own === null || mine.length > 0).toBe(true);
    }
    for (const one of identities) {
      const others = identities.filter(({ identity, since }) => identity === one.identity && since > one.since);
      // One owner at a time.
      for (const { since } of others) expect(one.until !== null && one.until <= since).toBe(true);
    }
    const refusals = await app.get(MarketingConsents).refusalsOf(workspaceId, [...optedOut], 'MARKETING');
    expect(refusals).toEqual(new Map([...optedOut].map((person) => [person, 'OPTED_OUT'])));
    expect(optedOut.size).toBeGreaterThan(0);
    expect(rows.length).toBeGreaterThan(0);
  });

  it('are one of each stranger, whatever ways they come by at the same moment', async () => {
    const [contacts, directory] = [app.get(ContactsService), app.get(ContactDirectory)];
    const workspaceId = await app.get(WorkspacesService).idOf();
    for (let turn = 0; turn < 8; turn += 1) {
      const phone = `49151000010${turn}`;
      const former = { phone: `49151000020${turn}`, at: new Date(1) };
      await Promise.all([
        contacts.save({ phone }),
        contacts.save({ phone }),
        directory.ensure(workspaceId, [{ phone }]),
        directory.changeNumber(workspaceId, former, { phone, at: new Date(1_000) }),
        app.get(ConversationOpenings).of({ workspaceId, phoneNumberId: '8134', person: { phone } }),
      ]);
      const owners = await app.get(DataSource).getRepository(ContactIdentityEntity).findBy({ identity: phone });
      expect(owners.filter(({ until }) => until === null)).toHaveLength(1);
      expect(await app.get(DataSource).getRepository(ContactEntity).countBy({ phone })).toBe(1);
    }
  });
});
