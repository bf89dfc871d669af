import { randomBytes } from 'node:crypto';
import { setMaxListeners, once } from 'node:events';
import type { AccountFixture } from './accounts/account.fixture.js';
import { Account } from './accounts/account.js';
import type { App } from './app/app.js';
import type { PhoneNumber } from './accounts/phone-number.js';
import { Faults } from './faults/faults.js';
import { Graph } from './graph.js';
import type { GraphApiServerOptions } from './graph-api-server.options.js';
import { Records, type RecordedMessage, type RecordedRequest } from './records/records.js';
import { RequestHandler } from './server/request-handler.js';
import { User, type UserFixture } from './users/user.js';
import type { WebhookCounts, WebhookOptions } from './webhooks/webhook.options.js';
import { createServer, type RequestListener, type Server } from 'node:http';

/**
 * A stand-in for Meta's WhatsApp Cloud API: a real HTTP server that refuses what Meta refuses, in Meta's words, and
 * remembers what it was sent.
 *
 * ```ts
 * const meta = await GraphApiServer.start({ sample: true });
 * // Give meta.url, meta.accessToken, meta.account.id and meta.phoneNumber.id to the app, have it send, and then:
 * expect(meta.sendsTo('+5491112345678')).toBe(1);
 * await meta.close();
 * ```
 *
 * @publicApi
 */
export class GraphApiServer implements AsyncDisposable {
  /** What shall go wrong, and when. */
  readonly faults = new Faults();
  readonly #graph: Graph<Account>;
  readonly #listener: HttpListener;
  readonly #ended = new AbortController();

  private constructor(options: GraphApiServerOptions) {
    // Every delayed answer listens to it.
    setMaxListeners(0, this.#ended.signal);
    const accessToken = options.accessToken ?? `EAA${randomBytes(32).toString('hex')}`;
    const appSecret = options.appSecret ?? randomBytes(16).toString('hex');
    this.#graph = new Graph(options, accessToken, appSecret, new Records(options.record));
    const handler = new RequestHandler(this.#graph, this.faults, this.#ended.signal);
    this.#listener = new HttpListener(options.host ?? '127.0.0.1', options.port ?? 0, (request, response) => {
      handler.handle(request, response).catch((error: unknown) => {
        // The client or this server went away; anything else is a mistake of this class and must be seen.
        if (request.destroyed || this.#ended.signal.aborted) response.destroy();
        else response.writeHead(500).end(`GraphApiServer failed: ${String(error)}`);
      });
    });
  }

  /** Starts a server on a free loopback port. Empty unless `accounts` or `sample` say what is in it. */
  static async start(options: GraphApiServerOptions = {}): Promise<GraphApiServer> {
    const server = new GraphApiServer(options);
    await server.up();
    server.#graph.url = server.url;
    for (const account of options.accounts ?? []) server.addAccount(account);
    if (options.sample) server.addSample();
    return server;
  }

  /** The base URL to give in place of `https://graph.facebook.com`, without a slash at the end. */
  get url(): string {
    const host = this.#graph.options.host ?? '127.0.0.1';
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#listener.port}`;
  }

  /** The token of every account that has none of its own. */
  get accessToken(): string {
    return this.#graph.accessToken;
  }

  /** The app secret that goes with `accessToken`. */
  get appSecret(): string {
    return this.#graph.appSecret;
  }

  /** The app that the tokens are of: what they may do, when they end, and which webhooks it gets. */
  get app(): App {
    return this.#graph.app;
  }

  /** The accounts, oldest first. */
  get accounts(): readonly Account[] {
    return this.#graph.accounts;
  }

  /** The first account. Throws when there is none. */
  get account(): Account {
    const [account] = this.accounts;
    if (!account) throw new Error('There is no account yet: start with { sample: true }, or call addAccount().');
    return account;
  }

  /** The first phone number of the first account. Throws when there is none. */
  get phoneNumber(): PhoneNumber {
    const [phoneNumber] = this.account.phoneNumbers;
    if (!phoneNumber) throw new Error('The account has no phone number yet: call account.addPhoneNumber().');
    return phoneNumber;
  }

  /** Adds an account; every field of it has a default. */
  addAccount(fixture: AccountFixture = {}): Account {
    const account = new Account(this.#graph, fixture);
    this.#graph.accounts.push(account);
    return account;
  }

  /** Adds an account with one phone number and every one of `sampleTemplates`. */
  addSample(): Account {
    const account = this.addAccount();
    account.addPhoneNumber();
    account.addSampleTemplates();
    return account;
  }

  /**
   * Adds a person on WhatsApp: from now on webhooks about them have their ids, and a username if they have one. Of people who are not
   * added, webhooks have the number alone.
   * @param account of the business portfolio that has the ids; the first one by default
   */
  addUser(fixture: UserFixture, account: Account = this.account): User {
    return this.#graph.users.add(new User(fixture, account.ownerBusinessId));
  }

  /** Every request that arrived whole since the start or the last `clear()`, in order, refused ones included. */
  get requests(): readonly RecordedRequest[] {
    return this.#graph.records.requests;
  }

  /** The requests with a path that ends like this, or matches the expression. */
  requestsTo(path: string | RegExp, method?: string): RecordedRequest[] {
    return this.requests.filter(
      (request) =>
        (method === undefined || request.method === method.toUpperCase()) &&
        (typeof path === 'string' ? request.path.endsWith(path) : request.path.search(path) >= 0),
    );
  }

  /** Every accepted message, in order. */
  get messages(): readonly RecordedMessage[] {
    return this.#graph.records.messages;
  }

  /** How many messages were accepted, whatever `record` keeps of them. */
  get messageCount(): number {
    return this.#graph.records.messageCount;
  }

  /** The messages accepted for a recipient, in whatever spelling of the number, calling code included. */
  messagesTo(recipient: string): RecordedMessage[] {
    return this.#graph.records.messagesTo(recipient);
  }

  /** How many messages were accepted for a recipient: two for a recipient who got it twice. */
  sendsTo(recipient: string): number {
    return this.#graph.records.sendsTo(recipient);
  }

  /** How many messages were accepted for each recipient, by the digits of the number or by the id. */
  get sendCounts(): ReadonlyMap<string, number> {
    return this.#graph.records.sendCounts;
  }

  /** How many sends were refused with each of Meta's codes, by faults of the kind `error` too. */
  get refusals(): ReadonlyMap<number, number> {
    return this.#graph.records.refusals;
  }

  /** The largest number of messages of one phone number that arrived in any 1,000 ms and were accepted. */
  busiestSecond(phoneNumberId: string): number {
    return this.#graph.limits.busiestSecond(phoneNumberId);
  }

  /** Where and how webhooks are posted. Setting it gives up those that still wait; undefined ends them. */
  get webhooks(): WebhookOptions | undefined {
    return this.#graph.webhooks.options;
  }

  /** Gives up webhooks that still wait. */
  set webhooks(options: WebhookOptions | undefined) {
    this.#graph.webhooks.options = options;
  }

  /** How many statuses were posted by the present `webhooks`, and how many still wait. */
  get webhookCounts(): WebhookCounts {
    return this.#graph.webhooks.counts;
  }

  /** Resolves once `count` messages were accepted; rejects after `timeoutMs`. */
  async waitForMessages(count: number, timeoutMs = 10_000): Promise<void> {
    await this.#graph.records.waitForMessages(count, timeoutMs);
  }

  /**
   * Forgets requests, messages, refusals, pending faults and webhooks, what of the limits and of the free messages is used
   * up, and what was charged; accounts, numbers with their open windows, templates and media stay.
   */
  clear(): void {
    this.#graph.records.clear();
    this.#graph.limits.clear();
    this.#graph.pricing.clear();
    this.#graph.webhooks.clear();
    this.faults.clear();
  }

  /** Lets the process end although the server listens: for what is not closed when a test fails early. */
  unref(): this {
    this.#listener.unref();
    return this;
  }

  /** Goes away: open connections end and new ones are refused, until `up()`. */
  async down(): Promise<void> {
    await this.#listener.close();
  }

  /** Comes back on the same port. */
  async up(): Promise<void> {
    await this.#listener.open();
  }

  /** Stops for good and ends every open connection and every webhook at once. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#graph.webhooks.close();
    await this.#listener.close();
  }

  /** Closes the server at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Longer than any test runs: a server that drops idle sockets makes clients fail now and then. */
const KEEP_ALIVE_TIMEOUT_MS = 120_000;

/** A listening socket that can go away and come back on the same port. */
class HttpListener {
  #server: Server | undefined;
  #isReferenced = true;
  #port: number;

  constructor(
    private readonly host: string,
    port: number,
    private readonly listener: RequestListener,
  ) {
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  /** Starts to listen; with port 0 the system picks a free one, and it is kept from then on. */
  async open(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, this.listener);
    this.#server = server;
    if (!this.#isReferenced) server.unref();
    try {
      server.listen(this.#port, this.host);
      await once(server, 'listening');
    } catch (error) {
      this.#server = undefined;
      throw error;
    }
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  unref(): void {
    this.#isReferenced = false;
    this.#server?.unref();
  }

  /** Stops listening and ends every open socket at once, also those with a request in flight. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}
