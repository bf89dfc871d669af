import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type LoggerService, type OnModuleDestroy } from '@nestjs/common';
import { runOutside } from '../async-context.js';
import { ThrottledLogger, WHATSAPP_LOGGER } from '../logger.js';
import type { StreamEvent, StreamEventKind } from './stream-event.js';
import { compareIds, MOST_READ, STREAM_LOG, type StreamEntry, type StreamLog } from './stream-log.js';
import { LOOK_EVERY_MS } from './stream-writer.js';

/** Events that wait for a listener at most; whoever is slower starts over. */
const MOST_WAITING = 1_000;

/** Milliseconds between two times that this process marks the workspaces of its listeners. */
const MARK_EVERY_MS = 10_000;

/** Milliseconds until every process has seen that someone listens. */
const NOTICED_AFTER_MS = LOOK_EVERY_MS + 250;

/** Milliseconds between two tries while the stream cannot be read. */
const RETRY_MS = 500;

/** Milliseconds without a read after which entries may have been removed unread. */
const LONGEST_ABSENCE_MS = 60_000;

/** What one listener wants to hear. */
export interface Subscription {
  /** Row id. */
  readonly workspaceId: number;
  /** All kinds when left out. */
  readonly kinds?: readonly StreamEventKind[] | undefined;
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads the stream once for all listeners of this process. */
@Injectable()
export class StreamHub implements OnModuleDestroy {
  readonly #log: ThrottledLogger;
  readonly #listeners = new Set<StreamListener>();
  /** The last entry that the listeners were given. */
  #position = '0';
  #reading: { readonly ending: AbortController; readonly begun: Promise<void>; done: Promise<void> } | undefined;
  #hasEnded = false;

  constructor(
    @Inject(STREAM_LOG) private readonly stream: StreamLog,
    @Inject(WHATSAPP_LOGGER) logger: LoggerService,
  ) {
    this.#log = new ThrottledLogger(logger);
  }

  /** What happens from now on, or after an entry, until the signal or the end of the app. */
  async *subscribe(subscription: Subscription): AsyncGenerator<StreamEvent, void, undefined> {
    const listener = new StreamListener(subscription);
    try {
      await this.#join(listener, subscription);
      yield* listener.events();
    } finally {
      this.#leave(listener);
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.#hasEnded = true;
    for (const listener of this.#listeners) listener.end();
    await this.#stop();
  }

  async #join(listener: StreamListener, { workspaceId, after, signal }: Subscription): Promise<void> {
    if (this.#hasEnded || signal?.aborted) return listener.end();
    // First, so that no one who leaves ends the reading.
    this.#listeners.add(listener);
    await this.#start();
    const isNew = (await this.stream.mark([workspaceId])).length > 0;
    const from = this.#position;
    if (isNew) this.#resetOnceNoticed([workspaceId]);
    const missed = await this.#missed(workspaceId, after, from);
    if (missed) listener.begin(missed);
    // What a process did that has not noticed yet is missing: its reset comes with the stream.
    else if (!isNew) listener.reset(from, new Date());
    listener.start(after !== undefined && compareIds(after, from) > 0 && missed ? after : from);
  }

  /** The entries between; undefined when they cannot be had. */
  async #missed(
    workspaceId: number,
    after: string | undefined,
    until: string,
  ): Promise<readonly StreamEntry[] | undefined> {
    if (after === undefined || !(await this.stream.has(after))) return undefined;
    const entries = await this.stream.after(after);
    const missed = entries.filter(({ id }) => compareIds(id, until) <= 0);
    if (entries.length === MOST_READ && missed.length === MOST_READ) return undefined;
    return missed.filter((entry) => entry.workspaceId === workspaceId);
  }

  #leave(listener: StreamListener): void {
    listener.end();
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) void this.#stop();
  }

  /** Begins to read where the stream ends now. */
  #start(): Promise<void> {
    if (!this.#reading) {
      const ending = new AbortController();
      const begun = this.stream.end().then((end) => void (this.#position = end));
      const done = runOutside(() => begun.then(() => this.#read(ending.signal)));
      const reading = { ending, begun, done };
      this.#reading = reading;
      // Whoever waits for the beginning gets the error.
      reading.done = done.catch(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    }
    return this.#reading.begun;
  }

  async #stop(): Promise<void> {
    const reading = this.#reading;
    this.#reading = undefined;
    reading?.ending.abort();
    this.stream.rest();
    await reading?.done;
  }

  async #read(signal: AbortSignal): Promise<void> {
    let [markedAt, readAt] = [performance.now(), performance.now()];
    while (!signal.aborted) {
      try {
        if (performance.now() - markedAt > MARK_EVERY_MS) {
          await this.#markAll();
          await this.stream.trim();
          markedAt = performance.now();
        }
        const entries = await this.stream.next(this.#position, signal);
        if (signal.aborted) return;
        if (performance.now() - readAt > LONGEST_ABSENCE_MS) this.#resetAll();
        readAt = performance.now();
        for (const entry of entries) this.#deliver(entry);
        // Those who take them do so before more comes.
        if (entries.length > 0) await immediate();
      } catch (error) {
        if (signal.aborted) return;
        this.#log.warn(`The stream of what happens cannot be read; it is tried again: ${String(error)}`);
        await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  #deliver(entry: StreamEntry): void {
    this.#position = entry.id;
    for (const listener of this.#listeners) listener.take(entry);
  }

  #resetAll(): void {
    for (const listener of this.#listeners) listener.reset(this.#position, new Date());
  }

  async #markAll(): Promise<void> {
    const workspaceIds = new Set(Array.from(this.#listeners, ({ workspaceId }) => workspaceId));
    const news = workspaceIds.size === 0 ? [] : await this.stream.mark([...workspaceIds]);
    if (news.length > 0) this.#resetOnceNoticed(news);
  }

  /** What happened before all processes noticed that someone listens was not stored: all listeners start over after that. */
  #resetOnceNoticed(workspaceIds: readonly number[]): void {
    const signal = this.#reading?.ending.signal;
    const run = async () => {
      await delay(NOTICED_AFTER_MS, undefined, { ...(signal && { signal }), ref: false });
      await this.stream.append(workspaceIds.map((workspaceId) => ({ workspaceId, event: { kind: 'reset' } })));
    };
    void runOutside(() =>
      run().catch(() => {
        if (!signal?.aborted) this.#resetAll();
      }),
    );
  }
}

/** One who listens, with what waits for them. */
class StreamListener {
  readonly workspaceId: number;
  readonly #kinds: ReadonlySet<StreamEvent['kind']> | undefined;
  readonly #ending = new AbortController();
  /** Undefined until it is known what was missed. */
  #from: string | undefined;
  #early: StreamEntry[] = [];
  #waiting: StreamEvent[] = [];
  #wake: () => void = () => {};

  constructor({ workspaceId, kinds, signal }: Subscription) {
    this.workspaceId = workspaceId;
    this.#kinds = kinds && new Set(kinds);
    signal?.addEventListener('abort', () => this.end(), { signal: this.#ending.signal });
  }

  /** With what was missed; where something of that was not stored, with that alone. */
  begin(missed: readonly StreamEntry[]): void {
    for (const entry of missed) this.#push(entry);
  }

  /** Entries up to this one were dealt with. */
  start(from: string): void {
    this.#from = from;
    for (const entry of this.#early.splice(0)) this.take(entry);
  }

  take(entry: StreamEntry): void {
    if (entry.workspaceId !== this.workspaceId) return;
    if (this.#from === undefined) this.#early.push(entry);
    else if (compareIds(entry.id, this.#from) > 0) this.#push(entry);
  }

  reset(id: string, time: Date): void {
    this.#waiting = [{ kind: 'reset', id, time }];
    this.#wake();
  }

  end(): void {
    this.#ending.abort();
    this.#wake();
  }

  async *events(): AsyncGenerator<StreamEvent, void, undefined> {
    while (!this.#ending.signal.aborted) {
      const event = this.#waiting.shift();
      if (event) yield event;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #push({ id, time, event }: StreamEntry): void {
    if (event.kind === 'reset') return this.reset(id, time);
    if (this.#kinds && !this.#kinds.has(event.kind)) return;
    if (this.#waiting.length >= MOST_WAITING) return this.reset(id, time);
    this.#waiting.push({ ...event, id, time });
    this.#wake();
  }
}
