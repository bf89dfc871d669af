import * as fc from 'fast-check';
import {
  ContactsService,
  ConversationEntity,
  ConversationsService,
  MessageEntity,
  MessagesService,
} from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { MessageTexts } from '../../lib/conversations/conversation-progress.js';
import { ContactIdentityEntity } from '../../lib/contacts/contact-identity.entity.js';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { InboundMessages } from '../../lib/webhooks/messages/inbound-messages.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { CUSTOMER, type GivenMessage, inboundItem, NOON, textItem } from './inbound-items.js';

vi.setConfig({ testTimeout: 120_000 });

const NEW_NUMBER = '15550009999';
const [ANA, ANA_LATER, BOB] = ['AR.1', 'US.2', 'AR.3'];

describeEachDatabase('A number that changes its owner', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;
  let meta: GraphApiServer;
  let contacts: ContactsService;
  let conversations: ConversationsService;

  beforeAll(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
    const options = { ...optionsFor(meta), surfaces: {}, optOutWords: ['STOP'] };
    app = await TestApp.start({ meta, database: fresh.options, options });
    contacts = app.get(ContactsService);
    conversations = app.get(ConversationsService);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });
  const clear = async () => {
    for (const entity of [MessageEntity, ConversationEntity, ContactIdentityEntity, ContactEntity]) {
      await app.get(DataSource).createQueryBuilder().delete().from(entity).execute();
    }
  };
  beforeEach(clear);

  const apply = (...items: ReturnType<typeof textItem>[]) => app.get(InboundMessages).apply(items);
  const text = (body: string, seconds: number, given: GivenMessage = {}) => textItem(app, body, seconds, given);
  const moved = (seconds: number, ids: object = {}) => {
    const content = { type: 'user_changed_number', wa_id: NEW_NUMBER, body: 'changed', ...ids };
    return inboundItem(app, { id: 'wamid.moved', type: 'system', content, at: NOON + seconds * 1_000 });
  };
  /** What each person said, by who they are, and whether they want marketing. */
  const said = async () => {
    const { items } = await conversations.list();
    const all = await Promise.all(
      items.map(async ({ id, contact: { phone, userId, optedOutAt } }) => {
        const { messages } = await conversations.history(id);
        const texts = [...(await app.get(MessageTexts).of(messages)).values()].filter((words) => words !== 'changed');
        return `${phone ?? '-'} ${userId ?? '-'} ${optedOutAt ? 'out' : 'in'}: ${texts.toSorted().join(', ')}`;
      }),
    );
    return all.toSorted();
  };

  it('belongs to another person when one writes under another user id, and the former owner keeps what was theirs', async () => {
    await apply(
      text('Ana here', 1, { userId: ANA, from: CUSTOMER }),
      text('Bob here', 100, { userId: BOB, from: CUSTOMER }),
    );
    await apply(
      text('STOP', 101, { userId: BOB, from: CUSTOMER }),
      text('late from Ana', 2, { userId: ANA, from: CUSTOMER }),
    );
    await apply(text('late without an id', 3));
    expect(await said()).toEqual([
      `- ${ANA} in: Ana here, late from Ana, late without an id`,
      `${CUSTOMER} ${BOB} out: Bob here, STOP`,
    ]);
    expect(await contacts.lookup(CUSTOMER)).toMatchObject({ userId: BOB });
    expect((await conversations.canSendFreeForm(ANA)).until).toEqual(new Date(NOON + 3_000 + 86_400_000));
  });

  it('does not bring a block or an opt-out of the former owner upon the next one', async () => {
    await apply(text('STOP', 1, { userId: ANA, from: CUSTOMER }));
    meta.phoneNumber.openWindow(`+${CUSTOMER}`);
    await contacts.block(CUSTOMER);
    await contacts.unblock(CUSTOMER);
    const out = {
      to: `+${CUSTOMER}`,
      template: 'welcome_message',
      language: 'es',
      variables: { name: 'A', company: 'B' },
    };
    await expect(app.get(MessagesService).sendTemplate(out)).rejects.toMatchObject({ code: 'RECIPIENT_OPTED_OUT' });
    await apply(text('Hi, I am Bob', 50, { userId: BOB, from: CUSTOMER }));
    expect(await app.get(MessagesService).sendTemplate(out)).toMatchObject({ status: 'sent' });
  });

  it('goes with the person to the new number, and has no owner until another person is seen with it', async () => {
    await apply(text('before', 1), moved(10), text('after', 11, { from: NEW_NUMBER }));
    await apply(text('a stranger', 20), text('STOP', 21), text('late', 2));
    expect(await said()).toEqual(
      [`${NEW_NUMBER} - in: after, before, late`, `${CUSTOMER} - out: STOP, a stranger`].toSorted(),
    );
  });

  it('leaves the same contacts, histories and consents in any order, doubled and in any batches', async () => {
    const items = [
      text('first', 1, { userId: ANA, from: CUSTOMER }),
      text('second', 5, { userId: ANA, from: CUSTOMER }),
      moved(10, { user_id: ANA_LATER, previous_user_id: ANA }),
      text('from elsewhere', 12, { userId: ANA_LATER, from: NEW_NUMBER }),
      text('Bob', 20, { userId: BOB, from: CUSTOMER }),
      text('STOP', 22, { userId: BOB, from: CUSTOMER }),
    ];
    await apply(...items);
    const expected = await said();
    expect(expected).toEqual(
      [`${NEW_NUMBER} ${ANA_LATER} in: first, from elsewhere, second`, `${CUSTOMER} ${BOB} out: Bob, STOP`].toSorted(),
    );
    const order = fc.shuffledSubarray([...items, ...items], { minLength: items.length * 2 });
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 4 }), async (shuffled, size) => {
        await clear();
        for (let from = 0; from < shuffled.length; from += size) await apply(...shuffled.slice(from, from + size));
        expect(await said()).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it('keeps messages of one second in the order in which they were learned, in history, pages and last message', async () => {
    const { id } = await conversations.findOrOpen({ to: `+${CUSTOMER}` });
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    await apply(text('one', 0, { at: now - 5_000 }));
    const { message } = await conversations.sendText(id, 'our own');
    const at = Math.floor(message.createdAt.getTime() / 1_000) * 1_000; // Meta's clock has but seconds
    await apply(text('answer', 0, { at }), text('another', 0, { at }));
    expect((await conversations.get(id)).lastMessage).toBe('another');
    const pages: string[] = [];
    for (let before: string | undefined, page = 0; page < 4; page += 1) {
      const { messages, nextBefore } = await conversations.history(id, { limit: 1, ...(before && { before }) });
      pages.push(...(await app.get(MessageTexts).of(messages)).values());
      before = nextBefore ?? undefined;
    }
    expect(pages).toEqual(['another', 'answer', 'our own', 'one']);
  });
});
