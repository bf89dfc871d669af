import {
  type ApiKeyAbility,
  ApiKeysService,
  BulkService,
  type ConsoleOptions,
  MessagesService,
  type WhatsAppModuleOptions,
} from 'nestjs-whatsapp';
import { GraphApiServer, type GraphApiServerOptions, sampleTemplates } from 'nestjs-whatsapp/testing';
import { optionsFor, TestApp, type TestAppOptions } from '../support/test-app.js';

export const CONSOLE = '/whatsapp/console';

interface Given extends Pick<TestAppOptions, 'adapter' | 'database' | 'globalPrefix'> {
  readonly console?: ConsoleOptions;
  readonly options?: WhatsAppModuleOptions;
  /** At Meta; the sample's when left out. */
  readonly accounts?: GraphApiServerOptions['accounts'];
}

/** An app with the console mounted, and Meta reporting what becomes of messages. */
export class ConsoleApp implements AsyncDisposable {
  private constructor(
    readonly app: TestApp,
    readonly meta: GraphApiServer,
    readonly url: string,
  ) {}

  static async start({
    adapter,
    database,
    globalPrefix,
    console = {},
    options,
    accounts: given,
  }: Given = {}): Promise<ConsoleApp> {
    const meta = await GraphApiServer.start({
      ...(given ? { accounts: given } : { sample: true }),
      limits: { pair: false },
    });
    const { accounts = [], ...others } = optionsFor(meta);
    const app = await TestApp.start({
      adapter,
      database,
      globalPrefix,
      meta,
      options: {
        ...others,
        accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
        ...options,
        surfaces: { console, webhook: true },
      },
    });
    const prefix = globalPrefix === undefined ? '' : `/${globalPrefix}`;
    meta.webhooks = { url: `${app.url}${prefix}/whatsapp/webhook` };
    return new ConsoleApp(app, meta, `${app.url}${prefix}${CONSOLE}`);
  }

  /** Sends the sample template; `code` is an error that Meta answers with. */
  async send(to: string, { name = 'Ana', code }: { name?: string; code?: number } = {}): Promise<void> {
    if (code !== undefined) this.meta.faults.nextSend({ kind: 'error', code }, { recipient: to });
    const { name: template, language } = sampleTemplates.named;
    const variables = { name, company: 'Acme' };
    const send = this.app.get(MessagesService).sendTemplate({ to, template, language, variables });
    await (code === undefined ? send : send.catch(() => undefined));
  }

  /** Sends the sample template to so many people; each fiftieth has no WhatsApp. */
  async sendBulk(name: string, count: number): Promise<string> {
    const { name: template, language } = sampleTemplates.named;
    const phones = Array.from({ length: count }, (_, index) => `+54911${20_000_000 + index}`);
    for (const [index, recipient] of phones.entries()) {
      if (index % 50 === 7) this.meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient });
    }
    const recipients = phones.map((phone) => ({ phone, variables: { name: 'Ana', company: 'Acme' } }));
    const { id } = await this.app.get(BulkService).create({ name, template, language, recipients });
    return id;
  }

  /** A new key of a workspace. */
  async newKey(...abilities: readonly ApiKeyAbility[]): Promise<string> {
    const { key } = await this.app.get(ApiKeysService).create({
      name: 'Support',
      ...(abilities.length > 0 && { abilities }),
    });
    return key;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    await this.meta.close();
  }
}
