import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { MetaUnreachableError } from '../../lib/graph/meta-outcome.errors.js';
import { answer, clientOf, credential, errorOf, httpServer } from './local-server.js';

type Pages = (after: string | null, url: URL) => { readonly status?: number; readonly body: unknown };

/** Serves pages by cursor, and keeps the addresses it was asked for. */
async function listingServer(pages: Pages) {
  const urls: string[] = [];
  const listener: RequestListener = (request, response) => {
    const url = new URL(request.url ?? '', 'http://graph');
    urls.push(url.pathname + url.search);
    const { status, body } = pages(url.searchParams.get('after'), url);
    answer(response, body, status);
  };
  return { baseUrl: await httpServer(listener), urls };
}

async function listed(baseUrl: string, query = {}): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of clientOf(baseUrl).list('1/message_templates', { credential, query })) items.push(item);
  return items;
}

const invalidCursor = { status: 400, body: { error: { code: 131059, message: 'Invalid cursor' } } };
const next = 'https://elsewhere.example/v25.0/1/message_templates?access_token=EAAG&after=FROM_NEXT';

const page = (ids: readonly string[], after?: string) => ({
  body: {
    data: ids.map((id) => ({ id })),
    paging: { cursors: { before: 'B', after: after ?? 'END' }, ...(after && { next }) },
  },
});

describe('a listing', () => {
  it('goes through every page by cursor, and never to the address of the next one', async () => {
    const { baseUrl, urls } = await listingServer((after) =>
      after === null ? page(['1', '2'], 'A') : after === 'A' ? page([], 'B') : page(['3']),
    );
    await expect(listed(baseUrl, { fields: 'id', limit: 2 })).resolves.toEqual([{ id: '1' }, { id: '2' }, { id: '3' }]);
    expect(urls).toEqual([
      '/v25.0/1/message_templates?fields=id&limit=2',
      '/v25.0/1/message_templates?fields=id&limit=2&after=A',
      '/v25.0/1/message_templates?fields=id&limit=2&after=B',
    ]);
  });

  it.each([{ data: [] }, {}, { data: [], paging: {} }])('ends where there is no next page: %j', async (body) => {
    const { baseUrl, urls } = await listingServer(() => ({ body }));
    await expect(listed(baseUrl)).resolves.toEqual([]);
    expect(urls).toHaveLength(1);
  });

  it('takes the cursor from the next address when there is no other', async () => {
    const { baseUrl } = await listingServer((after) =>
      after === null ? { body: { data: [{ id: '1' }], paging: { next } } } : page([after]),
    );
    await expect(listed(baseUrl)).resolves.toEqual([{ id: '1' }, { id: 'FROM_NEXT' }]);
  });

  it('fetches a page only when it is asked for', async () => {
    const { baseUrl, urls } = await listingServer(() => page(['1', '2'], 'A'));
    for await (const item of clientOf(baseUrl).list('1/phone_numbers', { credential })) {
      expect(item).toEqual({ id: '1' });
      break;
    }
    expect(urls).toHaveLength(1);
  });

  it('starts again, once, when Meta has forgotten its cursor, and yields nothing twice', async () => {
    let forgotten = false;
    const { baseUrl, urls } = await listingServer((after) => {
      if (after === 'A' && !forgotten) {
        forgotten = true;
        return invalidCursor;
      }
      return after === null ? page(['1', '2'], 'A') : page(['2', '3']);
    });
    await expect(listed(baseUrl)).resolves.toEqual([{ id: '1' }, { id: '2' }, { id: '3' }]);
    expect(urls).toHaveLength(4);
  });

  it('gives up when Meta forgets its cursor again', async () => {
    const { baseUrl, urls } = await listingServer((after) => (after === null ? page(['1'], 'A') : invalidCursor));
    await expect(listed(baseUrl)).rejects.toThrow(MetaApiError);
    expect(urls).toHaveLength(4);
  });

  it('does not start again when it had no cursor', async () => {
    const { baseUrl, urls } = await listingServer(() => invalidCursor);
    await expect(listed(baseUrl)).rejects.toThrow(MetaApiError);
    expect(urls).toHaveLength(1);
  });

  it.each([
    ['the same cursor', () => page(['1'], 'A')],
    ['cursors that take turns', (after: string | null) => page(['1'], after === 'A' ? 'B' : 'A')],
    ['no cursor at all', () => ({ body: { data: [], paging: { next: 'https://elsewhere.example/' } } })],
  ])('does not go round in circles: %s', async (_, pages) => {
    const { baseUrl, urls } = await listingServer(pages);
    expect(await errorOf(listed(baseUrl))).toBeInstanceOf(MetaUnreachableError);
    expect(urls.length).toBeLessThan(5);
  });
});
