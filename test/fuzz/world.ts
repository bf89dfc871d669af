import { Agent } from 'node:http';
import {
  ApiKeysService,
  BulkService,
  CallbacksService,
  ContactGroupsService,
  ContactsService,
  ContactSourcesService,
  ContactStatusesService,
  TemplatesService,
} from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { vi } from 'vitest';
import { type Tenant, Tenants, UNKNOWN } from '../http/tenancy/tenants.js';
import { answerProblems } from '../support/openapi/answer-problems.js';
import { apiDocument } from '../support/openapi/api-document.js';
import { bodiesOf } from '../support/openapi/documented-bodies.js';
import { type FoundOperation, operationFinder, operationsOf } from '../support/openapi/documented-operations.js';
import { schemaProblems } from '../support/openapi/schema-validator.js';
import { buildConsole } from '../support/built-console.js';
import type { TestAppOptions } from '../support/test-app.js';
import { OF_TESTS } from '../store/query-plans.js';
import { sign } from '../webhooks/receiving-scene.js';
import { type Draft, type Named, written } from './draft.js';
import { OTHERS, PEOPLE } from './well-formed.js';
import { curlOf, send, type WireAnswer, type WireRequest } from './wire.js';

/** Rows that say that something was refused, that someone looks on, or what Meta has: a request may leave these whatever its answer. */
const LEFT_BY_ANY = new Set([
  'whatsapp_webhook_refusals',
  'whatsapp_stream_entries',
  'whatsapp_stream_listeners',
  'whatsapp_templates',
  'whatsapp_sequences',
]);

/** What no one may read in an answer. */
const LEAKS =
  /node_modules|\bat (?:async )?[\w.<>]+ \(|\.[cm]?[jt]s:\d+|SQLITE_|QueryFailed|\bSELECT\b.*\bFROM\b|INSERT INTO|TypeError|RangeError|Cannot read prop|is not a function|is not iterable|ECONN|constraint failed/i;

/** Answers of Node and of Fastify to a head that is too large, or expects something else: no app is asked. */
const SERVERS_OWN = new Set([414, 417, 431]);

export interface Probe {
  readonly request: WireRequest;
  readonly answer: WireAnswer | undefined;
  /** What of the answer, or of what it left behind, must not be. */
  readonly faults: readonly string[];
}

/** An app with every surface, talked to as by someone who tries everything. */
export class World implements AsyncDisposable {
  readonly operations: readonly FoundOperation[];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #find: ReturnType<typeof operationFinder>;
  readonly #tables: readonly string[];
  #key: string;
  #fresh = 0;

  private constructor(readonly tenants: Tenants) {
    const document = apiDocument(tenants.app.app);
    this.operations = operationsOf(document);
    this.#find = operationFinder(document);
    this.#tables = tenants.app
      .get(DataSource)
      .entityMetadatas.map(({ tableName }) => tableName)
      .filter((name) => !LEFT_BY_ANY.has(name));
    this.#key = tenants.north.key;
  }

  static async start(adapter: TestAppOptions['adapter'], database: DataSourceOptions): Promise<World> {
    await buildConsole();
    const more = {
      surfaces: { webhook: true },
      webhook: { verifyToken: 'made up' },
      apiKeys: { wrongKeysPerMinute: false },
    } as const;
    // What Meta limits is none of a request's faults.
    const tenants = await Tenants.start(adapter, more, { meta: { limits: false }, database });
    const { account, workspace } = tenants.north;
    account.addSampleTemplates();
    await tenants.app.get(TemplatesService).sync({ workspace });
    const [number] = account.phoneNumbers;
    for (const phone of [...PEOPLE, ...OTHERS]) {
      number?.openWindow(phone);
      // Meta blocks those alone who wrote.
      number?.receive({ type: 'text', from: phone, text: { body: 'Hola' } });
    }
    return new World(tenants);
  }

  get own(): Tenant {
    return this.tenants.north;
  }

  /** Sends a draft, and holds the answer and what it left behind against what every answer must be. */
  async probe(draft: Draft): Promise<Probe> {
    const request = this.#signed(written(this.#withKey(draft), await this.#pathOf(draft)));
    const before = await this.#rows();
    const sendsBefore = this.tenants.meta.requestsTo('/messages').length;
    const calledBefore = this.tenants.meta.requests.length;
    let answer: WireAnswer | undefined;
    try {
      answer = await send(this.tenants.app.url, this.#agent, request);
    } catch (error) {
      return { request, answer, faults: [String(error)] };
    }
    if (!answer) return { request, answer, faults: [] };
    if (answer.status < 300) await this.#settle(request);
    const isMetas = this.tenants.meta.requests.length > calledBefore;
    const faults = [...this.#faultsOf(request, answer, isMetas)];
    const isRefused = answer.status >= 400 && this.tenants.meta.requestsTo('/messages').length === sendsBefore;
    if (isRefused) faults.push(...differences(before, await this.#rows()));
    if (answer.status === 401) await this.#renewKey();
    return { request, answer, faults };
  }

  curl(request: WireRequest): string {
    return curlOf(this.tenants.app.url, request);
  }

  *#faultsOf(request: WireRequest, { status, headers, text }: WireAnswer, isMetas: boolean): Iterable<string> {
    const type = headers.get('content-type') ?? '';
    const answered = `It answered ${status}: ${text.slice(0, 500)}`;
    if (status >= 500 && !(isMetas && (status === 500 || status === 502))) yield answered;
    const [leak] = LEAKS.exec(text) ?? [];
    const said = request.path + request.body.toString() + request.headers.join('\n');
    if (leak !== undefined && !said.includes(leak) && type.startsWith('application/json'))
      yield `It leaks ${leak}. ${answered}`;
    for (const secret of [...this.#secrets()].filter((word) => text.includes(word) && !said.includes(word)))
      yield `It leaks ${secret}. ${answered}`;
    if (request.method === 'HEAD') return;
    const found = this.#find(request.method, request.path);
    let body: unknown;
    if (type.startsWith('application/json')) {
      try {
        body = JSON.parse(text);
      } catch {
        yield `It is no JSON. ${answered}`;
        return;
      }
    }
    // What the server cannot parse at all never reaches the app.
    if ((type === '' && status === 400) || SERVERS_OWN.has(status)) return;
    if (found && status !== 405) {
      const problems = answerProblems(this.#documenting(found, status), { status, headers, body });
      if (problems.length > 0) yield `${problems.join(' ')} ${answered}`;
      if (status < 300) yield* this.#wronglyTaken(found, request);
    } else if (status < 300 && request.method !== 'OPTIONS') yield `It is none of the document. ${answered}`;
  }

  /** A body in JSON that is not as the document says is refused; but what Meta posts is taken whatever it is. */
  *#wronglyTaken(found: FoundOperation, { headers, body }: WireRequest): Iterable<string> {
    const schema = bodiesOf(found).find(
      ({ place, type }) => place === 'request' && type === 'application/json',
    )?.schema;
    const text = body.toString();
    if (!schema || !text.startsWith('{') || !isJsonOf(headers) || found.operation.tags?.includes('Webhook')) return;
    const problems = schemaProblems(schema, JSON.parse(text));
    if (problems.length > 0) yield `It took a body that its document forbids: ${problems.join(' ')}`;
  }

  /** A body that an operation does not take may still be unreadable: then it is refused as by one of the surface that takes some. */
  #documenting(found: FoundOperation, status: number): FoundOperation {
    if (found.operation.responses[status] || (status !== 400 && status !== 413) || found.operation.requestBody)
      return found;
    const [tag = ''] = found.operation.tags ?? [];
    return (
      this.operations.find(
        ({ operation }) => operation.tags?.includes(tag) && operation.requestBody && operation.responses[status],
      ) ?? found
    );
  }

  *#secrets(): Iterable<string> {
    const { north, south, app } = this.tenants;
    yield* [
      north.account.accessToken,
      south.account.accessToken,
      'north-app',
      'south-app',
      app.key,
      this.#key,
      south.key,
    ];
    yield* south.secrets;
  }

  /** How many rows each table has. */
  async #rows(): Promise<ReadonlyMap<string, number>> {
    const counts = this.#tables.map((name) => `SELECT '${name}' AS name, count(*) AS count FROM ${name}`);
    const rows: { name: string; count: number | string }[] = await this.tenants.app
      .get(DataSource)
      .query(`${OF_TESTS} ${counts.join(' UNION ALL ')}`);
    return new Map(rows.map(({ name, count }) => [name, Number(count)]));
  }

  /** A bulk send that was not put off goes on behind its answer. */
  async #settle({ path }: WireRequest): Promise<void> {
    if (!/bulk|send-again/.test(path)) return;
    const going = `${OF_TESTS} SELECT count(*) AS count FROM whatsapp_bulk_sends WHERE status IN ('QUEUED', 'PROCESSING', 'ACCEPTING')`;
    await vi.waitFor(
      async () => {
        const [row]: { count: number | string }[] = await this.tenants.app.get(DataSource).query(going);
        if (Number(row?.count) !== 0) throw new Error('Some bulk sends are not done.');
      },
      { timeout: 30_000, interval: 5 },
    );
  }

  /** The key of the workspace is what some requests revoke. */
  async #renewKey(): Promise<void> {
    const { status } = await this.tenants.app.fetch('/api/v1/business-info', { headers: { 'x-api-key': this.#key } });
    if (status !== 401) return;
    const { key } = await this.tenants.app
      .get(ApiKeysService)
      .create({ name: 'Renewed', workspace: this.own.workspace });
    this.#key = key;
  }

  #withKey(draft: Draft): Draft {
    if (this.#key === this.own.key) return draft;
    const renewed = (value: string) => (value === this.own.key ? this.#key : value);
    return { ...draft, headers: draft.headers.map(([name, value]) => [name, renewed(value)] as const) };
  }

  /** Meta signs what it posts; a signature that is there already is left. */
  #signed(request: WireRequest): WireRequest {
    const names = request.headers.map(([name]) => name);
    if (!request.path.includes('/webhook') || request.method !== 'POST' || names.includes('x-hub-signature-256'))
      return request;
    return { ...request, headers: [...request.headers, ['x-hub-signature-256', sign(request.body, 'north-app')]] };
  }

  async #pathOf({ path, method, params, suffix }: Draft): Promise<string> {
    let filled = path;
    for (const [name, named] of Object.entries(params)) {
      const text =
        typeof named === 'object' ? named.text : encodeURIComponent(await this.#idOf(method, path, name, named));
      filled = filled.replace(`{${name}}`, () => text);
    }
    return filled + suffix;
  }

  async #idOf(method: string, path: string, name: string, named: Exclude<Named, object>): Promise<string> {
    const { north, south } = this.tenants;
    if (name === 'subdomain')
      return named === 'own' ? north.workspace : named === 'foreign' ? south.workspace : 'never-was';
    if (named === 'own' && (method === 'DELETE' || /\/(?:rotate|edit|cancel|consent|block)$/.test(path))) {
      const fresh = await this.#freshId(path);
      if (fresh !== undefined) return fresh;
    }
    const ids = named === 'own' ? north : named === 'foreign' ? south : UNKNOWN;
    const of =
      path
        .slice(0, path.indexOf(`/{${name}}`))
        .split('/')
        .at(-1) ?? '';
    if (name === 'messageId' || of === 'messages')
      return path.endsWith('/media') ? String(ids.mediaMessageId) : String(ids.messageId);
    const idsByPlace: Readonly<Record<string, string | number>> = {
      'bulk-sends': ids.bulkSendId,
      conversations: ids.conversationId,
      inbox: ids.conversationId,
      contacts: ids.contactId,
      groups: ids.groupId,
      statuses: ids.statusId,
      sources: ids.sourceId,
      keys: ids.keyId,
      templates: ids.templateId,
      numbers: ids.numberId,
      accounts: ids.accountId,
      deliveries: ids.deliveryId,
      failed: ids.failedItemId,
    };
    return String(idsByPlace[of] ?? 'x');
  }

  /** Of something that may be deleted, or changed for good. */
  async #freshId(path: string): Promise<string | undefined> {
    const { app } = this.tenants;
    const { workspace } = this.own;
    this.#fresh += 1;
    const name = `fresh ${this.#fresh}`;
    if (path.includes('/contacts/')) {
      const phone = path.endsWith('/block') ? OTHERS[this.#fresh % OTHERS.length] : `+1202${7_000_000 + this.#fresh}`;
      const { contact } = await app.get(ContactsService).save({ workspace, phone: phone ?? '', firstName: name });
      return String(contact.id);
    }
    if (path.includes('/groups/'))
      return String((await app.get(ContactGroupsService).create({ name }, { workspace })).id);
    if (path.includes('/statuses/'))
      return String((await app.get(ContactStatusesService).create({ name }, { workspace })).id);
    if (path.includes('/sources/'))
      return String((await app.get(ContactSourcesService).create({ name }, { workspace })).id);
    if (path.includes('/keys/')) return String((await app.get(ApiKeysService).create({ name, workspace })).apiKey.id);
    if (path.includes('/templates/')) return this.#freshTemplate();
    if (path.includes('/bulk-sends/')) {
      const { id } = await app.get(BulkService).create({
        workspace,
        template: this.own.template,
        language: 'en_US',
        recipients: [{ phone: PEOPLE[0] ?? '' }],
        scheduledAt: new Date(Date.now() + 86_400_000),
      });
      return id;
    }
    return undefined;
  }

  async #freshTemplate(): Promise<string> {
    const name = `fresh_${this.#fresh}`;
    const templates = this.tenants.app.get(TemplatesService);
    const { workspace, account } = this.own;
    account.addTemplate({ ...sampleTemplates.plain, id: undefined, name });
    await templates.sync({ workspace });
    const found = (await templates.list({ workspace })).find((template) => template.name === name);
    return String(found?.id);
  }

  /** What a well-formed request may find taken away by one before it. */
  async restore(): Promise<void> {
    const { app } = this.tenants;
    const { workspace, target } = this.own;
    await app.get(CallbacksService).set({ workspace, url: target, events: ['contact.created'] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.tenants[Symbol.asyncDispose]();
  }
}

const isJsonOf = (headers: WireRequest['headers']): boolean =>
  headers.some(([name, value]) => name.toLowerCase() === 'content-type' && value === 'application/json');

function* differences(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Iterable<string> {
  for (const [name, count] of after) {
    const was = before.get(name) ?? 0;
    if (count > was) yield `It was refused, but left ${count - was} rows in ${name}.`;
  }
}
