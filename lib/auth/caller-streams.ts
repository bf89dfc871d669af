import type { ServerResponse } from 'node:http';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { RateLimitedError } from '../errors.js';
import { Periodic } from '../process/periodic.js';
import { ApiKeyRows } from './api-key-rows.js';
import type { WhatsAppCaller } from './caller.js';

/** Streams that one API key, or the callers of one workspace without a key, may have open in a process. */
const MOST_STREAMS = 20;

/** Milliseconds between two checks of the keys that have streams open. */
const CHECK_INTERVAL = 1_000;

/** Milliseconds that a client has to take what was already written once its key is no longer valid. */
const GRACE = 500;

interface OpenStream {
  readonly owner: string;
  readonly apiKeyId: number | undefined;
  readonly response: ServerResponse;
  readonly isValid: (() => Promise<boolean>) | undefined;
  readonly ending: AbortController;
}

/** Answers that go on for long: as many as a caller may have, and no longer than the caller's key is valid. */
@Injectable()
export class CallerStreams implements OnModuleDestroy {
  readonly #open = new Set<OpenStream>();
  readonly #checks = new Periodic({
    name: 'Checking the keys of open streams',
    everyMs: CHECK_INTERVAL,
    run: () => this.#check(),
    atStart: false,
  });

  constructor(private readonly rows: ApiKeyRows) {}

  /**
   * Counts an answer until its connection closes.
   * @param isValid asked once a second, where it takes more than a valid key
   * @returns aborted when the connection closes, when the key expires or is revoked in whatever process, and at shutdown
   * @throws RateLimitedError when the caller has too many open
   */
  open(
    { apiKeyId, workspace }: WhatsAppCaller,
    response: ServerResponse,
    isValid?: () => Promise<boolean>,
  ): AbortSignal {
    const owner = apiKeyId === undefined ? `workspace:${workspace}` : `key:${apiKeyId}`;
    const count = Array.from(this.#open).filter((stream) => stream.owner === owner).length;
    if (count >= MOST_STREAMS) {
      throw new RateLimitedError(`${MOST_STREAMS} streams are open for this key: close one, then open another.`, 5);
    }
    const stream = { owner, apiKeyId, response, isValid, ending: new AbortController() };
    this.#open.add(stream);
    const close = () => {
      this.#open.delete(stream);
      stream.ending.abort();
      if (this.#open.size === 0) void this.#checks.stop();
    };
    response.once('close', close);
    if (response.destroyed) close();
    else this.#checks.start();
    return stream.ending.signal;
  }

  /** Ends the streams of keys that are no longer valid; done every second by itself. Never rejects. */
  check(): Promise<void> {
    return this.#checks.run();
  }

  /** Lets the app close, which waits for every answer that has not ended. */
  async onModuleDestroy(): Promise<void> {
    for (const { ending } of this.#open) ending.abort();
    await this.#checks.stop();
  }

  /** Errors are ignored: while the database is unavailable, streams have nothing to send either. */
  async #check(): Promise<void> {
    const ids = new Set(Array.from(this.#open, ({ apiKeyId }) => apiKeyId).filter((id) => id !== undefined));
    const valid = ids.size === 0 ? new Set<number>() : await this.rows.validAmong([...ids]);
    for (const stream of this.#open) {
      const { apiKeyId, isValid } = stream;
      const isOver = apiKeyId !== undefined && ids.has(apiKeyId) && !valid.has(apiKeyId);
      if (isOver || (isValid && !(await isValid()))) end(stream);
    }
  }
}

function end({ ending, response }: OpenStream): void {
  ending.abort();
  setTimeout(() => response.destroy(), GRACE).unref();
}
