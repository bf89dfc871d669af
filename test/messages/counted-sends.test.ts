import { AccountsService, MessageEntity, MessagesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { PhoneNumbers } from '../../lib/accounts/phone-numbers.js';
import { PhoneNumberEntity } from '../../lib/accounts/phone-number.entity.js';
import type { Portfolio } from '../../lib/messages/portfolio.js';
import { MessagingLimits } from '../../lib/messages/messaging-limits.js';
import { Facts } from '../../lib/store/facts.js';
import { newMessage } from '../store/new-message.js';
import { CapturedLog } from '../module/captured-log.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { BudgetRows, countedAs } from './messaging-limits-scene.js';
import { RECIPIENT, welcome } from './template-inputs.js';

const RECIPIENT_DIGITS = RECIPIENT.slice(1);

describeEachDatabase('a single send', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;
  let log: CapturedLog;
  let rows: BudgetRows;
  let numberId: string;
  let portfolio: Portfolio;

  beforeAll(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
    log = new CapturedLog();
    app = await TestApp.start({ meta, database: fresh.options, options: { ...optionsFor(meta), logger: log } });
    await app.get(AccountsService).sync();
    rows = new BudgetRows(app.get(DataSource));
    const phoneNumber = await app.get(PhoneNumbers).find(1, undefined);
    numberId = phoneNumber.phoneNumberId;
    portfolio = app.get(MessagingLimits).portfolioOf(phoneNumber);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });
  beforeEach(() => app.get(DataSource).getRepository(MessageEntity).clear());

  const send = (to = RECIPIENT) => app.get(MessagesService).sendTemplate(welcome({ to }));
  const reserve = () => app.get(MessagingLimits).reserve(portfolio, numberId, ['1']);
  const usage = async () => (await app.get(MessagingLimits).usage(portfolio)).used;

  it('enters no one while nothing else counts; its row is enough', async () => {
    await send();
    expect([await rows.entries(), await rows.limits(), await usage()]).toEqual([{}, [], 1]);
  });

  it('is taken over when a bulk send first reserves', async () => {
    const { sentAt } = await send();
    await reserve();
    expect(await rows.entries()).toEqual({ 1: expect.any(Number), [countedAs(RECIPIENT_DIGITS)]: sentAt?.getTime() });
  });

  it('counts its recipient from then on, once Meta took it', async () => {
    await reserve();
    const { sentAt } = await send('+5491112345601');
    meta.faults.nextSend({ kind: 'error', code: 131026 });
    await expect(send('+5491112345602')).rejects.toThrow(/131026/);
    const entries = await rows.entries();
    expect(entries).toMatchObject({ [countedAs('5491112345601')]: sentAt?.getTime() });
    expect(Object.keys(entries)).not.toContain(countedAs('5491112345602'));
  });

  it('costs nothing inside the service window', async () => {
    await reserve();
    const recipientPhone = '5491112345603';
    const inbound = newMessage({ direction: 'inbound', type: 'text', phoneNumberId: numberId, recipientPhone });
    await app
      .get(DataSource)
      .getRepository(MessageEntity)
      .insert({ ...inbound, id: 2 ** 40 });
    await send(`+${recipientPhone}`);
    expect(Object.keys(await rows.entries())).not.toContain(countedAs(recipientPhone));
  });

  it('enters no one where there is no limit', async () => {
    await reserve();
    const numbers = app.get(DataSource).getRepository(PhoneNumberEntity);
    await numbers.update({ phoneNumberId: numberId }, { messagingLimit: 'TIER_UNLIMITED' });
    app.get(Facts).forget();
    await send('+5491112345604');
    await numbers.update({ phoneNumberId: numberId }, { messagingLimit: portfolio.tier });
    app.get(Facts).forget();
    expect(Object.keys(await rows.entries())).not.toContain(countedAs('5491112345604'));
    expect(await rows.limits()).toEqual([]);
  });

  it('succeeds also when its recipient cannot be counted, which is logged', async () => {
    await reserve();
    await app.get(DataSource).query('ALTER TABLE whatsapp_budget_entries RENAME TO whatsapp_no_entries');
    try {
      const sent = await send('+5491112345605');
      expect(sent).toMatchObject({ status: 'sent' });
      expect(log.lines).toContainEqual(expect.stringMatching(`^warn The recipient of message ${sent.id} could not`));
    } finally {
      await app.get(DataSource).query('ALTER TABLE whatsapp_no_entries RENAME TO whatsapp_budget_entries');
    }
  });
});
