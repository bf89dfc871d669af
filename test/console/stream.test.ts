import { ApiKeysService, MessagesService, WorkspacesService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { adapters } from '../support/test-app.js';
import { ConsoleApp } from './console-app.js';

interface Given {
  readonly key?: string;
  readonly cookie?: string;
  readonly query?: string;
  readonly lastId?: string;
}

/** One who reads the stream of the console's API. */
class Reader implements AsyncDisposable {
  text = '';
  /** When the connection ended, in ms. */
  endedAt: number | undefined;
  readonly #closing = new AbortController();

  private constructor(readonly response: Response) {}

  static async open(app: ConsoleApp, { key, cookie, query = '', lastId }: Given): Promise<Reader> {
    const closing = new AbortController();
    const response = await fetch(`${app.url}/api/stream${query}`, {
      headers: {
        ...(key !== undefined && { 'x-api-key': key }),
        ...(cookie !== undefined && { cookie }),
        ...(lastId !== undefined && { 'last-event-id': lastId }),
      },
      signal: closing.signal,
    });
    const reader = new Reader(response);
    reader.#closing.signal.addEventListener('abort', () => closing.abort());
    void reader.#read();
    return reader;
  }

  get events(): {
    readonly id: string;
    readonly kind: string;
    readonly messages?: readonly { readonly id: number }[];
  }[] {
    return this.text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
  }

  /** The id of the last event, by its line. */
  get lastId(): string | undefined {
    return [...this.text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1];
  }

  until(kind: string): Promise<unknown> {
    return vi.waitUntil(() => this.events.find((event) => event.kind === kind), { timeout: 20_000 });
  }

  async #read(): Promise<void> {
    try {
      const decoder = new TextDecoder();
      for await (const part of this.response.body ?? []) this.text += decoder.decode(part, { stream: true });
    } catch {
      // It was broken off, by whichever side.
    }
    this.endedAt = performance.now();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await vi.waitUntil(() => this.endedAt !== undefined);
  }
}

describe.each(adapters)('The stream of the console on $adapter', ({ adapter }) => {
  let app: ConsoleApp;
  let key: string;

  beforeAll(async () => {
    app = await ConsoleApp.start({ adapter });
    key = await app.newKey();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  it('is of server-sent events that no proxy keeps back, with what happens', async () => {
    await using reader = await Reader.open(app, { key });
    expect(reader.response.status).toBe(200);
    expect(Object.fromEntries(reader.response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    await vi.waitUntil(() => reader.text.startsWith(': open\n\n'));
    await reader.until('reset');
    await app.send('+5491155550001');
    await reader.until('message');
    const [{ id } = { id: 0 }] = (await app.app.get(MessagesService).list()).items;
    expect(reader.events.find(({ kind }) => kind === 'message')?.messages).toEqual([
      {
        id,
        status: expect.any(String),
        phone_number_id: app.meta.phoneNumber.id,
        bulk_send_id: null,
        conversation_id: null,
      },
    ]);
    expect(reader.lastId).toBe(reader.events.at(-1)?.id);
  });

  it('goes on after `Last-Event-ID`', async () => {
    await using first = await Reader.open(app, { key, query: '?kinds=message' });
    await first.until('reset');
    await app.send('+5491155550002');
    await first.until('message');
    const lastId = first.events.find(({ kind }) => kind === 'message')?.id ?? '';
    await first[Symbol.asyncDispose]();
    await app.send('+5491155550003');
    await using second = await Reader.open(app, { key, lastId });
    await second.until('message');
    expect(second.events.map(({ kind }) => kind)).not.toContain('reset');
  });

  it('carries only what the person may read, and only of their workspace', async () => {
    await app.app.get(WorkspacesService).ensure('other');
    const { key: other } = await app.app.get(ApiKeysService).create({ name: 'Other', workspace: 'other' });
    await using stranger = await Reader.open(app, { key: other });
    await using own = await Reader.open(app, { key });
    await Promise.all([stranger.until('reset'), own.until('reset')]);
    await app.send('+5491155550004');
    await own.until('message');
    expect(stranger.events.map(({ kind }) => kind)).not.toContain('message');

    const contacts = await app.newKey('contacts.read');
    await using refused = await Reader.open(app, { key: contacts });
    expect(refused.response.status).toBe(403);
    await using nameless = await Reader.open(app, {});
    expect(nameless.response.status).toBe(401);
    await using wrong = await Reader.open(app, { key, query: '?kinds=message,nonsense' });
    expect(wrong.response.status).toBe(400);
    await vi.waitUntil(() => wrong.endedAt !== undefined);
    expect(wrong.text).toContain('message, inbound, conversation, bulk_send, pause, template, webhook');
  });

  it('ends within two seconds once the key is revoked, or the person signs out', async () => {
    const signIn = async () => {
      const { key: own, apiKey } = await app.app.get(ApiKeysService).create({ name: 'Support' });
      const headers = { 'content-type': 'application/json', 'x-whatsapp-console': '1' };
      const answer = await fetch(`${app.url}/api/session`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ key: own }),
      });
      return { id: apiKey.id, cookie: answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '' };
    };
    const [leaving, revoked] = [await signIn(), await signIn()];
    await using one = await Reader.open(app, leaving);
    await using other = await Reader.open(app, revoked);
    expect([one.response.status, other.response.status]).toEqual([200, 200]);
    const since = performance.now();
    await fetch(`${app.url}/api/session`, {
      method: 'DELETE',
      headers: { cookie: leaving.cookie, 'x-whatsapp-console': '1' },
    });
    await app.app.get(ApiKeysService).revoke(revoked.id);
    await vi.waitUntil(() => one.endedAt !== undefined && other.endedAt !== undefined, { timeout: 10_000 });
    for (const { endedAt = Infinity } of [one, other]) expect(endedAt - since).toBeLessThan(2_500);
  });

  it('holds up no app that ends', async () => {
    const ending = await ConsoleApp.start({ adapter });
    await using reader = await Reader.open(ending, { key: await ending.newKey() });
    await reader.until('reset');
    const since = performance.now();
    await ending[Symbol.asyncDispose]();
    expect(performance.now() - since).toBeLessThan(3_000);
    await vi.waitUntil(() => reader.endedAt !== undefined);
  });
});
