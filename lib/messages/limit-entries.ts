import { type DataSource, In, LessThanOrEqual, MoreThan, type Repository, type SelectQueryBuilder } from 'typeorm';
import { type Dialect, dialectOf } from '../store/dialect.js';
import { insertRows } from '../store/json-rows.js';
import { retryOnDeadlock } from '../store/retry.js';
import { change, select, type SqlStatement, type Statements } from '../store/statement.js';
import { identityOf } from '../contacts/reported-contact.js';
import { batchesOf, recipientOf } from './recipient.js';
import { LimitEntryEntity } from './limit-entry.entity.js';
import { type Portfolio, numbersOfPortfolio, templatesSent } from './portfolio.js';

/** How long a recipient counts after the last message to them, in ms. */
export const COUNTED_FOR_MS = 24 * 60 * 60 * 1000;

const REMOVED_AT_ONCE = 1_000;

/** From when on, in this moment, entries count. */
const since = (now: Date): Date => new Date(now.getTime() - COUNTED_FOR_MS);

/** The entries of all portfolios, in statements. One older than a day counts no more, removed or not. */
export class LimitEntries {
  readonly #dataSource: DataSource;
  readonly #entries: Repository<LimitEntryEntity>;
  readonly #merge: string;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
    this.#entries = dataSource.getRepository(LimitEntryEntity);
    const escape = (name: string) => dataSource.driver.escape(name);
    this.#merge = MERGES[dialectOf(dataSource)](escape(this.#entries.metadata.tableName));
  }

  /** How many count. */
  async used(portfolio: Portfolio, now: Date): Promise<number> {
    const row = await this.#used(portfolio, now).getRawOne<{ used: string | number }>();
    return Number(row?.used ?? 0);
  }

  /** How many count, for a body that runs `runInTransaction`. */
  *usedNow(portfolio: Portfolio, now: Date): Statements<number> {
    const [row] = yield* select<{ used: number }>(this.#used(portfolio, now), { numbers: ['used'] });
    return row?.used ?? 0;
  }

  /** Those of the recipients who count, with the moment that they were counted last, in epoch milliseconds. */
  *countedAmong({ id }: Portfolio, recipients: readonly string[], now: Date): Statements<Map<string, number>> {
    const counted = new Map<string, number>();
    for (const batch of batchesOf(recipients)) {
      // By the primary key alone: with the time in it, a database may prefer to read everybody who counts.
      const query = this.#entries
        .createQueryBuilder('entry')
        .select('entry.recipient', 'recipient')
        .addSelect('entry.countedAt', 'countedAt')
        .where({ portfolioId: id, recipient: In(batch) });
      const rows = yield* select<{ recipient: string; countedAt: number }>(query, { numbers: ['countedAt'] });
      for (const { recipient, countedAt } of rows) {
        if (countedAt > since(now).getTime()) counted.set(recipient, countedAt);
      }
    }
    return counted;
  }

  /** When one of those who count leaves, in epoch milliseconds; index 0 leaves first. */
  *leavesAt({ id }: Portfolio, index: number, now: Date): Statements<number | undefined> {
    const query = this.#counting(id, now)
      .select('entry.countedAt', 'countedAt')
      .orderBy('entry.countedAt')
      .limit(1)
      .offset(index);
    const [row] = yield* select<{ countedAt: number }>(query, { numbers: ['countedAt'] });
    return row && row.countedAt + COUNTED_FOR_MS;
  }

  /**
   * Counts recipients from a moment on. One who counts already is counted from then on, or a millisecond later than
   * before: never from the same moment, by which a reservation is known.
   */
  enter({ id }: Portfolio, recipients: Iterable<string>, at: Date): SqlStatement[] {
    // In one order, in which all lock them.
    const rows = [...new Set(recipients)]
      .toSorted()
      .map((recipient) => ({ portfolioId: id, recipient, countedAt: at }));
    return this.#mergeRows(rows);
  }

  #mergeRows(rows: readonly LimitEntryEntity[]): SqlStatement[] {
    const statements = insertRows(this.#entries, rows);
    return statements.map(({ sql, parameters }) => ({ sql: `${sql} WHERE 1 = 1 ${this.#merge}`, parameters }));
  }

  /** Counts everyone the portfolio sent a template to in the last day. */
  *takeOver(portfolio: Portfolio, now: Date): Statements<void> {
    const numbers = yield* select<{ phoneNumberId: string }>(numbersOfPortfolio(this.#dataSource, portfolio));
    const phoneNumberIds = numbers.map(({ phoneNumberId }) => phoneNumberId);
    const sent = templatesSent(this.#dataSource, phoneNumberIds, since(now))
      .select('message.recipientPhone', 'recipientPhone')
      .addSelect('message.userId', 'userId')
      .addSelect('MAX(message.sentAt)', 'sentAt')
      .groupBy('message.recipientPhone')
      .addGroupBy('message.userId');
    const rows = yield* select<{ recipientPhone: string; userId: string | null; sentAt: number }>(sent, {
      numbers: ['sentAt'],
    });
    const lastSent = new Map<string, number>();
    for (const { sentAt, ...row } of rows) {
      const key = identityOf(recipientOf(row));
      if (key !== '') lastSent.set(key, Math.max(sentAt, lastSent.get(key) ?? 0));
    }
    const entries = [...lastSent].map(([recipient, at]) => ({
      portfolioId: portfolio.id,
      recipient,
      countedAt: new Date(at),
    }));
    yield* change(this.#mergeRows(entries.toSorted((a, b) => (a.recipient < b.recipient ? -1 : 1))));
  }

  /** Takes out those that were not counted since they were entered at that moment. */
  *remove({ id }: Portfolio, recipients: readonly string[], enteredAt: Date): Statements<void> {
    for (const batch of batchesOf(recipients.toSorted())) {
      const entered = { portfolioId: id, recipient: In(batch), countedAt: enteredAt };
      yield* change(this.#entries.createQueryBuilder().delete().where(entered));
    }
  }

  /** Removes some of those who count no more. */
  async removeExpired({ id }: Portfolio, now: Date): Promise<void> {
    const expired = { portfolioId: id, countedAt: LessThanOrEqual(since(now)) };
    const rows = await this.#entries.find({ where: expired, order: { countedAt: 'ASC' }, take: REMOVED_AT_ONCE });
    for (const batch of batchesOf(rows.map(({ recipient }) => recipient).toSorted())) {
      await retryOnDeadlock(() => this.#entries.delete({ ...expired, recipient: In(batch) }));
    }
  }

  #used({ id }: Portfolio, now: Date): SelectQueryBuilder<LimitEntryEntity> {
    return this.#counting(id, now).select('COUNT(*)', 'used');
  }

  #counting(portfolioId: string, now: Date): SelectQueryBuilder<LimitEntryEntity> {
    return this.#entries.createQueryBuilder('entry').where({ portfolioId, countedAt: MoreThan(since(now)) });
  }
}

/** What an INSERT does with someone who has an entry; see `enter`. */
const MERGES: Readonly<Record<Dialect, (table: string) => string>> = {
  sqlite: (table) => onConflict(`max(${table}.counted_at + 1, excluded.counted_at)`),
  postgres: (table) => onConflict(`greatest(${table}.counted_at + 1, excluded.counted_at)`),
  mysql: (table) => `ON DUPLICATE KEY UPDATE counted_at = greatest(${table}.counted_at + 1, VALUES(counted_at))`,
};

const onConflict = (countedAt: string): string =>
  `ON CONFLICT (portfolio_id, recipient) DO UPDATE SET counted_at = ${countedAt}`;

/** By then, what was reserved has been sent or given back, in ms. */
export const SETTLED_AFTER_MS = 10 * 60 * 1000;

/** Who may be sent to now, as they were named. */
export interface ReservedRecipients {
  readonly allowed: ReadonlySet<string>;
  /** Those of `allowed` with an open service window: they cost nothing, and are not counted when they were sent to. */
  readonly inWindow: ReadonlySet<string>;
  /** Those of `allowed` who count because of this reservation: to be released if nothing was sent to them. */
  readonly reserved: ReadonlySet<string>;
  /** The key by which each recipient is counted, by the number or user id that was given. */
  readonly keyOf: ReadonlyMap<string, string>;
  /** The moment by which the reservation is known. */
  readonly reservedAt: Date;
  /** If some were not allowed: when the limit has room for the next one. */
  readonly freesAt: Date | null;
}

/**
 * Reserves recipients outside the service window, in their order; with the portfolio locked.
 * @param recipients the keys of people, each once
 */
export function* reserveWithinLimit(
  entries: LimitEntries,
  portfolio: Portfolio & { readonly limit: number },
  recipients: readonly string[],
  now: Date,
): Statements<Omit<ReservedRecipients, 'inWindow' | 'keyOf'>> {
  const counted = yield* entries.countedAmong(portfolio, recipients, now);
  const further = recipients.filter((recipient) => !counted.has(recipient));
  // Read last: a recipient that a single send counts in between is included then.
  const used = further.length === 0 ? 0 : yield* entries.usedNow(portfolio, now);
  const reserved = new Set(further.slice(0, Math.max(0, portfolio.limit - used)));
  // They must neither stop counting before they are sent to, nor be released by the process that reserved them first.
  const renewed = [...counted].filter(([, at]) => !isSettled(now.getTime() - at)).map(([recipient]) => recipient);
  yield* change(entries.enter(portfolio, [...reserved, ...renewed], now));
  const reservation = { allowed: new Set([...counted.keys(), ...reserved]), reserved, reservedAt: now };
  if (reserved.size === further.length) return { ...reservation, freesAt: null };
  const leavesAt = yield* entries.leavesAt(portfolio, Math.max(0, used - portfolio.limit), now);
  return { ...reservation, freesAt: new Date(leavesAt ?? now.getTime() + COUNTED_FOR_MS) };
}

/** Whether a recipient counted so long ago still counts until they are sent to, whatever other processes do. */
const isSettled = (age: number): boolean => age > SETTLED_AFTER_MS && age < COUNTED_FOR_MS - SETTLED_AFTER_MS;
