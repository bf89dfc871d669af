import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GraphApiServer, type WebhookOptions } from 'nestjs-whatsapp/testing';
import { send } from '../graph-client.js';
import { WebhookReceiver } from './webhook-receiver.js';

const HOUR_MS = 3_600_000;
const TEXT = { type: 'text', text: { body: 'Hello' } };

let app: WebhookReceiver;
let meta: GraphApiServer;
beforeEach(async () => {
  app = await WebhookReceiver.start();
  meta = await GraphApiServer.start({ sample: true });
});
afterEach(async () => {
  await meta.close();
  await app[Symbol.asyncDispose]();
});

const post = (options: Partial<WebhookOptions>) => {
  meta.webhooks = { url: app.url('/app'), statuses: ['sent'], ...options };
};
const sendOne = async () => (await send(meta, TEXT)).body.messages?.[0]?.id;
const received = (count: number) => vi.waitUntil(() => app.webhooks.length >= count, { interval: 1 });
const settled = () => vi.waitUntil(() => meta.webhookCounts.pending === 0, { interval: 1 });
const unanswered = () => new Promise<number>(() => {});

describe('a webhook that fails', () => {
  it('is tried again, the same bytes with the same signature, until it is answered with 200', async () => {
    post({ retryAfterMs: [0, 0, 0] });
    app.answers.push(500, 302, 204);
    await sendOne();
    await received(4);
    await settled();
    expect(new Set(app.webhooks.map(({ raw }) => raw)).size).toBe(1);
    expect(new Set(app.webhooks.map(({ headers }) => headers['x-hub-signature-256'])).size).toBe(1);
    expect(meta.webhookCounts).toMatchObject({ pending: 0, delivered: 1, dropped: 0 });
  });

  it('is dropped after the last try', async () => {
    post({ retryAfterMs: [0], statuses: ['sent', 'delivered'] });
    app.answers.push(500, 500);
    await sendOne();
    await received(2);
    await settled();
    expect(meta.webhookCounts).toMatchObject({ pending: 0, delivered: 0, dropped: 2 });
  });

  it('is dropped too when no one listens', async () => {
    const gone = await WebhookReceiver.start();
    post({ url: gone.url('/'), retryAfterMs: [0] });
    await gone[Symbol.asyncDispose]();
    await sendOne();
    await settled();
    expect(meta.webhookCounts).toMatchObject({ pending: 0, delivered: 0, dropped: 1 });
  });

  it('does not hold up the next one', async () => {
    post({ retryAfterMs: [HOUR_MS] });
    app.answers.push(500);
    const ids = [await sendOne()];
    await received(1);
    ids.push(await sendOne());
    await received(2);
    expect(app.ids).toEqual(ids);
    await vi.waitUntil(() => meta.webhookCounts.delivered === 1, { interval: 1 });
    expect(meta.webhookCounts).toMatchObject({ pending: 1, delivered: 1, dropped: 0 });
  });
});

describe('the end of webhooks', () => {
  it.each<[string, () => Promise<void>]>([
    ['close()', () => meta.close()],
    ['clear()', () => Promise.resolve(meta.clear())],
    ['another target', () => Promise.resolve(post({ url: app.url('/other') }))],
    ['none', () => Promise.resolve(void (meta.webhooks = undefined))],
  ])('comes at once with %s, for what is on its way and for what waits', async (_end, end) => {
    post({});
    app.answers.push(unanswered());
    await sendOne();
    await received(1);
    await sendOne();
    await end();
    await app.webhooks[0]?.gone;
    expect(app.webhooks).toHaveLength(1);
    expect(meta.webhookCounts).toMatchObject({ pending: 0, delivered: 0, dropped: 0 });
  });

  it.each<[string, Partial<WebhookOptions>, number, () => Promise<void>]>([
    ['a step that is not due yet', { delayMs: 20 }, 0, () => meta.close()],
    ['a step that is not due yet', { delayMs: 20 }, 0, () => Promise.resolve(meta.clear())],
    ['a further try', { retryAfterMs: [20] }, 1, () => meta.close()],
    ['a further try', { retryAfterMs: [20] }, 1, () => Promise.resolve(meta.clear())],
  ])('takes back %s', async (_what, options, posted, end) => {
    post(options);
    if (posted > 0) app.answers.push(500);
    await sendOne();
    await received(posted);
    await end();
    // Whatever was not taken back would come before the webhook of another server, which waits longer.
    const webhooks: WebhookOptions = { url: app.url('/other'), statuses: ['sent'], delayMs: 40 };
    await using other = await GraphApiServer.start({ sample: true, webhooks });
    await send(other, TEXT);
    await received(posted + 1);
    expect(app.webhooks.slice(posted).map(({ path }) => path)).toEqual(['/other']);
  });
});

describe('webhooks', () => {
  it('are posted from the moment that they are set', async () => {
    await sendOne();
    expect([meta.webhooks, meta.webhookCounts.pending]).toEqual([undefined, 0]);
    post({});
    expect(meta.webhooks?.url).toBe(app.url('/app'));
    const id = await sendOne();
    await received(1);
    expect(app.ids).toEqual([id]);
  });
});
