import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { boundedCache } from '../bounded-cache.js';
import { insertRows } from '../store/json-rows.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { change, select, type Statements } from '../store/statement.js';
import { CallbackDeliveryEntity } from './callback-delivery.entity.js';
import { type CallbackEventName, CallbackEntity } from './callback.entity.js';
import { createHash, randomUUID } from 'node:crypto';

/** Milliseconds for which a workspace without a callback is known to have none; one set by another process waits as long. */
const ABSENT_FOR_MS = 1_000;

/** Milliseconds after which every transaction has ended that began before a callback was set. */
const LATELY_MS = 60_000;

/**
 * Stores callbacks in the transaction of the fact that they report, so that neither is there without the other; they are
 * delivered after. For bodies that run `runInTransaction`.
 */
@Injectable()
export class CallbackOutbox {
  readonly #listeners: ((workspaceIds: readonly number[]) => void)[] = [];
  readonly #absent = boundedCache<number, true>(10_000, ABSENT_FOR_MS);
  readonly #setLately = boundedCache<number, true>(10_000, LATELY_MS);

  constructor(
    @InjectWhatsAppRepository(CallbackEntity) private readonly callbacks: Repository<CallbackEntity>,
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
  ) {}

  /** Calls a listener when something may be waiting to be delivered; also when its transaction fails after all. */
  onPut(listener: (workspaceIds: readonly number[]) => void): void {
    this.#listeners.push(listener);
  }

  /** A workspace's callback was set just now. */
  noteSet(workspaceId: number): void {
    this.#setLately.set(workspaceId, true);
    this.#absent.delete(workspaceId);
  }

  /** Those of the workspaces that want an event: mostly none, and then no one looks more than once a second. */
  *wanting(event: CallbackEventName, workspaceIds: readonly number[]): Statements<ReadonlySet<number>> {
    const asked = [...new Set(workspaceIds)].filter((id) => !this.#absent.has(id));
    if (asked.length === 0) return new Set();
    const query = this.callbacks
      .createQueryBuilder('callback')
      .select('callback.workspaceId', 'workspaceId')
      .addSelect('callback.events', 'events')
      .where({ workspaceId: inList(this.callbacks, asked) });
    const rows = yield* select<{ workspaceId: number; events: string | null }>(query, { numbers: ['workspaceId'] });
    const present = new Set(rows.map(({ workspaceId }) => workspaceId));
    // A transaction that began before one was set may not see it.
    const absent = asked.filter((id) => !present.has(id) && !this.#setLately.has(id));
    for (const id of absent) this.#absent.set(id, true);
    return new Set(rows.filter(({ events }) => isWanted(event, events)).map(({ workspaceId }) => workspaceId));
  }

  /** Stores a callback for each fact, once for one that has a key. Its row is locked, so that no one reports it meanwhile. */
  *put(facts: readonly CallbackFact[]): Statements<void> {
    const byId = new Map(facts.map((fact) => [deliveryIdOf(fact), fact]));
    const keyed = [...byId].filter(([, { key }]) => key !== undefined).map(([id]) => id);
    if (keyed.length > 0) {
      const known = this.deliveries
        .createQueryBuilder('delivery')
        .select('delivery.id', 'id')
        .where({ id: inList(this.deliveries, keyed) });
      for (const { id } of yield* select<{ id: string }>(known)) byId.delete(id);
    }
    if (byId.size === 0) return;
    const rows = [...byId].map(([id, fact]) => {
      const { workspaceId, event, contactId } = fact;
      return { id, workspaceId, event, contactId, payload: callbackBodyOf(fact) };
    });
    const now = new Date();
    const shared = { status: 'pending', attempts: 0, nextAttemptAt: now, createdAt: now } as const;
    yield* change(insertRows(this.deliveries, rows, shared));
    const workspaceIds = [...new Set(rows.map(({ workspaceId }) => workspaceId))];
    for (const listener of this.#listeners) listener(workspaceIds);
  }

  /** What is reported of one contact is reported of another from now on. */
  *move(from: number, into: number): Statements<void> {
    yield* change(this.deliveries.createQueryBuilder().update().set({ contactId: into }).where({ contactId: from }));
  }

  /** Nothing is reported of a contact, or was. */
  *forget(contactId: number): Statements<void> {
    yield* change(this.deliveries.createQueryBuilder().delete().where({ contactId }));
  }
}

function isWanted(event: CallbackEventName, wanted: string | null): boolean {
  if (wanted === null) return true;
  const events: unknown = JSON.parse(wanted);
  return !Array.isArray(events) || events.includes(event);
}

/** Something that happened, for those who want to know. */
export interface CallbackFact {
  readonly workspaceId: number;
  readonly event: CallbackEventName;
  /** The same for the same fact, should it be come across twice; a fact without one is new by itself. */
  readonly key?: string;
  /** Row id of the person it is about. */
  readonly contactId: number | null;
  /** When it happened. */
  readonly at: Date;
  readonly data: object;
}

/** MariaDB's texts take 65,535 bytes. */
const LARGEST_PAYLOAD = 60_000;

const LONG_VALUE = 2_000;

/** The id of a fact's delivery: a UUID. */
const deliveryIdOf = ({ key }: CallbackFact): string => (key === undefined ? randomUUID() : deliveryIdOfKey(key));

/** The id of the delivery of a fact with a key. */
export function deliveryIdOfKey(key: string): string {
  const hash = createHash('sha256').update(`whatsapp-callback:${key}`).digest('hex');
  // Version 8 is what a UUID is that someone makes in their own way.
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20, 32)].join('-');
}

/** The body that reports a fact, in JSON. What is very long is left out as null: it can be asked for by its id. */
function callbackBodyOf({ event, at, data }: CallbackFact): string {
  const payload = JSON.stringify({ event, timestamp: at, data });
  if (Buffer.byteLength(payload) <= LARGEST_PAYLOAD) return payload;
  const short = Object.entries(data).map(([name, value]): [string, unknown] => [name, isLong(value) ? null : value]);
  return JSON.stringify({ event, timestamp: at, data: { ...Object.fromEntries(short), truncated: true } });
}

const isLong = (value: unknown): boolean => (JSON.stringify(value) ?? '').length > LONG_VALUE;
