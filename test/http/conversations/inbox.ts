import type { WhatsAppModuleOptions } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { expect } from 'vitest';
import { InboundMessages } from '../../../lib/webhooks/messages/inbound-messages.js';
import { textItem } from '../../conversations/inbound-items.js';
import { type Answer, optionsFor, TestApp, type TestAppOptions } from '../../support/test-app.js';

export const BASE = '/api/whatsapp';

/** A moment as JSON has it. */
export const MOMENT: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

let people = 0;

/** The number of someone without a message so far. */
export const someone = (): string => `+5021234${String(1_000 + (people += 1))}`;

/** An app with the surface `conversations`, and Meta's stand-in. */
export class Inbox implements AsyncDisposable {
  private constructor(
    readonly app: TestApp,
    readonly meta: GraphApiServer,
  ) {}

  static async start(adapter?: TestAppOptions['adapter'], options: WhatsAppModuleOptions = {}): Promise<Inbox> {
    const meta = await GraphApiServer.start({ sample: true });
    const all = { ...optionsFor(meta), surfaces: { conversations: true }, ...options };
    return new Inbox(await TestApp.start({ adapter, meta, options: all }), meta);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.app.call('GET', BASE + path, undefined, headers);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.app.call('POST', BASE + path, body, headers);
  }

  patch(id: number, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.app.call('PATCH', `${BASE}/conversations/${id}`, body, headers);
  }

  /** `POST /send`, to someone new unless said otherwise. */
  send(overrides: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post('/send', { phoneNumber: someone(), content: 'Hello!', ...overrides }, headers);
  }

  /** A customer writes. */
  async receives(phone: string, text: string, name = 'Ana'): Promise<void> {
    const item = textItem(this.app, text, 0, { from: phone.slice(1), at: Date.now(), name });
    await this.app.get(InboundMessages).apply([item]);
  }

  /** The conversation of someone new who wrote. */
  async open(): Promise<{ readonly id: number; readonly phone: string }> {
    const phone = someone();
    await this.receives(phone, 'hi');
    const { body } = await this.get(`/conversations?search=${phone.slice(1)}`);
    return { id: body.data[0].conversation_id, phone };
  }

  /** What Meta was asked to send. */
  get sent(): unknown[] {
    return this.meta.requestsTo('/messages', 'POST').map(({ body }) => body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    await this.meta.close();
  }
}
