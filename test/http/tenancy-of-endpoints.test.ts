import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mountSurfaces } from '../../lib/http/surfaces.js';
import { oneAdapter } from '../support/test-app.js';
import { PERSON } from './tenancy/call.js';
import { CALLS } from './tenancy/calls.js';
import { type Ids, type Tenant, Tenants, UNKNOWN } from './tenancy/tenants.js';

const routes = mountSurfaces({
  metaTemplates: true,
  conversations: true,
  messaging: true,
  workspace: true,
  console: true,
})
  .flatMap((surface) => surface.routes)
  .map(({ method, path }) => `${method} ${path}`)
  // Meta's webhooks come without a key; the secret that signs them says where they belong.
  .filter((route) => !route.endsWith('/webhook'))
  // What the console shows to anyone, and who is signed in.
  .filter((route) => !route.includes('whatsapp/console') || /\/api\/(?!session)/.test(route))
  // An answer without an end: test/console/stream.test.ts says that it carries the events of one workspace only.
  .filter((route) => route !== 'GET whatsapp/console/api/stream');

it('Every endpoint is tried', () => {
  expect(routes.length).toBeGreaterThan(35);
  expect(Object.keys(CALLS).toSorted()).toEqual(routes.toSorted());
});

/** A text in which ids and moments that differ from call to call are alike. */
function alike(answer: { readonly status: number; readonly text: string }, named: Ids): string {
  let text = `${answer.status}: ${answer.text}`;
  for (const [name, value] of Object.entries(named).toSorted((a, b) => String(b[1]).length - String(a[1]).length)) {
    for (const spelling of [String(value), String(value).replace('+', ''), encodeURIComponent(String(value))]) {
      // A number of few digits may stand anywhere; in sentences it stands behind a space.
      if (typeof value === 'number') text = text.replace(new RegExp(` ${spelling}(?!\\d)`, 'g'), ` <${kindOf(name)}>`);
      else if (spelling !== '') text = text.replaceAll(spelling, `<${kindOf(name)}>`);
    }
  }
  return (
    text
      // Of names of its own, the one that is next to what was asked for.
      .replace(/ Did you mean \\"\w+\\"\?/g, '')
      .replace(/wamid\.[\w=]+/g, '<wamid>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<moment>')
      .replace(/("(?:id|\w+_id|fbtrace_id)":)(?:\d+|"\w+")/g, '$1<id>')
      .replace(/\+?12025\d{6}/g, '<phone>')
      .replace(/(message|conversation) \d+/g, '$1 <id>')
  );
}

const kindOf = (name: string): string => (/Id$|Row$/.test(name) ? 'id' : name);

describe.each(oneAdapter)('A key on $adapter', ({ adapter }) => {
  let tenants: Tenants;

  beforeAll(async () => {
    tenants = await Tenants.start(adapter);
  });
  afterAll(() => tenants[Symbol.asyncDispose]());
  beforeEach(() => tenants.meta.clear());

  async function call(route: string, { path, body, headers }: ReturnType<(typeof CALLS)[string]>[number], key: string) {
    const [method = ''] = route.split(' ');
    const raw = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const response = await tenants.app.fetch(path, {
      method,
      headers: { 'x-api-key': key, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(raw !== undefined && { body: raw }),
    });
    return { status: response.status, text: await response.text() };
  }

  const pairs = [
    ['north', () => [tenants.north, tenants.south]],
    ['south', () => [tenants.south, tenants.north]],
  ] as const satisfies readonly (readonly [string, () => readonly [Tenant, Tenant]])[];

  describe.each(pairs)('of the workspace %s', (_, pair) => {
    it.each(Object.entries(CALLS))(
      "%s: what is another's is as what never was, and stays as it is",
      async (route, calls) => {
        const [own, foreign] = pair();
        const before = await tenants.rowsOf(foreign);
        expect(before.length).toBeGreaterThan(8);
        const unknown = calls(own, UNKNOWN);
        for (const [index, asked] of calls(own, foreign).entries()) {
          const answer = await call(route, asked, own.key);
          const other = unknown[index];
          if (!other) throw new Error('Each call has its like.');
          const like = await call(route, other, own.key);
          const likes = asked.isByPlace ? String(like.status) : alike(like, UNKNOWN);
          expect(asked.isByPlace ? String(answer.status) : alike(answer, foreign)).toBe(likes);
          // What the request says itself may be said again.
          const said = JSON.stringify(asked);
          for (const secret of foreign.secrets.filter((word) => !said.includes(word)))
            expect(answer.text).not.toContain(secret);
        }
        expect(await tenants.rowsOf(foreign)).toEqual(before);
        for (const { path, headers } of tenants.meta.requests) {
          // Whether Meta can be reached is asked without a token.
          expect([undefined, `Bearer ${own.account.accessToken}`]).toContain(headers.authorization);
          expect(path).not.toContain(foreign.account.id);
          expect(path).not.toContain(foreign.numberId);
        }
      },
    );

    it.each(routes.filter((route) => route.includes(':subdomain')))(
      "%s: another's subdomain is as one that never was",
      async (route) => {
        const [own, foreign] = pair();
        const path = (subdomain: string) =>
          `/${route.split(' ')[1]}`.replace(':subdomain', subdomain).replace(':id', String(foreign.contactId));
        for (const subdomain of [foreign.workspace, 'never-was']) {
          const body = route.startsWith('P') ? { body: {} } : {};
          const { status, text } = await call(route, { path: path(subdomain), ...body }, own.key);
          expect({ status, body: JSON.parse(text) }).toEqual({
            status: 400,
            body: { status: 'error', message: 'Validation failed', errors: 'Invalid tenant subdomain' },
          });
        }
        expect(tenants.meta.requests).toEqual([]);
      },
    );
  });

  // So that nothing above is refused for another reason than whose it is.
  it.each(Object.entries(CALLS))('may use what is its own: %s', async (route, calls) => {
    const { north } = tenants;
    for (const phone of [north.phone, PERSON]) north.account.phoneNumbers[0]?.openWindow(phone);
    for (const asked of calls(north, north)) {
      const { status, text } = await call(route, asked, north.key);
      // A state that forbids it is that of something which is there.
      const isThere = status < 300 || status === 409 || text.includes('already been taken');
      expect(isThere ? 'there' : `${status} ${text}`).toBe('there');
    }
  });
});
