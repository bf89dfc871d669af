import { type BeforeApplicationShutdown, Inject, Injectable, type LoggerService } from '@nestjs/common';
import { runOutside } from '../async-context.js';
import { boundedCache } from '../bounded-cache.js';
import type { LiveFeed, News } from '../live-feed.js';
import { ThrottledLogger, WHATSAPP_LOGGER } from '../logger.js';
import { NewsDetails } from './news-details.js';
import { STREAM_LOG, type StreamLog } from './stream-log.js';

/** Milliseconds that news wait for others, to be written with them. */
const LINGER_MS = 200;

/** Milliseconds between two looks at who listens. */
export const LOOK_EVERY_MS = 1_000;

/** Milliseconds between two reports of how far a bulk send is. */
const PROGRESS_EVERY_MS = 1_000;

/** Milliseconds between two tries to say that something is missing. */
const RETRY_MS = 1_000;

/** News that wait at most; of more it is said that some are missing. */
const MOST_WAITING = 20_000;

/** Writes what rooms report to the stream: together, behind the work that they report of, and only for those who listen. */
@Injectable()
export class StreamWriter implements LiveFeed, BeforeApplicationShutdown {
  readonly #log: ThrottledLogger;
  readonly #progressAt = boundedCache<string, number>(1_000);
  #listenedTo: ReadonlySet<number> = new Set();
  #lookedAt = -Infinity;
  #waiting: News[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Whether something was not written that someone listened to. */
  #isLossy = false;

  constructor(
    @Inject(STREAM_LOG) private readonly stream: StreamLog,
    @Inject(WHATSAPP_LOGGER) logger: LoggerService,
    private readonly details: NewsDetails,
  ) {
    this.#log = new ThrottledLogger(logger);
  }

  note(news: readonly News[]): void {
    if (news.length === 0 || (this.#listenedTo.size === 0 && !this.#isLookDue())) return;
    if (this.#waiting.length + news.length > MOST_WAITING) this.#drop();
    else for (const one of news) this.#waiting.push(one);
    this.#wake();
  }

  /** What is reported until then is written; never rejects. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#progressAt.clear();
    await this.#write();
    clearTimeout(this.#timer);
  }

  #wake(ms = LINGER_MS): void {
    this.#timer ??= runOutside(() => setTimeout(() => void this.#write(), ms)).unref();
  }

  /** One write at a time, so that the stream has things in their order. */
  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeWaiting());
    return this.#writing;
  }

  async #writeWaiting(): Promise<void> {
    const news = this.#waiting;
    this.#waiting = [];
    try {
      if (this.#isLookDue()) await this.#look();
      if (this.#listenedTo.size === 0) return;
      const listened = [...this.#listenedTo];
      const resets = this.#isLossy ? listened.map((workspaceId) => ({ workspaceId, event: RESET })) : [];
      const entries = await this.details.entriesOf(this.#withoutFrequent(news), this.#listenedTo);
      if (resets.length + entries.length === 0) return;
      await this.stream.append([...resets, ...entries]);
      this.#isLossy = false;
    } catch (error) {
      this.#isLossy = this.#listenedTo.size > 0;
      if (this.#isLossy) this.#wake(RETRY_MS);
      this.#log.warn(`What happens could not be written to the stream; its listeners start over: ${String(error)}`);
    }
  }

  async #look(): Promise<void> {
    this.#lookedAt = performance.now();
    this.#listenedTo = await this.stream.listenedTo();
  }

  #isLookDue(): boolean {
    return performance.now() - this.#lookedAt >= LOOK_EVERY_MS;
  }

  /** Those of how far bulk sends are wait for their second. */
  #withoutFrequent(news: readonly News[]): News[] {
    const now = performance.now();
    const early = new Map<string, News>();
    const due = news.filter((one) => {
      if (one.kind !== 'bulk_send' || one.change !== 'progress') return true;
      const isDue = now - (this.#progressAt.get(one.id) ?? -Infinity) >= PROGRESS_EVERY_MS;
      if (isDue) this.#progressAt.set(one.id, now);
      else if (this.#progressAt.get(one.id) !== now) early.set(one.id, one);
      return isDue;
    });
    for (const one of early.values()) this.#waiting.push(one);
    if (early.size > 0) this.#wake();
    return due;
  }

  #drop(): void {
    this.#waiting = [];
    this.#isLossy = true;
  }
}

const RESET = { kind: 'reset' } as const;
