import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oneAdapter } from '../support/test-app.js';
import { BulkApp, ISO_TIME, phoneOf, recipientOf, recipientsOf, SEND_BULK, UUID } from './bulk/bulk-app.js';

const detailsOf = ({ body }: { body: { details?: object } }) => Object.keys(body.details ?? {}).toSorted();

describe.each(oneAdapter)('POST /meta-templates/send-bulk/ on $adapter', ({ adapter }) => {
  let bulk: BulkApp;

  beforeAll(async () => {
    bulk = await BulkApp.start({ adapter });
  });
  afterAll(() => bulk[Symbol.asyncDispose]());
  beforeEach(() => bulk.meta.clear());

  it('accepts a bulk send, answers as documented, and sends it', async () => {
    const answer = await bulk.send(recipientsOf(3));
    expect(answer).toMatchObject({ status: 202 });
    const { phoneNumber } = bulk.meta;
    expect(answer.body).toEqual({
      bulk_send_id: expect.stringMatching(UUID),
      task_id: expect.stringMatching(UUID),
      status: 'queued',
      template_name: 'welcome_message',
      total_recipients: 3,
      unique_recipients: 3,
      estimated_time_minutes: 0.1,
      created_at: expect.stringMatching(ISO_TIME),
      whatsapp_phone_number: {
        id: expect.any(Number),
        phone_number_id: phoneNumber.id,
        display_phone_number: phoneNumber.displayPhoneNumber,
        verified_name: phoneNumber.verifiedName,
        quality_rating: 'GREEN',
        messaging_limit_tier: 'TIER_250',
      },
      quota_info: {
        can_send: true,
        quota_needed: 3,
        quota_available: expect.any(Number),
        quota_total: 250,
        tier: 'TIER_250',
      },
    });
    await bulk.meta.waitForMessages(3, 30_000);
    expect([0, 1, 2].map((index) => bulk.meta.sendsTo(phoneOf(index)))).toEqual([1, 1, 1]);
  });

  it('answers without the trailing slash, too, and ignores unknown fields', async () => {
    const body = bulk.fields({ recipients: [{ ...recipientOf(0), more: 1 }], more: { deep: [1] } });
    expect(await bulk.app.call('POST', SEND_BULK.slice(0, -1), body)).toMatchObject({ status: 202 });
  });

  it('counts each person once, however the number is spelled, and keeps the first', async () => {
    const [first, second] = recipientsOf(2, 10);
    const again = { ...recipientOf(10, { name: 'Again', company: 'X' }), phone: '54 9 (11) 1000-0010' };
    const answer = await bulk.send([first, again, second]);
    expect(answer.body).toMatchObject({ total_recipients: 3, unique_recipients: 2, quota_info: { quota_needed: 2 } });
    const { body } = await bulk.get(`${answer.body.bulk_send_id}/messages/`);
    expect(body.results[0]).toMatchObject({ recipient_phone: phoneOf(10), variables_used: { name: 'Person 10' } });
  });

  it('names everything that is wrong with the recipients, and stores and sends nothing', async () => {
    const before = await bulk.count();
    const answer = await bulk.send([
      recipientOf(90),
      { phone: '12', variables: { name: 'Ana', nmae: 'x' }, button_variables: { button_0: 'x' } },
      'Ana',
      { variables: { name: 'a\nb', company: 'X' } },
    ]);
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR', error: expect.any(String) } });
    expect(detailsOf(answer)).toEqual([
      'recipients[1].button_variables.button_0',
      'recipients[1].phone',
      'recipients[1].variables.company',
      'recipients[1].variables.nmae',
      'recipients[2]',
      'recipients[3].phone',
      'recipients[3].variables.name',
    ]);
    expect(await bulk.count()).toBe(before);
    expect(bulk.meta.sendsTo(phoneOf(90))).toBe(0);
  });

  it('names a hundred problems, and how many there are beyond those', async () => {
    const answer = await bulk.send(recipientsOf(130).map(({ variables }) => ({ phone: '12', variables })));
    expect(detailsOf(answer)).toHaveLength(100);
    expect(answer.body).toMatchObject({
      further_problems: 30,
      details: { 'recipients[99].phone': [expect.any(String)] },
    });
  });

  it("names what is wrong with the request's own fields in its own words", async () => {
    const wrong = { template_name: 7, language: 8, name: '', on_quota_exceeded: 'wait' };
    const answer = await bulk.send(recipientsOf(1), wrong);
    expect(answer).toMatchObject({ status: 400 });
    expect(detailsOf(answer)).toEqual(['language', 'name', 'on_quota_exceeded', 'template_name']);
  });

  it('names what is wrong with the recipients next to what is wrong with the fields', async () => {
    const wrong = { phone_number_id: undefined, dry_run: 'maybe', scheduled_at: 'tomorrow' };
    const answer = await bulk.send([{ ...recipientOf(0), phone: '12' }], wrong);
    expect(answer).toMatchObject({ status: 400 });
    expect(detailsOf(answer)).toEqual(['dry_run', 'phone_number_id', 'recipients[0].phone', 'scheduled_at']);
  });

  it.each([undefined, null, [], {}, 'all', { length: 3 }])(
    'refuses %j for recipients, next to the rest',
    async (list) => {
      const answer = await bulk.send(list, { template_name: undefined });
      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
      expect(detailsOf(answer)).toEqual(['recipients', 'template_name']);
    },
  );

  it('refuses a request that is no object, or nothing at all', async () => {
    expect(detailsOf(await bulk.app.call('POST', SEND_BULK, []))).toEqual(['body']);
    expect(detailsOf(await bulk.app.call('POST', SEND_BULK))).toEqual(['body']);
  });

  it.each([
    [{ template_name: 'no_such_template' }, 404, 'TEMPLATE_NOT_FOUND'],
    [{ language: 'xx' }, 404, 'TEMPLATE_NOT_FOUND'],
    [{ phone_number_id: '999' }, 404, 'PHONE_NUMBER_NOT_FOUND'],
  ])('answers %o with %i %s', async (overrides, status, code) => {
    expect(await bulk.send(recipientsOf(1), overrides)).toMatchObject({ status, body: { code } });
  });

  it('takes "es" when no language is given', async () => {
    expect(await bulk.send(recipientsOf(1), { language: null })).toMatchObject({ status: 202 });
  });

  it('refuses a template that is not approved, with its status', async () => {
    bulk.meta.account.addTemplate({ ...sampleTemplates.named, id: undefined, name: 'paused', status: 'PAUSED' });
    const answer = await bulk.send(recipientsOf(1), { template_name: 'paused' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'TEMPLATE_NOT_APPROVED' } });
    expect(String(answer.body.details.template_name)).toContain('PAUSED');
  });

  it.each([
    ['without a zone', '2099-11-16T21:30:00'],
    ['without a time', '2099-11-16'],
    ['on a day that is none', '2099-02-30T21:30:00Z'],
    ['long over', '2020-11-16T21:30:00Z'],
    ['as a number', 4_098_000_000_000],
  ])('does not schedule %s', async (_, scheduled_at) => {
    const answer = await bulk.send(recipientsOf(1), { scheduled_at });
    expect(answer).toMatchObject({ status: 400, body: { details: { scheduled_at: [expect.any(String)] } } });
  });

  it('schedules a send', async () => {
    const answer = await bulk.send(recipientsOf(1), { scheduled_at: '2099-11-16T21:30:00-03:00', name: 'Año nuevo' });
    expect(answer).toMatchObject({ status: 202, body: { status: 'scheduled' } });
    expect((await bulk.get(`${answer.body.bulk_send_id}/`)).body).toMatchObject({
      name: 'Año nuevo',
      status: 'SCHEDULED',
      scheduled_at: '2099-11-17T00:30:00.000Z',
      waiting_reason: 'scheduled',
      waiting_until: '2099-11-17T00:30:00.000Z',
    });
  });

  it('says when the messaging limit does not suffice, and refuses where that is wished', async () => {
    const many = recipientsOf(251, 1_000);
    const before = await bulk.count();
    const refused = await bulk.send(many, { on_quota_exceeded: 'reject' });
    const quota_info = { can_send: false, quota_needed: 251, quota_total: 250, tier: 'TIER_250' };
    expect(refused).toMatchObject({ status: 400, body: { code: 'QUOTA_EXCEEDED', quota_info } });
    const words = expect.stringContaining("with on_quota_exceeded 'defer'");
    expect(refused.body).toMatchObject({ error: words, details: { recipients: [words] } });
    expect(await bulk.count()).toBe(before);
    const deferred = await bulk.send(many, { scheduled_at: '2099-11-16T21:30:00Z' });
    expect(deferred).toMatchObject({ status: 202, body: { quota_info } });
    expect(deferred.body.estimated_time_minutes).toBeGreaterThan(60);
  });

  it('tells what it would do and does nothing of it with dry_run', async () => {
    const before = await bulk.count();
    const answer = await bulk.send([...recipientsOf(2, 90), recipientOf(90), { ...recipientOf(3), phone: '12' }], {
      dry_run: true,
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        dry_run: true,
        template_name: 'welcome_message',
        total_recipients: 4,
        estimated_time_minutes: 0.1,
        quota_info: { can_send: true, quota_total: 250 },
        problem_count: 1,
        problems: { 'recipients[3].phone': [expect.any(String)] },
        payloads: expect.any(Array),
      },
    });
    expect(await bulk.count()).toBe(before);
    expect(bulk.meta.sendsTo(phoneOf(90))).toBe(0);
  });

  it('shows in a dry run what Meta would get', async () => {
    const { body } = await bulk.send(recipientsOf(1), { dry_run: true });
    expect(body).toMatchObject({ unique_recipients: 1, problem_count: 0, problems: {} });
    expect(JSON.stringify(body.payloads)).toContain('Person 0');
  });

  it('answers 413 to a JSON body over the limit, and says what to do', async () => {
    const answer = await bulk.send(recipientsOf(1), { more: 'x'.repeat(6_000_000) });
    expect(answer).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
    expect(answer.body.error).toContain('setupWhatsApp(app, { bodyLimit })');
    expect(answer.body.error).toContain('text/csv or application/x-ndjson');
  });

  it('is for keys that may send', async () => {
    expect(await bulk.send(recipientsOf(1), {}, { 'x-api-key': '' })).toMatchObject({ status: 401 });
  });

  describe('with an Idempotency-Key', () => {
    it('answers the same request as the first time and sends nothing more', async () => {
      const key = { 'idempotency-key': 'once' };
      const first = await bulk.send(recipientsOf(2, 50), {}, key);
      const again = await bulk.send(recipientsOf(2, 50), {}, key);
      expect(again).toMatchObject({ status: 202 });
      expect(again.body).toEqual(first.body);
      await bulk.until(first.body.bulk_send_id, ({ completed_at }) => completed_at !== null);
      expect([50, 51].map((index) => bulk.meta.sendsTo(phoneOf(index)))).toEqual([1, 1]);
    });

    it.each([
      ['recipients', recipientsOf(1, 61), {}],
      ['fields', recipientsOf(1, 60), { name: 'Another' }],
    ])('answers 409 to other %s', async (what, recipients, fields) => {
      const key = { 'idempotency-key': `other ${what}` };
      expect(await bulk.send(recipientsOf(1, 60), {}, key)).toMatchObject({ status: 202 });
      expect(await bulk.send(recipients, fields, key)).toMatchObject({
        status: 409,
        body: { code: 'IDEMPOTENCY_CONFLICT' },
      });
    });

    it('may be used again for what was refused', async () => {
      const key = { 'idempotency-key': 'refused' };
      expect(await bulk.send([{ phone: '12' }], {}, key)).toMatchObject({ status: 400 });
      expect(await bulk.send(recipientsOf(1, 70), {}, key)).toMatchObject({ status: 202 });
    });
  });
});

it('POST /meta-templates/send-bulk/ answers 413 to more than 100,000 recipients in JSON', async () => {
  await using bulk = await BulkApp.start({ adapter: 'Fastify' });
  const crowd = Array.from({ length: 100_001 }, () => ({ phone: phoneOf(0) }));
  const { name, language } = sampleTemplates.plain;
  const answer = await bulk.send(crowd, { template_name: name, language });
  expect(answer).toMatchObject({ status: 413, body: { code: 'TOO_MANY_RECIPIENTS', error: expect.any(String) } });
});
