import { GraphApiServer, sampleTemplates, TestClock, type AccountFixture } from 'nestjs-whatsapp/testing';
import { expect, vi } from 'vitest';
import { call, type Body } from '../graph-client.js';
import { WebhookReceiver } from '../webhooks/webhook-receiver.js';

export const TEXT = { type: 'text', text: { body: 'Hello' } };

/** What a send of a template without variables has. */
export const templateOf = ({ name, language }: { readonly name: string; readonly language: string }) => ({
  type: 'template',
  template: { name, language: { code: language } },
});

export const UTILITY = templateOf(sampleTemplates.plain);

/** The stand-in on a clock that a test moves, and an app that takes its webhooks. */
export class PricingScene implements AsyncDisposable {
  private constructor(
    readonly app: WebhookReceiver,
    readonly clock: TestClock,
    readonly meta: GraphApiServer,
  ) {}

  static async start(startAt: string, account: AccountFixture = {}): Promise<PricingScene> {
    const app = await WebhookReceiver.start();
    const clock = new TestClock({ startAt: Date.parse(startAt), speed: 0 });
    const webhooks = { url: app.url('/app') };
    const meta = await GraphApiServer.start({ accounts: [account], now: clock.now, webhooks, limits: false });
    meta.account.addPhoneNumber({ displayPhoneNumber: '+54 9 223 675-0780' });
    meta.account.addSampleTemplates();
    return new PricingScene(app, clock, meta);
  }

  /** Sends from the first number, or from another. Returns the wamid. */
  async send(message: object, phoneNumberId = this.meta.phoneNumber.id): Promise<string> {
    const envelope = { messaging_product: 'whatsapp', to: '+5491112345678', ...message };
    const { body } = await call(this.meta, 'POST', `${phoneNumberId}/messages`, envelope);
    const id = body.messages?.[0]?.id;
    if (id === undefined) throw new Error(JSON.stringify(body));
    return id;
  }

  async sendMany(count: number, message: object = TEXT, phoneNumberId?: string): Promise<void> {
    const ids = Array.from({ length: count });
    for (let from = 0; from < count; from += 50) {
      await Promise.all(ids.slice(from, from + 50).map(() => this.send(message, phoneNumberId)));
    }
  }

  /** The statuses of a message once as many as have become due were posted. */
  async statusesOf(id: string): Promise<readonly Record<string, unknown>[]> {
    await this.settled();
    return this.app.webhooks.flatMap(({ value }) => value.statuses ?? []).filter((status) => status.id === id);
  }

  /** What its statuses say of the price of a message, which they all agree on. */
  async pricingOf(message: object, phoneNumberId?: string): Promise<unknown> {
    const statuses = await this.statusesOf(await this.send(message, phoneNumberId));
    const priced = statuses.filter(({ pricing }) => pricing !== undefined).map(({ pricing }) => pricing);
    for (const pricing of priced) expect(pricing).toEqual(priced[0]);
    return priced[0];
  }

  /** The values that were posted under a field. */
  async valuesOf(field: string): Promise<unknown[]> {
    await this.settled();
    const changes = this.app.webhooks.flatMap(({ entry }) => entry.changes);
    return changes.filter((change) => change.field === field).map(({ value }) => value);
  }

  async settled(): Promise<void> {
    await vi.waitUntil(() => this.meta.webhookCounts.pending === 0, { interval: 1, timeout: 10_000 });
  }

  /** An answer of the stand-in to a GET. */
  async get(path: string): Promise<Body> {
    return (await call(this.meta, 'GET', path)).body;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.meta.close();
    await this.app[Symbol.asyncDispose]();
  }
}

const CHARGED = { billable: true, pricing_model: 'PMP', type: 'regular' };
const FREE = { billable: false, pricing_model: 'PMP' };

export const charged = (category: string) => ({ ...CHARGED, category });
export const free = (type: string, category: string) => ({ ...FREE, type, category });
