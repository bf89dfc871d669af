import type { WhatsAppModuleExtras } from 'nestjs-whatsapp';
import { ApiKeysService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import type { ApiKeyAbility } from '../../../lib/auth/ability.js';
import { type Answer, optionsFor, TestApp, type TestAppOptions } from '../../support/test-app.js';

let people = 0;

/** The number of someone without a message so far. */
export const someone = (): string => `+1202555${String(1_000 + (people += 1))}`;

/** An app with the surface `workspace` and the workspace `acme`, whose accounts are those of Meta's stand-in. */
export class Acme implements AsyncDisposable {
  private constructor(
    readonly app: TestApp,
    readonly meta: GraphApiServer,
    readonly key: string,
    private readonly base: string,
  ) {}

  static async start(
    { options = {}, globalPrefix, ...given }: TestAppOptions = {},
    surface: NonNullable<WhatsAppModuleExtras['surfaces']>['workspace'] = { rateLimit: false },
  ): Promise<Acme> {
    const meta = given.meta ?? (await GraphApiServer.start({ sample: true }));
    const accounts = (optionsFor(meta).accounts ?? []).map((account) => ({ ...account, workspace: 'acme' }));
    const all = { ...optionsFor(meta), accounts, surfaces: { workspace: surface }, ...options };
    const app = await TestApp.start({ ...given, meta, globalPrefix, options: all });
    const { key } = await app.get(ApiKeysService).create({ name: 'Acme', workspace: 'acme' });
    return new Acme(app, meta, key, `${globalPrefix ? `/${globalPrefix}` : ''}/api/v1/acme`);
  }

  /** A key of the workspace that may do no more than that. */
  async keyWith(abilities: readonly ApiKeyAbility[], workspace = 'acme'): Promise<string> {
    return (await this.app.get(ApiKeysService).create({ name: 'Limited', workspace, abilities })).key;
  }

  /** A call below `/api/v1/acme`, with the key as this API's clients send it. */
  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.callAt(method, this.base + path, body, headers);
  }

  callAt(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.app.call(method, path, body, { 'x-api-key': '', authorization: `Bearer ${this.key}`, ...headers });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('GET', path, undefined, headers);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('POST', path, body, headers);
  }

  /** `POST /messages/send`, to someone new unless said otherwise. */
  send(overrides: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post('/messages/send', { phone_number: someone(), message_body: 'Hello!', ...overrides }, headers);
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

export const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
