import { createHmac, randomUUID } from 'node:crypto';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { vi } from 'vitest';
import { type Answer, optionsFor, TestApp, type TestAppOptions } from '../support/test-app.js';

const ALL = {
  metaTemplates: true,
  conversations: true,
  messaging: true,
  workspace: true,
  webhook: true,
  console: true,
} as const;

/** An app in which there is what the examples of the API document speak of. */
export class ExampleApp implements AsyncDisposable {
  private constructor(
    readonly app: TestApp,
    private readonly meta: GraphApiServer,
  ) {}

  static async start(adapter: TestAppOptions['adapter']): Promise<ExampleApp> {
    const phoneNumber = { id: '106540352242922', messagingLimit: 'TIER_2K' };
    const meta = await GraphApiServer.start({ accounts: [{ id: '102290129340398', phoneNumbers: [phoneNumber] }] });
    meta.account.addSampleTemplates();
    const { accounts = [], ...options } = optionsFor(meta);
    const withSecret = accounts.map((account) => ({ ...account, appSecret: meta.appSecret }));
    const app = await TestApp.start({ adapter, meta, options: { ...options, accounts: withSecret, surfaces: ALL } });
    return new ExampleApp(app, meta);
  }

  /** The path with ids of rows that there are. */
  async pathFor(path: string): Promise<string> {
    const filled = path.replace('{subdomain}', 'default');
    return filled.includes('{id}') ? filled.replace('{id}', String(await this.#rowOf(path))) : filled;
  }

  /** What else a request needs: Meta signs what it tells. */
  headersFor(path: string, body: string): Record<string, string> {
    if (!path.endsWith('/webhook')) return {};
    return { 'x-hub-signature-256': `sha256=${createHmac('sha256', this.meta.appSecret).update(body).digest('hex')}` };
  }

  /** Meta blocks people who wrote. */
  wrote(phone: string): void {
    this.meta.phoneNumber.receive({ type: 'text', from: phone, profileName: 'Ana', text: { body: 'Hola' } });
  }

  async #rowOf(path: string): Promise<unknown> {
    if (path.includes('/conversations/')) {
      const { body: sent } = await this.#made('/api/whatsapp/send', { phoneNumber: '+50212345678', content: 'Hola' });
      return sent.data.conversation.conversation_id;
    }
    if (path.includes('/contacts/')) {
      const made = await this.#made('/api/v1/default/contacts', { firstname: 'Ana', phone: '+5491155550000' });
      return made.body.data.id;
    }
    const [, plural] = /\/(groups|statuses|sources)\//.exec(path) ?? [];
    if (plural !== undefined)
      return (await this.#made(`/api/v1/default/${plural}`, { name: randomUUID() })).body.data.id;
    if (path.includes('/bulk-sends/')) return this.#endedBulkSend();
    throw new Error(`no one knows what {id} stands for in ${path}.`);
  }

  async #endedBulkSend(): Promise<string> {
    const { body: accepted } = await this.#made('/api/v1/meta-templates/send-bulk', {
      phone_number_id: this.meta.phoneNumber.id,
      template_name: 'welcome_message',
      recipients: [{ phone: '+5491112345678', variables: { name: 'Juan', company: 'Mi Empresa' } }],
    });
    const id: string = accepted.bulk_send_id;
    await vi.waitFor(
      async () => {
        const { body: status } = await this.app.call('GET', `/api/v1/meta-templates/bulk-sends/${id}`);
        if (status.status !== 'COMPLETED') throw new Error(`The bulk send is ${status.status}.`);
      },
      { timeout: 30_000, interval: 50 },
    );
    return id;
  }

  async #made(path: string, fields: object): Promise<Answer> {
    const answer = await this.app.call('POST', path, fields);
    if (answer.status < 300) return answer;
    throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    await this.meta.close();
  }
}
