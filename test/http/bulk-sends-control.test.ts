import { ApiKeysService, WorkspacesService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneAdapter } from '../support/test-app.js';
import { BULK_SENDS, BulkApp, phoneOf, recipientOf, recipientsOf } from './bulk/bulk-app.js';

const LATER = { scheduled_at: '2099-01-01T00:00:00Z' };
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const CONTROLS = ['pause', 'resume', 'cancel', 'retry'] as const;
const READS = ['', 'messages/', 'events/', 'export/'] as const;

describe.each(oneAdapter)('Bulk sends on $adapter', ({ adapter }) => {
  let bulk: BulkApp;

  beforeAll(async () => {
    bulk = await BulkApp.start({ adapter });
  });
  afterAll(() => bulk[Symbol.asyncDispose]());

  const create = async (recipients: unknown, overrides: object = {}): Promise<string> =>
    (await bulk.send(recipients, overrides)).body.bulk_send_id;
  const control = (id: string, action: string, body?: unknown, headers: Record<string, string> = {}) =>
    bulk.app.call('POST', `${BULK_SENDS}${id}/${action}/`, body, headers);

  it('are paused, go on and are cancelled, and answer with the status object', async () => {
    const id = await create(recipientsOf(2), LATER);
    const paused = await control(id, 'pause');
    expect(paused).toMatchObject({ status: 200, body: { id, status: 'PAUSED', waiting_reason: 'paused' } });
    expect(paused.body).toEqual((await bulk.get(`${id}/`)).body);
    expect(await control(id, 'resume')).toMatchObject({ status: 200, body: { id, status: 'SCHEDULED' } });
    expect(await control(id, 'cancel')).toMatchObject({ status: 200, body: { id, status: 'CANCELLED' } });
    expect(await bulk.until(id, ({ completed_at }) => completed_at !== null)).toMatchObject({
      failed_count: 2,
      errors: [{ code: 'CANCELLED', count: 2 }],
    });
  });

  it('answer without the trailing slash, too', async () => {
    const id = await create([recipientOf(0)], LATER);
    const answer = await bulk.app.call('POST', `${BULK_SENDS}${id}/cancel`);
    expect(answer).toMatchObject({ status: 200, body: { status: 'CANCELLED' } });
  });

  it('that have ended cannot be paused, and those that were cancelled do not go on', async () => {
    const id = await create([recipientOf(10)]);
    await bulk.until(id, ({ status }) => status === 'COMPLETED');
    const conflict = { status: 409, body: { code: 'BULK_SEND_STATE', error: expect.any(String) } };
    expect(await control(id, 'pause')).toMatchObject(conflict);
    expect(await control(id, 'cancel')).toMatchObject(conflict);
    const cancelled = await create([recipientOf(11)], LATER);
    await control(cancelled, 'cancel');
    for (const action of ['pause', 'resume', 'retry']) expect(await control(cancelled, action)).toMatchObject(conflict);
  });

  it('try again what failed, and say how many that are', async () => {
    bulk.meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient: phoneOf(21) });
    bulk.meta.faults.nextSend({ kind: 'reset', when: 'before-accepting' }, { recipient: phoneOf(22), times: 20 });
    const id = await create(recipientsOf(2, 20));
    await bulk.until(id, ({ completed_at }) => completed_at !== null);
    // What Meta will refuse every time is not tried again.
    expect(await control(id, 'retry')).toMatchObject({ status: 200, body: { id, retried_count: 0 } });
    expect(await control(id, 'retry', {})).toMatchObject({ status: 200, body: { retried_count: 0 } });
    expect(await control(id, 'retry', { include_unknown: true })).toMatchObject({ status: 200 });
    expect(await control(id, 'retry', { include_unknown: 'yes' })).toMatchObject({
      status: 400,
      body: { details: { include_unknown: ['must be true or false.'] } },
    });
    expect(await control(id, 'retry', [])).toMatchObject({ status: 400 });
    bulk.meta.faults.clear();
  });

  it.each(CONTROLS)('that do not exist are 404 to %s', async (action) => {
    expect(await control(UNKNOWN, action)).toMatchObject({ status: 404, body: { code: 'BULK_SEND_NOT_FOUND' } });
  });

  it('are there for their own workspace alone', async () => {
    const id = await create([recipientOf(0)], LATER);
    await bulk.app.get(WorkspacesService).ensure('elsewhere');
    const { key } = await bulk.app.get(ApiKeysService).create({ name: 'Elsewhere', workspace: 'elsewhere' });
    const stranger = { 'x-api-key': key };
    for (const action of CONTROLS) expect(await control(id, action, {}, stranger)).toMatchObject({ status: 404 });
    for (const path of READS) expect(await bulk.get(`${id}/${path}`, stranger)).toMatchObject({ status: 404 });
    expect((await bulk.get('', stranger)).body).toMatchObject({ count: 0, results: [] });
  });

  it('need the ability to send for what changes them, and to read for the rest', async () => {
    const id = await create([recipientOf(0)]);
    await bulk.until(id, ({ completed_at }) => completed_at !== null);
    const keyWith = async (ability: 'messages.send' | 'messages.read') => {
      const { key } = await bulk.app.get(ApiKeysService).create({ name: ability, abilities: [ability] });
      return { 'x-api-key': key };
    };
    const [sender, reader] = [await keyWith('messages.send'), await keyWith('messages.read')];
    const forbidden = { status: 403, body: { code: 'FORBIDDEN' } };
    expect(await bulk.send([recipientOf(0)], LATER, reader)).toMatchObject(forbidden);
    expect(await bulk.send([recipientOf(0)], LATER, sender)).toMatchObject({ status: 202 });
    for (const action of CONTROLS) {
      expect(await control(id, action, {}, reader)).toMatchObject(forbidden);
      expect((await control(id, action, {}, sender)).status).not.toBe(403);
    }
    for (const path of [`${id}/messages/`, `${id}/events/`, `${id}/export/`, `${id}/`, '']) {
      expect(await bulk.get(path, sender)).toMatchObject(forbidden);
      const address = `${bulk.app.url}${BULK_SENDS}${path}`;
      expect((await fetch(address, { headers: reader })).status).toBe(200);
      expect((await fetch(address)).status).toBe(401);
    }
  });
});
