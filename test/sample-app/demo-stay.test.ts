import { afterEach, expect, it, vi } from 'vitest';
import { runDemo } from '../../sample-app/demo-run.js';
import { buildConsole } from '../support/built-console.js';

const ENVIRONMENT = { ...process.env };

afterEach(() => {
  vi.restoreAllMocks();
  for (const name of Object.keys(process.env)) if (!(name in ENVIRONMENT)) delete process.env[name];
  Object.assign(process.env, ENVIRONMENT);
});

it('The demo that stays prints where to sign in, with what; there things happen, until it is ended', async () => {
  await buildConsole();
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
  // The bar of the bulk send.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.stubEnv('PORT', '0');
  const ending = new AbortController();
  const demo = runDemo({ stay: ending.signal });

  const [, console_ = '', key = ''] = await vi.waitUntil(
    () => lines.map((line) => /Open (\S+) and sign in with the key (\S+)/.exec(line)).find((found) => found !== null),
    { timeout: 60_000, interval: 50 },
  );
  const headers = { 'x-whatsapp-console': '1', 'content-type': 'application/json' };
  const signIn = await fetch(`${console_}/api/session`, { method: 'POST', headers, body: JSON.stringify({ key }) });
  const cookie = signIn.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  const get = async (path: string) =>
    JSON.parse(await (await fetch(`${console_}/api/${path}`, { headers: { cookie } })).text());

  await vi.waitFor(
    async () => {
      const { bulk_sends: bulkSends } = await get('bulk-sends');
      expect(bulkSends).toContainEqual(
        expect.objectContaining({ status: 'PROCESSING', name: 'Novidades de dezembro' }),
      );
      const { templates } = await get('templates?page_size=100');
      const statuses = templates.map(({ status }: { readonly status: string }) => status);
      expect(statuses).toEqual(expect.arrayContaining(['PAUSED', 'REJECTED', 'APPROVED']));
      const { messages } = await get('messages?status=read');
      expect(messages.length).toBeGreaterThan(0);
      const { hours } = await get('overview');
      expect(hours.at(-1).sent).toBeGreaterThan(40);
    },
    { timeout: 60_000, interval: 200 },
  );
  ending.abort();
  await demo;
  await expect(fetch(console_)).rejects.toThrow('fetch failed');
}, 120_000);
