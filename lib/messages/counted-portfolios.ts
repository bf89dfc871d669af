import type { DataSource, Repository } from 'typeorm';
import { boundedCache } from '../bounded-cache.js';
import { preparedStatement, tableOf } from '../store/json-rows.js';
import { runInTransaction } from '../store/run-in-transaction.js';
import { retryOnDeadlock } from '../store/retry.js';
import { change, select, type Statements } from '../store/statement.js';
import type { LimitEntries } from './limit-entries.js';
import { CountedPortfolioEntity } from './counted-portfolio.entity.js';
import type { Portfolio } from './portfolio.js';

const LET_GO_AGAIN_AFTER_MS = 10 * 60 * 1000;

const NOT_YET = new Date(0);

/**
 * The portfolios with recipients that are entered one by one. Entering begins with those of the messages, and
 * ends when there is no limit any more, so that it begins again when there is one again.
 */
export class CountedPortfolios {
  readonly #dataSource: DataSource;
  readonly #entries: LimitEntries;
  readonly #portfolios: Repository<CountedPortfolioEntity>;
  /** Asked after every message that is sent while the portfolio has a limit and is not kept. */
  readonly #isKept: ReturnType<typeof preparedStatement>;
  readonly #known = boundedCache<string, true>(10_000);
  readonly #letGo = boundedCache<string, true>(10_000, LET_GO_AGAIN_AFTER_MS);

  constructor(dataSource: DataSource, entries: LimitEntries) {
    this.#dataSource = dataSource;
    this.#entries = entries;
    this.#portfolios = dataSource.getRepository(CountedPortfolioEntity);
    const table = tableOf(dataSource, this.#portfolios.metadata);
    this.#isKept = preparedStatement(dataSource, `SELECT portfolio_id FROM ${table} WHERE portfolio_id = :id`);
  }

  /**
   * Runs statements while no other process reserves for the portfolio; keeps it if it was not kept.
   * @param clock returns the moment, once the portfolio is locked
   */
  async locked<Result>(
    portfolio: Portfolio,
    clock: () => Date,
    body: (now: Date) => Statements<Result>,
  ): Promise<Result> {
    for (;;) {
      const done = await runInTransaction(this.#dataSource, () => this.#locked(portfolio, clock, body));
      if (done) {
        this.#known.set(portfolio.id, true);
        return done.result;
      }
      await this.#begin(portfolio);
    }
  }

  /** Makes sure that the portfolio is kept, or has been since this process began. */
  async keep(portfolio: Portfolio, clock: () => Date): Promise<void> {
    if (!this.#known.has(portfolio.id)) await this.locked(portfolio, clock, nothing);
  }

  /**
   * Whether the portfolio is kept. Where not, whoever keeps it first takes over every message that was stored as sent
   * before this was asked.
   */
  async isKept({ id }: Portfolio): Promise<boolean> {
    if (this.#known.has(id)) return true;
    const { sql, parameters } = this.#isKept({ id });
    const rows: unknown[] = await this.#dataSource.query(sql, [...parameters]);
    if (rows.length > 0) this.#known.set(id, true);
    return rows.length > 0;
  }

  /** Whether what was sent before has been taken over, too. */
  async isComplete({ id }: Portfolio): Promise<boolean> {
    const counted = await this.#portfolios.findOneBy({ portfolioId: id });
    return counted !== null && counted.countedSince > NOT_YET;
  }

  /** Keeps the portfolio no more. At most once in a while, for it is asked at every send. */
  async letGo(portfolio: Portfolio, now: Date): Promise<void> {
    if (this.#letGo.has(portfolio.id)) return;
    this.#letGo.set(portfolio.id, true);
    this.#known.delete(portfolio.id);
    await retryOnDeadlock(() => this.#portfolios.delete({ portfolioId: portfolio.id }));
    await this.#entries.removeExpired(portfolio, now);
  }

  *#locked<Result>(
    portfolio: Portfolio,
    clock: () => Date,
    body: (now: Date) => Statements<Result>,
  ): Statements<{ readonly result: Result } | undefined> {
    const own = { portfolioId: portfolio.id };
    const query = this.#portfolios
      .createQueryBuilder('portfolio')
      .select('portfolio.countedSince', 'countedSince')
      .where(own);
    const [row] = yield* select<{ countedSince: number }>(query, { lock: true, numbers: ['countedSince'] });
    if (!row) return undefined;
    const now = clock();
    if (row.countedSince === NOT_YET.getTime()) {
      yield* this.#entries.takeOver(portfolio, now);
      yield* change(this.#portfolios.createQueryBuilder().update().set({ countedSince: now }).where(own));
    }
    return { result: yield* body(now) };
  }

  /** From here on everybody enters who they send to: so the row is there before what was sent earlier is taken over. */
  async #begin({ id }: Portfolio): Promise<void> {
    const row = { portfolioId: id, countedSince: NOT_YET };
    await retryOnDeadlock(() => this.#portfolios.createQueryBuilder().insert().values(row).orIgnore().execute());
  }
}

function* nothing(): Statements<void> {}
