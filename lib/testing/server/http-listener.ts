import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';

/** Longer than any test runs: a server that drops idle sockets makes clients fail now and then. */
const KEEP_ALIVE_TIMEOUT_MS = 120_000;

/** A listening socket that can go away and come back on the same port. */
export class HttpListener {
  #server: Server | undefined;
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
