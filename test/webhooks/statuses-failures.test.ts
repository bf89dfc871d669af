import {
  AccountsService,
  type BulkSend,
  ContactEntity,
  type MessageEntity,
  MessagesService,
  TemplateEntity,
} from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SendingPauses } from '../../lib/accounts/sending-pauses.js';
import { WebhookItemError } from '../../lib/webhooks/webhook-arrivals.js';
import { readStatus } from '../../lib/webhooks/statuses/status-update.js';
import type { StatusItem } from '../../lib/webhooks/webhook-item.js';
import { digitsOf, phoneOf, recipientsOf } from '../bulk/bulk-scene.js';
import { welcome } from '../messages/template-inputs.js';
import { at, StatusScene } from './statuses-scene.js';

/** The second, as `at` counts, that is some seconds after the present. */
const secondIn = (seconds: number): number => Math.floor((Date.now() - at(0).getTime()) / 1_000) + seconds;

describe('a message that fails after Meta had taken it', () => {
  let statuses: StatusScene;

  beforeEach(async () => {
    statuses = await StatusScene.start();
  });
  afterEach(() => statuses[Symbol.asyncDispose]());

  const pauses = () => statuses.scene.app.get(SendingPauses);

  const sendOne = async (): Promise<MessageEntity> => {
    const { id } = await statuses.scene.app.get(MessagesService).sendTemplate(welcome());
    return statuses.row({ id });
  };

  const fail = async (code: number): Promise<MessageEntity> => {
    const row = await sendOne();
    await statuses.apply(statuses.item(row, 'failed', { code }));
    return row;
  };

  it.each([
    [131048, 'number'],
    [133010, 'number'],
    [131031, 'account'],
    [131042, 'account'],
    [131064, 'account'],
    [135000, 'account'],
  ] as const)('with code %i pauses the %s', async (code, scope) => {
    await fail(code);
    const { account, phoneNumber } = statuses.scene.meta;
    expect(await pauses().list()).toMatchObject([
      {
        scope,
        subjectId: scope === 'number' ? phoneNumber.id : account.id,
        code: String(code),
        message: expect.stringContaining(`Words of ${code}`),
        until: null,
      },
    ]);
  });

  it.each([[131026], [131049], [131050], [130472], [131047], [131053], [131000], [999999]])(
    'with code %i pauses nothing',
    async (code) => {
      const row = await fail(code);
      expect(await pauses().list()).toEqual([]);
      expect(await statuses.row(row)).toMatchObject({ status: 'failed', errorCode: String(code) });
    },
  );

  it('pauses once: the same status again, after a person resumed sending, pauses nothing', async () => {
    const row = await fail(131031);
    const { phoneNumber } = statuses.scene.meta;
    await statuses.scene.app.get(AccountsService).resumeSending(phoneNumber.id);
    await statuses.apply(statuses.item(row, 'failed', { code: 131031 }));
    expect(await pauses().list()).toEqual([]);
  });

  it('pauses nothing when it arrived after all', async () => {
    const row = await sendOne();
    await statuses.apply(statuses.item(row, 'delivered'), statuses.item(row, 'failed', { code: 131031 }));
    expect(await pauses().list()).toEqual([]);
  });

  it('because its template is paused, pauses the bulk sends of that template, and no other', async () => {
    const { scene } = statuses;
    const row = await sendOne();
    const later = { scheduledAt: new Date(Date.now() + 3_600_000) };
    const [own, scheduled] = [await scene.create(recipientsOf(3)), await scene.create(recipientsOf(3, 10), later)];
    const other = await scene.create(recipientsOf(3, 20));
    for (const bulkSend of [own, other]) await scene.ended(bulkSend);
    // As if they were under way still.
    await statuses.bulkSends.update({ id: own.id }, { status: 'PROCESSING' });
    await statuses.bulkSends.update({ id: other.id }, { status: 'PROCESSING', templateId: 4711 });

    await statuses.apply(statuses.item(row, 'failed', { code: 132015, second: secondIn(60) }));
    const statusOf = async ({ id }: BulkSend) => {
      const { status, waitingReason } = await statuses.bulkSend({ id });
      return [status, waitingReason];
    };
    expect(await statusOf(own)).toEqual(['PAUSED', 'template_paused']);
    expect(await statusOf(scheduled)).toEqual(['SCHEDULED', 'scheduled']);
    expect(await statusOf(other)).toEqual(['PROCESSING', null]);
    const template = await scene.dataSource
      .getRepository(TemplateEntity)
      .findOneByOrFail({ name: row.templateName ?? '' });
    expect(template.status).toBe('PAUSED');
  });

  it('because its template was paused, pauses nothing when Meta has reported on the template since', async () => {
    const { scene } = statuses;
    const row = await sendOne();
    const bulkSend = await scene.ended(await scene.create(recipientsOf(3)));
    await statuses.bulkSends.update({ id: bulkSend.id }, { status: 'PROCESSING' });
    await statuses.apply(statuses.item(row, 'failed', { code: 132015, second: secondIn(-60) }));
    expect(await statuses.bulkSend(bulkSend)).toMatchObject({ status: 'PROCESSING', waitingReason: null });
    expect(await scene.dataSource.getRepository(TemplateEntity).countBy({ status: 'PAUSED' })).toBe(0);
    expect(await statuses.row(row)).toMatchObject({ status: 'failed', errorCode: '132015' });
  });

  it('because the person stopped marketing, is taken for their consent', async () => {
    const { scene } = statuses;
    const bulkSend = await scene.ended(await scene.create(recipientsOf(3)));
    const row = await scene.row(bulkSend, 1);
    const item = statuses.item(row, 'failed', { code: 131050 });
    const events = await statuses.apply(item, item);
    const contact = await scene.dataSource.getRepository(ContactEntity).findOneByOrFail({});
    expect(contact).toMatchObject({ optOutSource: 'user_preferences', optedOutAt: at(5), phone: digitsOf(1) });
    expect(events.filter(({ type }) => type === 'contact.consent')).toMatchObject([
      { isOptedOut: true, contact: { id: contact.id }, businessAccountId: scene.meta.account.id },
    ]);
  });

  it('and is sent again, is not failed by the same webhook once more, and has its own statuses then', async () => {
    const { scene } = statuses;
    const bulkSend = await scene.ended(await scene.create(recipientsOf(3)));
    const row = await scene.row(bulkSend, 1);
    const [sent, failed] = [statuses.item(row, 'sent'), statuses.item(row, 'failed', { code: 131049 })];
    await statuses.apply(failed);
    expect(await scene.bulk.get(bulkSend.id)).toMatchObject({ status: 'PARTIAL', counts: { failed: 1 } });
    await scene.bulk.pause(bulkSend.id).catch(() => undefined);
    await scene.meta.down();
    await scene.bulk.retry(bulkSend.id);
    await statuses.apply(sent, failed);
    expect(['pending', 'sending']).toContain((await statuses.row(row)).status);
    await scene.meta.up();
    await scene.passTime();
    await scene.ended(bulkSend);
    await statuses.apply(sent, failed);
    const again = await statuses.row(row);
    expect(again).toMatchObject({ status: 'sent', attempt: expect.any(Number) });
    expect(again.wamid).not.toBe(row.wamid);
    await statuses.apply(statuses.item(again, 'delivered'));
    expect(await scene.bulk.get(bulkSend.id)).toMatchObject({ status: 'COMPLETED', counts: { sent: 3, delivered: 1 } });
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
  });

  it('loses its one-time code, as one that was sent does', async () => {
    const { scene } = statuses;
    scene.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' }, { recipient: phoneOf(0) });
    scene.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' }, { recipient: phoneOf(1) });
    const recipients = [0, 1].map((index) => ({ phone: phoneOf(index), variables: { 1: '123456' } }));
    const { name: template, language } = sampleTemplates.oneTimeCode;
    const bulkSend = await scene.create(recipients, { template, language });
    await scene.until(bulkSend, ({ counts }) => counts.unconfirmed === 2);
    const [first, second] = await scene.rows(bulkSend);
    if (!first || !second) throw new Error('There are no rows.');
    const reported = await statuses.heard(
      statuses.item(first, 'failed', { code: 131026 }),
      statuses.item(second, 'read'),
    );
    expect(JSON.stringify(reported)).not.toContain('123456');
    for (const row of [first, second]) expect(await statuses.row(row)).toMatchObject({ content: null });
  });
});

/** One of `statuses[]`, with other words than usually. */
const item = (status: Record<string, unknown>): StatusItem => ({
  kind: 'status',
  businessAccountId: '1',
  field: 'messages',
  phoneNumberId: '2',
  status: { id: 'wamid.1', status: 'sent', timestamp: '1790000000', ...status },
});

describe('one of statuses[]', () => {
  it.each([
    ['without an id', { id: undefined }],
    ['with an empty id', { id: '' }],
    ['with a null character in its id', { id: 'wamid.\0' }],
    ['with an endless id', { id: 'w'.repeat(256) }],
    ['with an id that is a number', { id: 5 }],
    ['without a status', { status: undefined }],
    ['with a status that no one knows', { status: 'lost' }],
    ['with a status named like a part of every object', { status: 'constructor' }],
    ['without a time', { timestamp: undefined }],
    ['with a time in words', { timestamp: '2026-09-01T00:00:00Z' }],
    ['with a time before all time', { timestamp: '-1' }],
    ['with a time after all time', { timestamp: '9'.repeat(30) }],
  ])('%s cannot be applied', (_, status) => {
    expect(() => readStatus(item(status))).toThrow(WebhookItemError);
  });

  it.each([
    [
      'a code in a text',
      [{ code: '131026', title: 'Undeliverable' }],
      { errorCode: '131026', errorMessage: 'Undeliverable' },
    ],
    ['no error', undefined, { errorCode: null }],
    ['an error that is none', ['?'], { errorCode: null }],
    ['one error after another', [null, { code: 1, message: 'a\0b' }], { errorCode: '1', errorMessage: 'ab' }],
  ])('that failed with %s reports what is known', (_, errors, failure) => {
    const update = readStatus(item({ status: 'failed', errors }));
    expect(update.reported).toMatchObject({ status: 'failed', failure });
  });

  it.each([
    ['what this module wrote', 'aZ-_0189.12.3', { installationId: 'aZ-_0189', messageId: 12, attempt: 3 }],
    ['a word of someone else', 'order 4711', undefined],
    ['something like it', 'aZ-_0189.12', undefined],
    ['no whole numbers', 'aZ-_0189.1e3.1', undefined],
    ['a number that is too large', `aZ-_0189.${'9'.repeat(16)}.1`, undefined],
    ['no text', 4711, undefined],
    ['nothing', undefined, undefined],
  ])('with %s as its callback data', (_, text, callbackData) => {
    expect(readStatus(item({ biz_opaque_callback_data: text })).callbackData).toEqual(callbackData);
  });

  it('of a group names no one', () => {
    expect(readStatus(item({ recipient_id: 'Y2FwaV9ncm91cA', recipient_type: 'group' })).waId).toBeNull();
    expect(readStatus(item({ recipient_id: '15550001' })).waId).toBe('15550001');
  });

  it('is the same with times as texts and as numbers', () => {
    expect(readStatus(item({ timestamp: 1_790_000_000 })).reported.at).toEqual(at(0));
    expect(readStatus(item({})).reported.at).toEqual(at(0));
  });
});
