import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { text } from 'node:stream/consumers';

/** A POST as it came. */
export interface ReceivedWebhook {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  /** The `value` of its first change. */
  readonly value: WebhookValue;
  readonly entry: WebhookEntry;
  /** Resolves when its connection has ended. */
  readonly gone: Promise<unknown>;
}

interface WebhookEntry {
  readonly id: string;
  readonly time?: number;
  readonly changes: readonly { readonly field: string; readonly value: WebhookValue }[];
}

interface WebhookValue {
  readonly contacts?: readonly Record<string, unknown>[];
  readonly messages?: readonly Record<string, unknown>[];
  readonly statuses: readonly { readonly id: string; readonly status: string; readonly [field: string]: unknown }[];
}

/** An app that takes webhooks: a real HTTP server. */
export class WebhookReceiver implements AsyncDisposable {
  readonly webhooks: ReceivedWebhook[] = [];
  /** What the next ones are answered with; 200 when there is none left. */
  readonly answers: (number | Promise<number>)[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#take(request, response);
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  url(path: string): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The receiver does not listen.');
    return `http://127.0.0.1:${address.port}${path}`;
  }

  /** `status` of every status that came, in order. */
  get statuses(): string[] {
    return this.webhooks.flatMap(({ value }) => value.statuses.map(({ status }) => status));
  }

  /** The wamid of every status that came, in order. */
  get ids(): string[] {
    return this.webhooks.flatMap(({ value }) => value.statuses.map(({ id }) => id));
  }

  /** The fields of all changes that came, in order. */
  get fields(): string[] {
    return this.webhooks.flatMap(({ entry }) => entry.changes.map(({ field }) => field));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '', headers } = request;
    const raw = await text(request);
    const [entry] = JSON.parse(raw).entry;
    const { value } = entry.changes[0];
    this.webhooks.push({ path: url, headers, raw, value, entry, gone: once(response, 'close') });
    response.writeHead((await this.answers.shift()) ?? 200).end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** The signature that Meta puts on a body. */
export function signatureOf(body: string, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(body, 'utf8').digest('hex')}`;
}
