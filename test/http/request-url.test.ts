import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapters } from '../support/test-app.js';
import { BulkApp, recipientsOf } from './bulk/bulk-app.js';

const LATER = { scheduled_at: '2099-01-01T00:00:00Z' };

describe.each(adapters)('The address of the next page on $adapter', ({ adapter }) => {
  let bulk: BulkApp;

  beforeAll(async () => {
    bulk = await BulkApp.start({ adapter });
    for (const index of [0, 1]) await bulk.send(recipientsOf(1, index), LATER);
  });
  afterAll(() => bulk[Symbol.asyncDispose]());

  /** `fetch` sets the host itself. */
  const nextFor = (host: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const headers = { host, 'x-api-key': bulk.app.key };
      const call = request(`${bulk.app.url}/api/v1/meta-templates/bulk-sends/?page_size=1`, { headers }, (response) => {
        response
          .setEncoding('utf8')
          .toArray()
          .then((text) => resolve(JSON.parse(text.join('')).next), reject);
      });
      call.once('error', reject).end();
    });

  it.each([
    ['api.example.com', 'http://api.example.com'],
    ['api.example.com:8080', 'http://api.example.com:8080'],
    ['[::1]:3000', 'http://[::1]:3000'],
    ['no host at all', 'http://localhost'],
  ])('is at the host that was asked: %s', async (host, origin) => {
    expect(await nextFor(host)).toBe(`${origin}/api/v1/meta-templates/bulk-sends/?page_size=1&page=2`);
  });
});
