import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphApiServer, sampleTemplates, type Account } from 'nestjs-whatsapp/testing';
import { call } from './graph-client.js';

let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
afterAll(() => meta.close());

const NAMES = Object.values(sampleTemplates).map(({ name }) => name);
const list = (query = '', account: Account = meta.account, version = 'v25.0') =>
  call(meta, 'GET', `${account.id}/message_templates${query}`, undefined, { version });

function accountWith(count: number): Account {
  const templates = Array.from({ length: count }, (_, index) => ({
    name: `template_${index}`,
    language: 'en',
    components: [{ type: 'BODY', text: 'Hi' }],
  }));
  return meta.addAccount({ templates });
}

describe('GET message_templates', () => {
  it('lists templates as they were given', async () => {
    const { body } = await list('?limit=100');
    expect(body.data?.map(({ name }) => name)).toEqual(NAMES);
    const { id: _id, ...named } = sampleTemplates.named;
    expect(body.data?.[2]).toEqual({ ...named, id: expect.stringMatching(/^\d+$/) });
    expect(body.paging).toEqual({ cursors: { before: expect.any(String), after: expect.any(String) } });
  });

  it('keeps the ids of fixtures that have one', async () => {
    const account = meta.addAccount({ templates: [sampleTemplates.plain] });
    expect((await list('', account)).body.data?.[0]).toEqual(sampleTemplates.plain);
    expect((await call(meta, 'GET', sampleTemplates.plain.id)).body).toEqual(sampleTemplates.plain);
  });

  it.each([
    ['name=welcome_message', ['welcome_message']],
    ['name=welcome', []],
    ['name_or_content=invoice', ['invoice_ready']],
    ['language=es_AR', ['pedido_enviado']],
    ['category=authentication', ['login_code']],
    ['status=PAUSED', []],
    ['status=APPROVED&category=UTILITY&language=es_AR', ['pedido_enviado']],
  ])('filters by %s', async (query, expected) => {
    const { body } = await list(`?fields=name&${query}`);
    expect(body.data?.map(({ name }) => name)).toEqual(expected);
  });

  it('tells the fields asked for, and the summary', async () => {
    const { body } = await list(
      '?fields=status,quality_score{score}&limit=1&summary=message_template_count,message_template_limit',
    );
    expect(body.data).toEqual([{ id: expect.any(String), status: 'APPROVED', quality_score: { score: 'UNKNOWN' } }]);
    expect(body.summary).toEqual({ message_template_count: NAMES.length, message_template_limit: 250 });
  });

  it('gives 25 at a time, and absolute links without the token', async () => {
    const account = accountWith(60);
    const first = await call(
      meta,
      'GET',
      `${account.id}/message_templates?status=APPROVED&access_token=${meta.accessToken}`,
    );
    expect(first.body.data).toHaveLength(25);
    expect(first.body.paging?.previous).toBeUndefined();
    const seen = [...(first.body.data ?? [])];
    let next = first.body.paging?.next;
    expect(next).toMatch(new RegExp(`^${meta.url}/v25.0/${account.id}/message_templates\\?status=APPROVED&`));
    while (next !== undefined) {
      expect(next).not.toContain('access_token');
      const page = await call(meta, 'GET', next.slice(`${meta.url}/v25.0/`.length));
      seen.push(...(page.body.data ?? []));
      next = page.body.paging?.next;
    }
    expect(seen.map(({ name }) => name)).toEqual(Array.from({ length: 60 }, (_, index) => `template_${index}`));
  });

  it('pages through everything once in either direction, whatever the size of a page', async () => {
    const account = accountWith(7);
    const names = account.templates.map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), async (limit) => {
        const forwards: unknown[] = [];
        let page = await list(`?limit=${limit}`, account);
        forwards.push(...(page.body.data ?? []));
        while (page.body.paging?.next !== undefined) {
          page = await list(`?limit=${limit}&after=${page.body.paging.cursors.after}`, account);
          forwards.push(...(page.body.data ?? []));
        }
        const backwards = [...(page.body.data ?? [])];
        while (page.body.paging?.previous !== undefined) {
          page = await list(`?limit=${limit}&before=${page.body.paging.cursors.before}`, account);
          backwards.unshift(...(page.body.data ?? []));
        }
        expect(forwards).toMatchObject(names.map((name) => ({ name })));
        expect(backwards).toMatchObject(names.map((name) => ({ name })));
      }),
      { numRuns: 9 },
    );
  });

  it.each([
    ['v25.0', 131059],
    ['v24.0', 131059],
    ['v23.0', 100],
  ])('refuses cursors that are bad or have gone stale (%s)', async (version, code) => {
    const account = accountWith(3);
    const { body } = await list('?limit=1', account);
    const [first] = account.templates;
    if (first) account.removeTemplate(first);
    for (const cursor of ['nonsense', body.paging?.cursors.after]) {
      expect((await list(`?after=${cursor}`, account, version)).body.error?.code).toBe(code);
    }
  });

  it('keeps a cursor good when templates around it come and go', async () => {
    const account = accountWith(3);
    const { body } = await list('?limit=1', account);
    account.addTemplate({ name: 'late', language: 'en', components: [] });
    const rest = await list(`?fields=name&after=${body.paging?.cursors.after}`, account);
    expect(rest.body.data?.map(({ name }) => name)).toEqual(['template_1', 'template_2', 'late']);
  });

  it.each(['0', '-1', 'many'])('refuses a limit of %s', async (limit) => {
    expect((await list(`?limit=${limit}`)).body.error?.code).toBe(100);
  });
});
