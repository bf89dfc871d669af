import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a process and its database, and can have an answer get lost. */
export class CutProxy implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((client) => this.#serve(client));
  #wanted: { words: readonly string[]; readonly found: () => void } | undefined;

  private constructor(private readonly target: URL) {}

  static async start(url: string): Promise<CutProxy> {
    const proxy = new CutProxy(new URL(url));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    const url = new URL(this.target);
    url.port = String(address.port);
    return url.href;
  }

  /** Once there was a question with each of these words, in order: lets the last of them through, but no answer any more. */
  async holdAnswers(...words: readonly string[]): Promise<void> {
    await new Promise<void>((resolve) => (this.#wanted = { words, found: resolve }));
  }

  /** Breaks every connection; new ones work again. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    server.pipe(client);
    client.on('data', (data) => {
      if (this.#isLast(data)) server.unpipe(client).resume();
      server.write(data);
    });
  }

  /** Whether this is the last of the questions that are waited for. */
  #isLast(data: Buffer): boolean {
    const wanted = this.#wanted;
    const [next, ...rest] = wanted?.words ?? [];
    if (!wanted || next === undefined || !data.includes(next)) return false;
    wanted.words = rest;
    if (rest.length > 0) return false;
    this.#wanted = undefined;
    wanted.found();
    return true;
  }
}
