import { Inject, Injectable } from '@nestjs/common';
import type { LRUCache } from 'lru-cache';
import { type PhoneNumberOfAccount, PhoneNumbers } from '../accounts/phone-numbers.js';
import { boundedCache } from '../bounded-cache.js';
import type { NewMessage } from '../messages/message-repository.js';
import type { MessageEntity } from '../messages/message.entity.js';
import { BudgetExceededError, type Spending } from '../messages/spending.js';
import { type BudgetKey, BudgetLedger, millionthsOf, moneyOf } from './budget-ledger.js';
import type { BudgetEntity } from './budget.entity.js';
import { CostEstimates, type Estimate } from './cost-estimates.js';
import { COSTS_OPTIONS, type CostsOptions } from './costs.options.js';
import { Costs } from './costs.js';
import { dayAt, monthOfDay, plusMonths, startOfDay } from './local-days.js';
import { writeMoney } from './money.js';

/** Milliseconds for which a price is held: a volume tier lowers it, and no more. */
const PRICE_HELD_MS = 30_000;

/** Milliseconds after which the free service messages that were delivered are counted again. */
const FREE_HELD_MS = 5 * 60_000;

/** Messages of a bulk send that are to be sent, in this order. */
export interface BulkSpending {
  readonly bulkSendId: string;
  readonly workspaceId: number;
  readonly phoneNumber: PhoneNumberOfAccount;
  readonly templateCategory: string | null;
}

type Recipient = Pick<MessageEntity, 'recipientPhone' | 'userId'>;

/** A budget that a message counts against, in the month that it is of. */
interface Purse {
  readonly key: BudgetKey;
  readonly month: string;
}

/** What was taken from budgets for messages, and why not for all of them. */
export interface Spent {
  /** How many of the messages, from the first on. */
  readonly count: number;
  /** What stops the next one; `until` is null where nothing but a higher budget helps. */
  readonly exceeded?: { readonly message: string; readonly until: Date | null } | undefined;
}

/** Takes what messages will cost from the budgets of their workspace and bulk send. */
@Injectable()
export class Budgets implements Spending {
  readonly #prices = boundedCache<string, Promise<Estimate | undefined>>(1_000, PRICE_HELD_MS);
  readonly #free = boundedCache<string, Promise<{ left: number }>>(1_000, FREE_HELD_MS);

  constructor(
    @Inject(COSTS_OPTIONS) private readonly options: CostsOptions,
    private readonly ledger: BudgetLedger,
    private readonly estimates: CostEstimates,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly costs: Costs,
  ) {}

  async spend(message: NewMessage): Promise<void> {
    if (!this.options.isConfigured || message.type === 'reaction') return;
    const phoneNumber = await this.phoneNumbers.known(message.phoneNumberId);
    const purse = phoneNumber && (await this.#purse('workspace', String(message.workspaceId), phoneNumber));
    if (!purse) return;
    const { templateCategory = null, recipientPhone, userId = null } = message;
    const [amount = 0] = await this.#amounts(phoneNumber, templateCategory, [{ recipientPhone, userId }]);
    if (amount === 0 || (templateCategory === null && (await this.#takeFree(phoneNumber)))) return;
    if ((await this.ledger.take(purse.key, purse.month, [amount])) > 0) return;
    throw new BudgetExceededError((await this.#exceeded(purse, phoneNumber)).message);
  }

  /** Takes what the next messages of a bulk send will cost, of those from the first on for which the budgets suffice. */
  async spendInBulk(bulk: BulkSpending, recipients: readonly Recipient[]): Promise<Spent> {
    const purses = await this.#pursesOf(bulk);
    if (purses.length === 0 || recipients.length === 0) return { count: recipients.length };
    const amounts = await this.#amounts(bulk.phoneNumber, bulk.templateCategory, recipients);
    let count = amounts.length;
    let short: Purse | undefined;
    for (const [index, { key, month }] of purses.entries()) {
      const fitting = await this.ledger.take(key, month, amounts.slice(0, count));
      if (fitting === count) continue;
      const excess = sumOf(amounts.slice(fitting, count));
      for (const before of purses.slice(0, index)) await this.ledger.giveBack(before.key, before.month, excess);
      count = fitting;
      short = purses[index];
    }
    return short ? { count, exceeded: await this.#exceeded(short, bulk.phoneNumber) } : { count };
  }

  /** Whether a bulk send may go on that a budget had paused. */
  async hasRoom(bulk: Omit<BulkSpending, 'templateCategory'>): Promise<boolean> {
    for (const { key, month } of await this.#pursesOf(bulk)) {
      if (!(await this.ledger.hasRoom(key, month))) return false;
    }
    return true;
  }

  /** The bulk send's own first: what its workspace has no room for, it gets back. */
  async #pursesOf(bulk: Omit<BulkSpending, 'templateCategory'>): Promise<Purse[]> {
    if (!this.options.isConfigured) return [];
    const own = await this.#purse('bulk_send', bulk.bulkSendId, bulk.phoneNumber);
    const shared = await this.#purse('workspace', String(bulk.workspaceId), bulk.phoneNumber);
    return [own, shared].filter((purse) => purse !== undefined);
  }

  async #purse(
    scope: BudgetEntity['scope'],
    subjectId: string,
    phoneNumber: PhoneNumberOfAccount,
  ): Promise<Purse | undefined> {
    const { currency } = this.options.of(phoneNumber.account.businessAccountId);
    const key = { scope, subjectId, currency };
    if (!(await this.ledger.known(key))) return undefined;
    return { key, month: scope === 'workspace' ? this.monthOf(phoneNumber) : '' };
  }

  /** The present month of an account. */
  monthOf({ account }: PhoneNumberOfAccount): string {
    return monthOfDay(dayAt(Date.now(), this.options.of(account.businessAccountId).timeZone));
  }

  async #amounts(
    phoneNumber: PhoneNumberOfAccount,
    category: string | null,
    recipients: readonly Recipient[],
  ): Promise<number[]> {
    const key = `${phoneNumber.phoneNumberId} ${category ?? ''}`;
    const estimate = await this.#held(this.#prices, key, () => this.estimates.of(phoneNumber, category));
    return recipients.map((recipient) => (estimate ? millionthsOf(estimate.priceFor(recipient)) : 0));
  }

  /** Takes one of the free service messages that a number has left this month, as far as is known here. */
  async #takeFree(phoneNumber: PhoneNumberOfAccount): Promise<boolean> {
    const key = `${phoneNumber.phoneNumberId} ${this.monthOf(phoneNumber)}`;
    const free = await this.#held(this.#free, key, async () => {
      const used = await this.costs.serviceMessagesThisMonth(phoneNumber);
      return { left: this.options.freeServiceMessages - used };
    });
    free.left -= 1;
    return free.left >= 0;
  }

  #held<Fact>(cache: LRUCache<string, Promise<Fact>>, key: string, load: () => Promise<Fact>): Promise<Fact> {
    const known = cache.get(key);
    if (known) return known;
    const loaded = load();
    cache.set(key, loaded);
    loaded.catch(() => cache.delete(key));
    return loaded;
  }

  async #exceeded({ key, month }: Purse, { account }: PhoneNumberOfAccount) {
    const budget = await this.ledger.find(key, month);
    const limit = writeMoney(moneyOf(budget?.limitAmount ?? 0));
    const used = writeMoney(moneyOf(budget?.usedAmount ?? 0));
    const sum = `${limit} ${key.currency}, of which ${used} are used`;
    if (key.scope === 'bulk_send') {
      const message = `The budget of the bulk send (${sum}) does not suffice; it goes on when the budget is raised.`;
      return { message, until: null };
    }
    const next = plusMonths(month, 1);
    const message = `The budget of the workspace for ${month} (${sum}) does not suffice; raise it, or wait for ${next}.`;
    return { message, until: new Date(startOfDay(next, this.options.of(account.businessAccountId).timeZone)) };
  }
}

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);
