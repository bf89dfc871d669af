import { type ApiKeyAbility, AccountsService, ApiKeysService, type WhatsAppModuleOptions } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { expect } from 'vitest';
import { InboundMessages } from '../../../lib/webhooks/messages/inbound-messages.js';
import { textItem } from '../../conversations/inbound-items.js';
import { type Answer, optionsFor, TestApp, type TestAppOptions } from '../../support/test-app.js';

export const BASE = '/whatsapp/api';

/** A moment as JSON has it. */
export const MOMENT: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

let people = 0;

/** The number of someone without a message so far, as this API's clients write it. */
export const someone = (): string => `91987654${String(1_000 + (people += 1))}`;

/** What every send is answered. */
export const sentTo = (phone: string, status: object = {}): object => ({
  status: 'sent',
  result: {
    messaging_product: 'whatsapp',
    contacts: [{ input: `+${phone}`, wa_id: phone }],
    messages: [{ id: expect.stringMatching(/^wamid\./), ...status }],
  },
});

/** An app with the surface `messaging`, and Meta's stand-in. */
export class MessagingApp implements AsyncDisposable {
  private constructor(
    readonly app: TestApp,
    readonly meta: GraphApiServer,
  ) {}

  static async start(
    adapter?: TestAppOptions['adapter'],
    change: (meta: GraphApiServer) => WhatsAppModuleOptions = () => ({}),
  ): Promise<MessagingApp> {
    const meta = await GraphApiServer.start({ sample: true });
    const options = { ...optionsFor(meta), surfaces: { messaging: true, metaTemplates: true }, ...change(meta) };
    return new MessagingApp(await TestApp.start({ adapter, meta, options }), meta);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.app.call('GET', BASE + path, undefined, headers);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.app.call('POST', BASE + path, body, headers);
  }

  delete(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.app.call('DELETE', BASE + path, body, headers);
  }

  /** A text, to someone new unless said otherwise. */
  text(overrides: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post('/send-message/', { phone: someone(), message: 'Hello!', ...overrides }, headers);
  }

  /** A customer writes. */
  async receives(phone: string, text = 'hi', phoneNumberId?: string): Promise<void> {
    const item = textItem(this.app, text, 0, { from: phone, at: Date.now(), ...(phoneNumberId && { phoneNumberId }) });
    this.meta.phoneNumber.openWindow(`+${phone}`);
    await this.app.get(InboundMessages).apply([item]);
  }

  /** The key of a workspace, of an ability or two. */
  async keyOf(workspace: string | undefined, ...abilities: ApiKeyAbility[]): Promise<Record<string, string>> {
    const { key } = await this.app.get(ApiKeysService).create({
      name: 'key',
      workspace,
      ...(abilities.length > 0 && { abilities }),
    });
    return { 'x-api-key': key };
  }

  /** Row ids of a workspace's phone numbers. */
  async accountIds(workspace?: string): Promise<number[]> {
    return (await this.app.get(AccountsService).phoneNumbers({ workspace })).map(({ id }) => id);
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
