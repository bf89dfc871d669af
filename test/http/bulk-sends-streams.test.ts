import { BulkService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { adapters } from '../support/test-app.js';
import { BULK_SENDS, BulkApp, ISO_TIME, phoneOf, recipientOf, recipientsOf, UUID } from './bulk/bulk-app.js';

const LATER = { scheduled_at: '2099-01-01T00:00:00Z' };

describe.each(adapters)('Bulk sends on $adapter', ({ adapter }) => {
  let bulk: BulkApp;
  /** Sent to two people; the third one Meta refused. */
  let ended: string;
  /** Waits for its time. */
  let waiting: string;

  beforeAll(async () => {
    bulk = await BulkApp.start({ adapter });
    const refusal = { kind: 'error', code: 131026, message: '=1+1', details: 'Message Undeliverable.' } as const;
    bulk.meta.faults.nextSend(refusal, { recipient: phoneOf(2) });
    ended = (await bulk.send(recipientsOf(3))).body.bulk_send_id;
    await bulk.until(ended, ({ completed_at }) => completed_at !== null);
    waiting = (await bulk.send([recipientOf(7)], LATER)).body.bulk_send_id;
  });
  afterAll(() => bulk[Symbol.asyncDispose]());

  const request = (path: string) => bulk.app.fetch(BULK_SENDS + path, { headers: { 'x-api-key': bulk.app.key } });
  const exported = async (path: string) => (await request(path)).text();

  it('never show their one-time codes, not even while these wait', async () => {
    const { name, language } = sampleTemplates.oneTimeCode;
    const recipient = { phone: phoneOf(0), variables: { 1: '864209' } };
    const { body } = await bulk.send([recipient], { template_name: name, language, ...LATER });
    const paths = ['', 'messages/', 'export/?format=csv', 'export/?format=ndjson'];
    for (const path of paths) expect(await exported(`${body.bulk_send_id}/${path}`)).not.toContain('864209');
    expect((await bulk.get(`${body.bulk_send_id}/messages/`)).body.results).toMatchObject([{ variables_used: {} }]);
    await bulk.app.call('POST', `${BULK_SENDS}${body.bulk_send_id}/cancel/`);
  });

  describe('are exported', () => {
    const COLUMNS =
      'id,recipient_phone,status,meta_message_id,variables_used,sent_at,delivered_at,read_at,error_code,error_message,pricing';

    it.each(['', '?format=csv'])('as CSV with %j, and no cell of it is a formula', async (query) => {
      const response = await request(`${ended}/export/${query}`);
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="bulk-send-${ended}.csv"`);
      const [head, ...rows] = (await response.text()).trimEnd().split('\n');
      expect(head).toBe(COLUMNS);
      expect(rows).toHaveLength(3);
      const time = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;
      const variables = String.raw`"\{""name"":""Person 1"",""company"":""Mi Empresa""\}"`;
      expect(rows[1]).toMatch(
        new RegExp(`^\\d+,'[+]${phoneOf(1).slice(1)},sent,wamid[^,]+,${variables},${time},,,,,$`),
      );
      expect(rows[2]).toMatch(/,failed,,.*,131026,'=1\+1,$/);
    });

    it('as CSV with a mark by which spreadsheets know UTF-8, unless that is not wanted', async () => {
      const beginning = async (query: string) => {
        const response = await request(`${ended}/export/${query}`);
        return Buffer.from(await response.arrayBuffer())
          .subarray(0, 3)
          .toString('hex');
      };
      expect(await beginning('')).toBe('efbbbf');
      expect(await beginning('?bom=true')).toBe('efbbbf');
      expect(await beginning('?bom=false')).toBe(Buffer.from('id,').toString('hex'));
      expect(await beginning('?format=ndjson')).not.toBe('efbbbf');
      expect(await bulk.get(`${ended}/export/?bom=maybe`)).toMatchObject({
        status: 400,
        body: { details: { bom: [expect.any(String)] } },
      });
    });

    it('as NDJSON', async () => {
      const response = await request(`${ended}/export/?format=ndjson`);
      expect(response.headers.get('content-type')).toBe('application/x-ndjson');
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="bulk-send-${ended}.ndjson"`);
      const lines = (await response.text()).trimEnd().split('\n');
      expect(lines.map((line): unknown => JSON.parse(line))).toEqual(
        (await bulk.get(`${ended}/messages/`)).body.results,
      );
    });

    it('in no other format', async () => {
      expect(await bulk.get(`${ended}/export/?format=xlsx`)).toMatchObject({
        status: 400,
        body: { details: { format: ['must be one of csv, ndjson.'] } },
      });
    });

    it('whole, however many there are', async () => {
      const { body } = await bulk.send(recipientsOf(2_345, 10_000), LATER);
      const rows = (await exported(`${body.bulk_send_id}/export/`)).trimEnd().split('\n');
      const phones = rows.slice(1).map((row) => row.split(',')[1]);
      expect(phones).toEqual(recipientsOf(2_345, 10_000).map(({ phone }) => `'${phone}`));
    });
  });

  describe('tell what happens to them', () => {
    it('until they have ended', async () => {
      const response = await request(`${ended}/events/`);
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(response.headers.get('cache-control')).toContain('no-cache');
      const text = await response.text();
      expect(text).toMatch(/^data: .*\n\n$/);
      expect(JSON.parse(text.slice('data: '.length))).toEqual((await bulk.get(`${ended}/`)).body);
    });

    it('as it happens', async () => {
      const { body } = await bulk.send([recipientOf(20)], LATER);
      const events = eventsOf(await request(`${body.bulk_send_id}/events/`));
      expect((await events.next()).value).toMatchObject({ status: 'SCHEDULED' });
      await bulk.app.call('POST', `${BULK_SENDS}${body.bulk_send_id}/cancel/`);
      const rest: unknown[] = [];
      for await (const event of events) rest.push(event);
      expect(rest.at(-1)).toMatchObject({ status: 'CANCELLED', completed_at: expect.stringMatching(ISO_TIME) });
    });

    it('to no one who has gone away', async () => {
      const watch = vi.spyOn(bulk.app.get(BulkService), 'watch');
      const client = new AbortController();
      const response = await fetch(`${bulk.app.url}${BULK_SENDS}${waiting}/events/`, {
        headers: { 'x-api-key': bulk.app.key },
        signal: client.signal,
      });
      const events = eventsOf(response);
      expect((await events.next()).value).toMatchObject({ id: waiting });
      const signal = watch.mock.lastCall?.[1]?.signal;
      watch.mockRestore();
      expect(signal?.aborted).toBe(false);
      client.abort();
      await expect(events.next()).rejects.toThrow('aborted');
      await vi.waitFor(() => expect(signal?.aborted).toBe(true));
    });

    it('and do not keep the app from closing', async () => {
      const other = await BulkApp.start({ adapter });
      const { body } = await other.send([recipientOf(0)], LATER);
      const events = eventsOf(
        await fetch(`${other.app.url}${BULK_SENDS}${body.bulk_send_id}/events/`, {
          headers: { 'x-api-key': other.app.key },
        }),
      );
      expect((await events.next()).value).toMatchObject({ id: expect.stringMatching(UUID) });
      const closed = other[Symbol.asyncDispose]();
      expect(await events.next()).toEqual({ done: true, value: undefined });
      await expect(closed).resolves.toBeUndefined();
    });
  });
});

async function* eventsOf(response: Response): AsyncGenerator<unknown, undefined> {
  let text = '';
  for await (const piece of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += piece;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      if (event.startsWith('data: ')) yield JSON.parse(event.slice('data: '.length));
    }
  }
  return undefined;
}
