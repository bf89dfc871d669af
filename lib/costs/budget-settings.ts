import { Inject, Injectable } from '@nestjs/common';
import { type PhoneNumberOfAccount, PhoneNumbers } from '../accounts/phone-numbers.js';
import { type InWorkspace, WorkspacesService } from '../accounts/workspaces.service.js';
import { ConflictError, NotFoundError, ValidationError, type ValidationProblem } from '../errors.js';
import { type BudgetKey, BudgetLedger, millionthsOf, moneyOf } from './budget-ledger.js';
import type { BudgetEntity } from './budget.entity.js';
import { Costs } from './costs.js';
import { COSTS_OPTIONS, type CostsOptions } from './costs.options.js';
import { dayAt, monthOfDay } from './local-days.js';
import { AMOUNT_RULE, isAmount, readMoney, writeMoney } from './money.js';
import { isCurrency } from './rate-card.js';

/**
 * Which budget: that of the workspace for each month, or that of a bulk send.
 *
 * @publicApi
 */
export interface BudgetOf extends InWorkspace {
  /** A bulk send; the workspace itself when left out. */
  readonly bulkSendId?: string;
  /** Of the accounts that it is for; that of the options when left out. A bulk send's is that of its account. */
  readonly currency?: string;
}

/**
 * What may be spent.
 *
 * @publicApi
 */
export interface SetBudgetInput extends BudgetOf {
  /** A decimal in a string, such as `250.00`: in a month, or by the bulk send in all. */
  readonly amount: string;
}

/**
 * What may be spent, and what is spent of it. Messages that are on their way count by an estimate.
 *
 * @publicApi
 */
export interface CostBudget {
  /** The bulk send that it is for; null for the workspace. */
  readonly bulkSendId: string | null;
  /** Of the accounts that it is for. */
  readonly currency: string;
  /** What may be spent: an exact decimal. */
  readonly amount: string;
  /** What is spent, up to a minute ago: messages that failed or are free are given back then. */
  readonly used: string;
  /** What is left of it. */
  readonly left: string;
  /** The month that it is spent in, by the account's time zone; null for a bulk send. */
  readonly month: string | null;
}

/** Sets budgets and shows them. */
@Injectable()
export class BudgetSettings {
  constructor(
    @Inject(COSTS_OPTIONS) private readonly options: CostsOptions,
    private readonly ledger: BudgetLedger,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly costs: Costs,
  ) {}

  async set(input: SetBudgetInput): Promise<CostBudget> {
    const problems = this.check(input);
    if (problems.length > 0) throw new ValidationError(problems);
    const workspaceId = await this.workspaces.idOf(input.workspace);
    await this.#assertCharged(workspaceId, input.currency);
    const key = await this.#keyOf(input, workspaceId);
    const month = key.scope === 'workspace' ? await this.#monthOf(workspaceId, key.currency) : '';
    await this.ledger.set({ ...key, workspaceId, limitAmount: millionthsOf(readMoney(input.amount)) }, month);
    const budget = await this.ledger.find(key, month);
    if (!budget) throw new NotFoundError('BUDGET_NOT_FOUND', 'The budget was removed meanwhile.');
    return viewOf(budget);
  }

  /** Gives a bulk send that is being accepted its budget. */
  async open(
    bulkSendId: string,
    workspaceId: number,
    { account }: PhoneNumberOfAccount,
    amount: string,
  ): Promise<void> {
    const { currency } = this.options.of(account.businessAccountId);
    const limitAmount = millionthsOf(readMoney(amount));
    await this.ledger.set({ scope: 'bulk_send', subjectId: bulkSendId, currency, workspaceId, limitAmount }, '');
  }

  /** Everything that is wrong with a budget that can be found without the database. @throws ConflictError without a rate card */
  check({ amount, currency }: Pick<SetBudgetInput, 'amount' | 'currency'>, path = 'amount'): ValidationProblem[] {
    if (!this.options.isConfigured) {
      throw new ConflictError('NO_RATE_CARD', 'A budget needs a rate card: give one in the option costs.');
    }
    return [
      ...(isAmount(amount) ? [] : [{ path, message: `${AMOUNT_RULE}.` }]),
      ...(currency === undefined || isCurrency(currency)
        ? []
        : [{ path: 'currency', message: 'must be a currency of three capital letters, such as "USD".' }]),
    ];
  }

  async list(of: Omit<BudgetOf, 'currency'>): Promise<CostBudget[]> {
    const workspaceId = await this.workspaces.idOf(of.workspace);
    const key = await this.#keyOf(of, workspaceId);
    const budgets: CostBudget[] = [];
    for (const listed of await this.ledger.list(key)) {
      const month = listed.scope === 'workspace' ? await this.#monthOf(workspaceId, listed.currency) : '';
      const budget = await this.ledger.find(listed, month);
      if (budget) budgets.push(viewOf(budget));
    }
    return budgets;
  }

  async remove(of: BudgetOf): Promise<boolean> {
    return this.ledger.remove(await this.#keyOf(of, await this.workspaces.idOf(of.workspace)));
  }

  /** @throws NotFoundError `BULK_SEND_NOT_FOUND` */
  async #keyOf({ bulkSendId, currency }: BudgetOf, workspaceId: number): Promise<BudgetKey> {
    if (bulkSendId === undefined) {
      const own = currency ?? this.options.of('').currency;
      return { scope: 'workspace', subjectId: String(workspaceId), currency: own };
    }
    const sender = await this.costs.senderOf(bulkSendId, workspaceId);
    if (!sender) throw new NotFoundError('BULK_SEND_NOT_FOUND', `There is no bulk send ${bulkSendId}.`);
    const { currency: own } = this.options.of(sender.account.businessAccountId);
    return { scope: 'bulk_send', subjectId: bulkSendId, currency: own };
  }

  /** @throws ValidationError for a currency that no account of the workspace is charged in: such a budget would hold nothing back */
  async #assertCharged(workspaceId: number, currency: string | undefined): Promise<void> {
    const charged = new Set((await this.#accountsOf(workspaceId)).map((account) => account.currency));
    if (currency === undefined || charged.size === 0 || charged.has(currency)) return;
    const message = `is not what an account of the workspace is charged in; that is ${[...charged].join(', ')}.`;
    throw new ValidationError([{ path: 'currency', message }]);
  }

  async #accountsOf(workspaceId: number) {
    const numbers = await this.phoneNumbers.list(workspaceId);
    return numbers.map(({ account }) => this.options.of(account.businessAccountId));
  }

  /** The present month of the accounts with a currency; where they disagree, the latest. */
  async #monthOf(workspaceId: number, currency: string): Promise<string> {
    const accounts = await this.#accountsOf(workspaceId);
    const zones = accounts.filter((account) => account.currency === currency).map(({ timeZone }) => timeZone);
    const months = (zones.length > 0 ? zones : [this.options.of('').timeZone]).map((timeZone) =>
      monthOfDay(dayAt(Date.now(), timeZone)),
    );
    return months.toSorted().at(-1) ?? '';
  }
}

function viewOf({ scope, subjectId, currency, limitAmount, usedAmount, budgetMonth }: BudgetEntity): CostBudget {
  return {
    bulkSendId: scope === 'bulk_send' ? subjectId : null,
    currency,
    amount: writeMoney(moneyOf(limitAmount)),
    used: writeMoney(moneyOf(usedAmount)),
    left: writeMoney(moneyOf(Math.max(0, limitAmount - usedAmount))),
    month: scope === 'workspace' ? budgetMonth : null,
  };
}
