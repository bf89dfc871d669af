import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, LessThan, Repository } from 'typeorm';
import { boundedCache } from '../bounded-cache.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { Facts, type FactsOfKind } from '../store/facts.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { runInTransaction } from '../store/run-in-transaction.js';
import { change, selectEntities } from '../store/statement.js';
import { BudgetEntity } from './budget.entity.js';
import { Costs } from './costs.js';
import type { Money } from './money.js';

/** What a budget is found by. */
export type BudgetKey = Pick<BudgetEntity, 'scope' | 'subjectId' | 'currency'>;

/** A budget of those that there are, and its limit. */
type Known = BudgetKey & Pick<BudgetEntity, 'workspaceId' | 'limitAmount'>;

/** Milliseconds between two counts of what a budget has used, while it does not suffice; longer where counting takes long. */
const COUNT_EVERY_MS = 1_000;

/** The same while it suffices: what messages cost may differ from what was taken for them. */
const RECOUNT_EVERY_MS = 60_000;

/** Milliseconds after which a message is in the database for which an amount was taken. */
const STORED_AFTER_MS = 500;

/** Milliseconds that a count may last before another process counts in its place. */
const COUNT_LEASE_MS = 60_000;

/** How much of its time a process counts at most. */
const SHARE = 20;

/**
 * The only writer of budgets. What messages will cost is taken before they are sent, by one statement; what was taken for messages
 * that failed, or were free, comes back when the messages are counted again: at the latest when the budget does not suffice.
 */
@Injectable()
export class BudgetLedger {
  readonly #held: FactsOfKind<{ readonly budgets: readonly Known[] }>;
  /** Milliseconds that the last count took, by budget. */
  readonly #durations = boundedCache<string, number>(1_000);

  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(BudgetEntity) private readonly budgets: Repository<BudgetEntity>,
    private readonly costs: Costs,
    private readonly facts: Facts,
  ) {
    this.#held = facts.kind();
  }

  /** The budget of a workspace or bulk send, as it was a second ago at the latest; undefined where it has none. */
  async known({ scope, subjectId, currency }: BudgetKey): Promise<Known | undefined> {
    const held = await this.#held.get(`${scope} ${subjectId}`, async () => ({
      budgets: await this.budgets.findBy({ scope, subjectId }),
    }));
    return held?.budgets.find((budget) => budget.currency === currency);
  }

  /** The present row, counted anew where it is of another month. @param month empty for a bulk send */
  async find(key: BudgetKey, month: string): Promise<BudgetEntity | null> {
    const budget = await this.budgets.findOneBy(whereOf(key));
    if (!budget || budget.budgetMonth >= month) return budget;
    await this.#count(budget, month);
    return this.budgets.findOneBy(whereOf(key));
  }

  /** Those of a workspace or bulk send, by currency. */
  list({ scope, subjectId }: Pick<BudgetKey, 'scope' | 'subjectId'>): Promise<BudgetEntity[]> {
    return this.budgets.find({ where: { scope, subjectId }, order: { currency: 'ASC' } });
  }

  /** Sets the limit of a budget, or makes it: then what its messages have cost already is counted while they go on. */
  async set(known: Known, month: string): Promise<void> {
    const key = whereOf(known);
    const raise = this.budgets.createQueryBuilder().update().set({ limitAmount: known.limitAmount }).where(key);
    if ((await this.facts.write(raise)) > 0) return;
    const budget = { ...known, budgetMonth: month, usedAmount: 0, wantedAmount: 0, countedAt: new Date() };
    try {
      await this.facts.write(this.budgets.createQueryBuilder().insert().values(budget));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      await this.facts.write(raise);
      return;
    }
    await this.#count(budget, month);
  }

  /** @returns whether there was one */
  async remove(key: BudgetKey): Promise<boolean> {
    return (await this.removeAll(whereOf(key))) > 0;
  }

  /** Those of a workspace or bulk send, in whatever currency. @returns how many there were */
  removeAll(which: Pick<BudgetKey, 'scope' | 'subjectId'>): Promise<number> {
    return this.facts.write(this.budgets.createQueryBuilder().delete().where(which));
  }

  /**
   * Takes amounts one after the other, as far as the budget suffices.
   * @param month empty for a bulk send
   * @returns how many were taken
   */
  async take(key: BudgetKey, month: string, amounts: readonly number[]): Promise<number> {
    const sum = amounts.reduce((total, amount) => total + amount, 0);
    if (sum === 0 || (await this.#takeAll(key, month, sum))) return amounts.length;
    const budget = await this.find(key, month);
    if (!budget) return amounts.length;
    if (this.#mayCount(budget, COUNT_EVERY_MS)) await this.#count(budget, month);
    return runInTransaction(this.dataSource, () => this.#takeSome(key, amounts));
  }

  /** Gives back what was taken for messages that are not sent. */
  async giveBack(key: BudgetKey, month: string, amount: number): Promise<void> {
    if (amount === 0) return;
    const rest = `CASE WHEN used_amount > ${amount} THEN used_amount - ${amount} ELSE 0 END`;
    await retryOnDeadlock(() =>
      this.budgets.update({ ...whereOf(key), budgetMonth: month }, { usedAmount: () => rest }),
    );
  }

  /** Whether there is room again for what a bulk send had no room for; also where the budget is gone. */
  async hasRoom(key: BudgetKey, month: string): Promise<boolean> {
    const budget = await this.find(key, month);
    if (!budget || isEnough(budget)) return true;
    if (!this.#mayCount(budget, COUNT_EVERY_MS)) return false;
    await this.#count(budget, month);
    const counted = await this.budgets.findOneBy(whereOf(key));
    return !counted || isEnough(counted);
  }

  /** Counts budgets of workspaces again that have not been for a while. */
  async recount(): Promise<void> {
    const countedAt = LessThan(new Date(Date.now() - RECOUNT_EVERY_MS));
    for (const budget of await this.budgets.findBy({ scope: 'workspace', countedAt })) {
      if (this.#mayCount(budget, RECOUNT_EVERY_MS)) await this.#count(budget, budget.budgetMonth);
    }
  }

  async #takeAll(key: BudgetKey, budgetMonth: string, sum: number): Promise<boolean> {
    const { affected } = await retryOnDeadlock(() =>
      this.budgets
        .createQueryBuilder()
        .update()
        .set({ usedAmount: () => `used_amount + ${sum}` })
        .where({ ...whereOf(key), budgetMonth })
        .andWhere(`used_amount + ${sum} <= limit_amount`)
        .execute(),
    );
    return affected === 1;
  }

  *#takeSome(key: BudgetKey, amounts: readonly number[]) {
    const [budget] = yield* selectEntities(this.budgets, whereOf(key), { lock: true });
    if (!budget) return amounts.length;
    let { usedAmount } = budget;
    let taken = 0;
    for (const amount of amounts) {
      if (usedAmount + amount > budget.limitAmount) break;
      usedAmount += amount;
      taken += 1;
    }
    const wantedAmount = amounts[taken] ?? 0;
    yield* change(this.budgets.createQueryBuilder().update().set({ usedAmount, wantedAmount }).where(whereOf(key)));
    return taken;
  }

  #mayCount(budget: BudgetEntity, everyMs: number): boolean {
    return budget.countedAt.getTime() <= Date.now() - Math.max(everyMs, SHARE * this.#durationOf(budget));
  }

  #durationOf(budget: BudgetKey): number {
    return this.#durations.get(nameOf(budget)) ?? 0;
  }

  /** What is taken while the messages are counted is added to their sum. A new month begins with nothing, before they are. */
  async #count(before: BudgetEntity, presentMonth: string): Promise<void> {
    const { budgetMonth, countedAt } = before;
    // Where accounts with several time zones share it, their months begin one after the other, and the first counts.
    const month = presentMonth > budgetMonth ? presentMonth : budgetMonth;
    const begins = month === budgetMonth ? {} : { budgetMonth: month, usedAmount: 0, wantedAmount: 0 };
    const usedAmount = month === budgetMonth ? before.usedAmount : 0;
    // Of several processes one counts: two would subtract the same amount.
    const leasedUntil = new Date(Date.now() + Math.max(COUNT_LEASE_MS, SHARE * this.#durationOf(before)));
    const claimed = { ...whereOf(before), budgetMonth, countedAt };
    const { affected } = await retryOnDeadlock(() =>
      this.budgets.update(claimed, { countedAt: leasedUntil, ...begins }),
    );
    if (affected === 0) return;
    if (usedAmount > 0) await delay(STORED_AFTER_MS);
    const start = performance.now();
    const counted = millionthsOf(await this.#spent(before));
    const sum = `used_amount - ${usedAmount} + ${counted}`;
    await retryOnDeadlock(() =>
      this.budgets.update(
        { ...whereOf(before), budgetMonth: month, countedAt: leasedUntil },
        { usedAmount: () => `CASE WHEN ${sum} > 0 THEN ${sum} ELSE 0 END`, countedAt: new Date() },
      ),
    );
    this.#durations.set(nameOf(before), performance.now() - start);
  }

  #spent({ scope, subjectId, workspaceId, currency }: Known): Promise<Money> {
    return scope === 'workspace'
      ? this.costs.spentThisMonth(workspaceId, currency)
      : this.costs.spentOnBulkSend(subjectId, workspaceId);
  }
}

const whereOf = ({ scope, subjectId, currency }: BudgetKey): BudgetKey => ({ scope, subjectId, currency });

const nameOf = ({ scope, subjectId, currency }: BudgetKey): string => `${scope} ${subjectId} ${currency}`;

const isEnough = ({ limitAmount, usedAmount, wantedAmount }: BudgetEntity): boolean =>
  usedAmount + Math.max(1, wantedAmount) <= limitAmount;

/** Rounded up, so that a budget is not exceeded by less than a millionth of each message. */
export const millionthsOf = (money: Money): number => Number((money + 999n) / 1_000n);

export const moneyOf = (millionths: number): Money => BigInt(millionths) * 1_000n;
