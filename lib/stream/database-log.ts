import { setTimeout as delay } from 'node:timers/promises';
import { type DataSource, LessThan, MoreThan, Repository } from 'typeorm';
import { isUniqueViolation } from '../store/driver-errors.js';
import { insertRows } from '../store/json-rows.js';
import { retryOnDeadlock } from '../store/retry.js';
import { raiseSequence } from '../store/row-ids.js';
import { runInTransaction } from '../store/run-in-transaction.js';
import { SequenceEntity } from '../store/sequence.entity.js';
import { change, select, type Statements } from '../store/statement.js';
import type { StoredEvent } from './stream-event.js';
import { StreamEntryEntity, StreamListenerEntity } from './stream-entry.entity.js';
import {
  KEPT_FOR_MS,
  MARK_LIFETIME_MS,
  MOST_READ,
  type NewEntry,
  type StreamEntry,
  type StreamLog,
} from './stream-log.js';

/** Milliseconds between two looks for new entries, while someone listens in this process. */
const POLL_EVERY_MS = 500;

/** The stream in a table, for deployments without a Redis. */
export class DatabaseLog implements StreamLog {
  readonly #entries: Repository<StreamEntryEntity>;
  readonly #listeners: Repository<StreamListenerEntity>;
  readonly #sequences: Repository<SequenceEntity>;

  constructor(private readonly dataSource: DataSource) {
    this.#entries = dataSource.getRepository(StreamEntryEntity);
    this.#listeners = dataSource.getRepository(StreamListenerEntity);
    this.#sequences = dataSource.getRepository(SequenceEntity);
  }

  async listenedTo(): Promise<ReadonlySet<number>> {
    const rows = await this.#listeners.findBy({ listenedUntil: MoreThan(new Date()) });
    return new Set(rows.map(({ workspaceId }) => workspaceId));
  }

  async mark(workspaceIds: readonly number[]): Promise<readonly number[]> {
    const now = new Date();
    const listenedUntil = new Date(now.getTime() + MARK_LIFETIME_MS);
    const news: number[] = [];
    for (const workspaceId of workspaceIds) {
      if (await this.#update({ workspaceId, listenedUntil: MoreThan(now) }, listenedUntil)) continue;
      news.push(workspaceId);
      if (await this.#update({ workspaceId }, listenedUntil)) continue;
      await this.#listeners.insert({ workspaceId, listenedUntil }).catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
      });
    }
    return news;
  }

  async append(entries: readonly NewEntry[]): Promise<void> {
    await runInTransaction(this.dataSource, () => this.#append(entries));
  }

  async end(): Promise<string> {
    const [last] = await this.#entries.find({ select: { id: true }, order: { id: 'DESC' }, take: 1 });
    return String(last?.id ?? 0);
  }

  async has(id: string): Promise<boolean> {
    return /^\d{1,15}$/.test(id) && (await this.#entries.existsBy({ id: Number(id) }));
  }

  async after(id: string): Promise<readonly StreamEntry[]> {
    const where = { id: MoreThan(Number(id)) };
    const rows = await this.#entries.find({ where, order: { id: 'ASC' }, take: MOST_READ });
    return rows.map(entryOf);
  }

  async next(id: string, signal: AbortSignal): Promise<readonly StreamEntry[]> {
    const entries = await this.after(id);
    // Whoever waits no longer is no error.
    if (entries.length === 0) await delay(POLL_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    return entries;
  }

  /** By the key: by a time that no index has, servers would lock rows that others are adding. */
  async trim(): Promise<void> {
    const [last] = await this.#entries.find({
      select: { id: true },
      where: { createdAt: LessThan(new Date(Date.now() - KEPT_FOR_MS)) },
      order: { id: 'DESC' },
      take: 1,
    });
    if (last) await retryOnDeadlock(() => this.#entries.delete({ id: LessThan(last.id + 1) }));
  }

  rest(): void {}

  /** The sequence is raised first: whoever adds later waits for this to be committed, so that no reader passes an id by. */
  *#append(entries: readonly NewEntry[]): Statements<void> {
    yield* change(raiseSequence(this.dataSource, this.#sequences, 'stream', entries.length));
    const sequence = this.#sequences
      .createQueryBuilder('sequence')
      .select('sequence.nextId', 'last')
      .where({ name: 'stream' });
    const [row] = yield* select<{ last: number }>(sequence, { numbers: ['last'] });
    const first = (row?.last ?? 0) - entries.length + 1;
    const rows = entries.map(({ workspaceId, event }, index) => ({
      id: first + index,
      workspaceId,
      event: JSON.stringify(event),
    }));
    yield* change(insertRows(this.#entries, rows, { createdAt: new Date() }));
  }

  async #update(
    where: Parameters<Repository<StreamListenerEntity>['update']>[0],
    listenedUntil: Date,
  ): Promise<boolean> {
    const { affected } = await retryOnDeadlock(() => this.#listeners.update(where, { listenedUntil }));
    return Boolean(affected);
  }
}

function entryOf({ id, workspaceId, event, createdAt }: StreamEntryEntity): StreamEntry {
  const stored: StoredEvent = JSON.parse(event);
  return { id: String(id), workspaceId, event: stored, time: createdAt };
}
