import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapters, oneAdapter, type Answer } from '../support/test-app.js';
import { BULK_SENDS, BulkApp, ISO_TIME, phoneOf, recipientOf, recipientsOf } from './bulk/bulk-app.js';

const LATER = { scheduled_at: '2099-01-01T00:00:00Z' };
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

const sent = (index: number) => ({
  id: expect.any(Number),
  recipient_phone: phoneOf(index),
  status: 'sent',
  meta_message_id: expect.stringMatching(/^wamid\./),
  variables_used: { name: `Person ${index}`, company: 'Mi Empresa' },
  sent_at: expect.stringMatching(ISO_TIME),
  delivered_at: null,
  read_at: null,
  error_code: null,
  error_message: null,
  pricing: null,
});

const resultsOf = ({ body }: Answer): { id: string }[] => body.results;

const follow = async ({ app }: BulkApp, address: string): Promise<Answer['body']> => {
  const response = await fetch(address, { headers: { 'x-api-key': app.key } });
  return response.json();
};

describe.each(oneAdapter)('Bulk sends on $adapter', ({ adapter }) => {
  let bulk: BulkApp;
  /** Sent to two people; the third one Meta refused. */
  let ended: string;
  /** Waits for its time. */
  let waiting: string;

  beforeAll(async () => {
    bulk = await BulkApp.start({ adapter });
    const refusal = { kind: 'error', code: 131026, message: '=1+1', details: 'Message Undeliverable.' } as const;
    bulk.meta.faults.nextSend(refusal, { recipient: phoneOf(2) });
    ended = (await bulk.send(recipientsOf(3), { name: 'Spring' })).body.bulk_send_id;
    await bulk.until(ended, ({ completed_at }) => completed_at !== null);
    const { name, language } = sampleTemplates.urlButtons;
    const recipient = { phone: phoneOf(7), variables: { 1: '860198' }, button_variables: { button_0: 'x?y=1' } };
    waiting = (await bulk.send([recipient], { template_name: name, language, ...LATER })).body.bulk_send_id;
  });
  afterAll(() => bulk[Symbol.asyncDispose]());

  it('tell how they stand', async () => {
    const answer = await bulk.get(`${ended}/`);
    const { phoneNumber } = bulk.meta;
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      id: ended,
      name: 'Spring',
      status: 'PARTIAL',
      template: { id: expect.any(Number), template_name: 'welcome_message', language: 'es', status: 'APPROVED' },
      phone_number: {
        id: expect.any(Number),
        display_phone_number: phoneNumber.displayPhoneNumber,
        verified_name: phoneNumber.verifiedName,
      },
      total_recipients: 3,
      sent_count: 2,
      delivered_count: 0,
      read_count: 0,
      failed_count: 1,
      pending_count: 0,
      unconfirmed_count: 0,
      progress_percentage: 100,
      estimated_time_minutes: expect.any(Number),
      waiting_until: null,
      waiting_reason: null,
      waiting_message: null,
      errors: [{ code: 131026, message: expect.any(String), count: 1 }],
      scheduled_at: null,
      started_at: expect.stringMatching(ISO_TIME),
      completed_at: expect.stringMatching(ISO_TIME),
      created_at: expect.stringMatching(ISO_TIME),
      created_by: { id: expect.any(Number), name: 'Test key', email: null, first_name: null, last_name: null },
    });
    expect((await bulk.app.call('GET', `${BULK_SENDS}${ended}`)).body).toEqual(answer.body);
  });

  it('tell what they wait for', async () => {
    expect((await bulk.get(`${waiting}/`)).body).toMatchObject({
      name: null,
      status: 'SCHEDULED',
      pending_count: 1,
      progress_percentage: 0,
      waiting_until: '2099-01-01T00:00:00.000Z',
      waiting_reason: 'scheduled',
      started_at: null,
      completed_at: null,
    });
  });

  it.each(['', 'messages/', 'events/', 'export/'])('that do not exist are 404 at %j', async (path) => {
    for (const id of [UNKNOWN, 'x', "1' OR '1'='1", '%00', '-']) {
      expect(await bulk.get(`${encodeURIComponent(id)}/${path}`)).toMatchObject({
        status: 404,
        body: { code: 'BULK_SEND_NOT_FOUND', error: expect.any(String) },
      });
    }
  });

  describe('are listed', () => {
    it('newest first, each as it reports of itself', async () => {
      const { body } = await bulk.get('');
      expect(body).toMatchObject({ count: 2, next: null, previous: null });
      expect(body.results).toEqual([(await bulk.get(`${waiting}/`)).body, (await bulk.get(`${ended}/`)).body]);
    });

    it('by status, template and time of creation', async () => {
      const { created_at } = (await bulk.get(`${ended}/`)).body;
      const listed = async (query: Record<string, string>) => {
        const answer = await bulk.get(`?${new URLSearchParams(query).toString()}`);
        return resultsOf(answer).map(({ id }) => id);
      };
      expect(await listed({ status: 'SCHEDULED' })).toEqual([waiting]);
      expect(await listed({ status: 'FAILED' })).toEqual([]);
      expect(await listed({ status: 'Scheduled' })).toEqual([waiting]);
      expect(await listed({ template: 'welcome_message' })).toEqual([ended]);
      expect(await listed({ template: 'unknown' })).toEqual([]);
      expect(await listed({ created_after: created_at, status: 'PARTIAL' })).toEqual([ended]);
      expect(await listed({ created_after: '2099-01-01T00:00:00Z' })).toEqual([]);
      expect(await listed({ created_before: '2020-01-01T00:00:00+03:00' })).toEqual([]);
    });

    it('a page at a time, with the addresses of the pages next to it', async () => {
      const first = await bulk.get('?page_size=1&status=PARTIAL');
      expect(first.body).toMatchObject({ count: 1, next: null, previous: null });
      const newest = await bulk.get('?page_size=1');
      expect(newest.body).toMatchObject({ count: 2, previous: null, results: [{ id: waiting }] });
      expect(newest.body.next).toBe(`${bulk.app.url}${BULK_SENDS}?page_size=1&page=2`);
      const second = await follow(bulk, newest.body.next);
      expect(second).toMatchObject({ next: null, results: [{ id: ended }] });
      expect(await follow(bulk, second.previous)).toMatchObject({ results: [{ id: waiting }] });
    });

    it('as nothing on a page beyond the last', async () => {
      const { body } = await bulk.get('?page=9');
      expect(body).toMatchObject({ count: 2, next: null, results: [] });
      expect((await follow(bulk, body.previous)).results).toHaveLength(2);
    });

    it('unless the query is wrong, with every problem of it', async () => {
      const wrong = 'page=0&page_size=101&status=done&created_after=yesterday&created_before=2025-02-30';
      const answer = await bulk.get(`?${wrong}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
      expect(Object.keys(answer.body.details).toSorted()).toEqual([
        'created_after',
        'created_before',
        'page',
        'page_size',
        'status',
      ]);
      expect(answer.body.details.created_before).toEqual([
        'must be a day that exists; the calendar has no 2025-02-30.',
      ]);
    });

    it('since a day from its beginning, and before one to its end', async () => {
      const { created_at } = (await bulk.get(`${ended}/`)).body;
      const day = created_at.slice(0, 10);
      const dayBefore = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
      const listed = async (query: string) => resultsOf(await bulk.get(`?status=PARTIAL&${query}`)).map(({ id }) => id);
      expect(await listed(`created_after=${day}`)).toEqual([ended]);
      expect(await listed(`created_before=${day}`)).toEqual([ended]);
      expect(await listed(`created_after=${day}&created_before=${day}`)).toEqual([ended]);
      expect(await listed(`created_before=${dayBefore}`)).toEqual([]);
      expect(await listed(`created_before=${created_at}`)).toEqual([]);
      expect(await listed('created_after=&created_before=&template=')).toEqual([ended]);
    });

    it('by the id of their template as well as by its name', async () => {
      const { template } = (await bulk.get(`${ended}/`)).body;
      const listed = async (id: string) => resultsOf(await bulk.get(`?template=${id}`)).map((one) => one.id);
      expect(await listed(template.id)).toEqual([ended]);
      for (const unknown of ['0', '987654321', '99999999999999999999', '1.5'])
        expect(await listed(unknown)).toEqual([]);
    });
  });

  describe('list their messages', () => {
    it('in the order of the recipients', async () => {
      const { body } = await bulk.get(`${ended}/messages/`);
      expect(body).toMatchObject({ count: 3, next: null, previous: null });
      expect(body.results).toEqual([
        sent(0),
        sent(1),
        {
          ...sent(2),
          status: 'failed',
          meta_message_id: null,
          sent_at: null,
          error_code: 131026,
          error_message: '=1+1',
        },
      ]);
    });

    it('with the values of buttons', async () => {
      const { body } = await bulk.get(`${waiting}/messages/`);
      expect(body.results).toMatchObject([{ status: 'pending', variables_used: { 1: '860198', button_0: 'x?y=1' } }]);
    });

    it('by status and page', async () => {
      expect((await bulk.get(`${ended}/messages/?status=FAILED`)).body).toMatchObject({
        count: 1,
        results: [{ recipient_phone: phoneOf(2) }],
      });
      const { body } = await bulk.get(`${ended}/messages/?page=2&page_size=1`);
      expect(body).toMatchObject({ count: 3, results: [{ recipient_phone: phoneOf(1) }] });
      const address = `${bulk.app.url}${BULK_SENDS}${ended}/messages/`;
      expect(body).toMatchObject({
        next: `${address}?page=3&page_size=1`,
        previous: `${address}?page=1&page_size=1`,
      });
    });

    it('unless the query is wrong', async () => {
      const answer = await bulk.get(`${ended}/messages/?status=done&page=x&page_size=-1`);
      expect(answer).toMatchObject({ status: 400 });
      expect(Object.keys(answer.body.details).toSorted()).toEqual(['page', 'page_size', 'status']);
    });
  });
});

describe.each(adapters)('The addresses of pages on $adapter', ({ adapter }) => {
  it('have the prefix of the host, and of the surface, in them', async () => {
    await using bulk = await BulkApp.start({
      adapter,
      globalPrefix: 'backend',
      options: { surfaces: { metaTemplates: { prefix: '/shops/:shop' } } },
    });
    const path = '/backend/shops/north/meta-templates/';
    for (const index of [0, 1]) {
      const body = bulk.fields({ recipients: [recipientOf(index)], ...LATER });
      expect(await bulk.app.call('POST', `${path}send-bulk/`, body)).toMatchObject({ status: 202 });
    }
    const { body } = await bulk.app.call('GET', `${path}bulk-sends?page_size=1`);
    expect(body.next).toBe(`${bulk.app.url}${path}bulk-sends?page_size=1&page=2`);
  });
});
