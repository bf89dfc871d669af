import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { boundedCache } from '../bounded-cache.js';
import { WHATSAPP_DATA_SOURCE } from './data-source.provider.js';
import { InjectWhatsAppRepository } from './repositories.js';
import { raiseSequence } from './row-ids.js';
import { runInTransaction } from './run-in-transaction.js';
import { SequenceEntity } from './sequence.entity.js';
import { change, type SqlStatement, type Statements, type StatementSource } from './statement.js';

/** Milliseconds until a process looks again whether another one changed a fact. */
const LOOK_EVERY_MS = 1_000;

/** Milliseconds until a fact is read again that no process changed: a person may have changed its row by hand. */
const HELD_FOR_MS = 60_000;

/** Facts of each kind that are held at most. */
const MOST_HELD = 10_000;

/** The row of `whatsapp_sequences` that rises with each change of a fact. */
const VERSION = 'facts';

type Changes = readonly (StatementSource | readonly SqlStatement[])[];

/** Facts of one kind, by a key. */
export interface FactsOfKind<Fact extends object> {
  /**
   * The fact, at most {@link LOOK_EVERY_MS} older than the database; frozen, for all its readers share it. What does not exist
   * is not held.
   * @param load reads it; those who ask at the same time share one read
   * @throws what the database fails with: while it cannot be asked, no fact is trusted
   */
  get(key: string, load: () => Promise<Fact | undefined>): Promise<Fact | undefined>;
}

/**
 * What seldom changes and every message needs, held in memory: phone numbers, templates, access tokens. Whoever changes such a
 * row does so by {@link write}, which raises a version in the same transaction: this process forgets all facts at once, and
 * every other one when it next looks at the version, a second after its last look at the latest.
 */
@Injectable()
export class Facts {
  readonly #kinds: { clear(): void }[] = [];
  readonly #raise: SqlStatement;
  #version: number | undefined;
  #lookedAt = -Infinity;
  #look: Promise<void> | undefined;

  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(SequenceEntity) private readonly sequences: Repository<SequenceEntity>,
  ) {
    this.#raise = raiseSequence(dataSource, sequences, VERSION);
  }

  /** A new kind of facts. */
  kind<Fact extends object>(): FactsOfKind<Fact> {
    const held = boundedCache<string, Promise<Fact | undefined>>(MOST_HELD, HELD_FOR_MS);
    this.#kinds.push(held);
    return {
      get: async (key, load) => {
        if (performance.now() - this.#lookedAt > LOOK_EVERY_MS) await this.#lookOnce();
        const known = held.get(key);
        if (known) return known;
        const fact = load().then(deepFreeze);
        held.set(key, fact);
        const drop = () => {
          if (held.peek(key) === fact) held.delete(key);
        };
        fact.then((found) => found ?? drop(), drop);
        return fact;
      },
    };
  }

  /**
   * Runs statements that change facts, in one transaction with the news of it.
   * @returns how many rows they changed
   */
  async write(...sources: Changes): Promise<number> {
    try {
      return await runInTransaction(this.dataSource, () => this.#write(sources));
    } finally {
      // Also after an error: the transaction may have been committed, and only the answer lost.
      this.forget();
    }
  }

  /** Has this process read all facts again. */
  forget(): void {
    for (const held of this.#kinds) held.clear();
  }

  *#write(sources: Changes): Statements<number> {
    let affected = 0;
    for (const source of sources) affected += yield* change(source);
    // Last, for all writers of facts wait here for one another.
    if (affected > 0) yield* change([this.#raise]);
    return affected;
  }

  #lookOnce(): Promise<void> {
    this.#look ??= this.#lookAgain().finally(() => (this.#look = undefined));
    return this.#look;
  }

  async #lookAgain(): Promise<void> {
    const lookedAt = performance.now();
    const version = (await this.sequences.findOneBy({ name: VERSION }))?.nextId ?? 0;
    if (version !== this.#version) this.forget();
    this.#version = version;
    this.#lookedAt = lookedAt;
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
