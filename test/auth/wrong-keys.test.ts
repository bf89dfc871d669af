import { WhatsAppModule } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiKeyRows } from '../../lib/auth/api-key-rows.js';
import { database, Host } from '../module/host.js';
import { oneAdapter, optionsFor } from '../support/test-app.js';

const PATH = '/api/v1/business-accounts';

const call = (host: Host, key: string) => host.call('GET', PATH, undefined, { 'x-api-key': key });

describe.each(oneAdapter)('wrong keys on $adapter', ({ adapter }) => {
  let meta: GraphApiServer;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
  });
  afterAll(() => meta.close());

  const start = (apiKeys: object = {}) =>
    Host.start({
      adapter,
      imports: [
        database(),
        WhatsAppModule.forRoot({ ...optionsFor(meta), apiKeys, surfaces: { metaTemplates: true } }),
      ],
    });

  it('are remembered for a moment: the same one costs one query, however often it comes', async () => {
    await using host = await start();
    const queries = vi.spyOn(host.get(ApiKeyRows), 'findByHash');
    await call(host, 'whatsapp_wrong-wrong-wrong');
    const forOne = queries.mock.calls.length;
    const answers = await Promise.all(Array.from({ length: 30 }, () => call(host, 'whatsapp_wrong-wrong-wrong')));
    expect(answers.every(({ status }) => status === 401)).toBe(true);
    expect(forOne).toBe(1);
    expect(queries.mock.calls.length).toBe(forOne);
  });

  it('are counted: too many different ones from an address get 429, and valid keys go on working there', async () => {
    await using host = await start({ wrongKeysPerMinute: 5 });
    const key = await host.newKey();
    expect(await call(host, key['x-api-key'])).toMatchObject({ status: 200 });
    // Negative without a Retry-After.
    const statuses: number[] = [];
    for (let index = 0; index < 7; index += 1) {
      const { status, headers } = await call(host, `whatsapp_wrong-key-number-${index}`);
      statuses.push(Number(headers.get('retry-after')) > 0 ? status : -status);
    }
    expect(statuses).toEqual([-401, -401, -401, -401, -401, 429, 429]);
    expect(await call(host, key['x-api-key'])).toMatchObject({ status: 200 });
    expect(await host.call('GET', PATH)).toMatchObject({ status: 401 });
  });
});
