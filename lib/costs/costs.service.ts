import { pipeline, Readable } from 'node:stream';
import { Inject, Injectable, type Provider } from '@nestjs/common';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { type InWorkspace, WorkspacesService } from '../accounts/workspaces.service.js';
import { ConflictError, NotFoundError, ValidationError, type ValidationProblem } from '../errors.js';
import { csvStringify } from '../lazy-packages.js';
import type { MessageEntity } from '../messages/message.entity.js';
import { MessageRepository, messageKey } from '../messages/message-repository.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from '../messages/messages.options.js';
import { readRecipient } from '../messages/recipient.js';
import { countryOfRecipient } from '../messages/pricing.js';
import { type BudgetOf, BudgetSettings, type CostBudget, type SetBudgetInput } from './budget-settings.js';
import { type CompareCostsInput, type CostComparison, CostComparisons } from './cost-comparisons.js';
import type { CostQuery } from './cost-query.js';
import { totalsOf } from './cost-sums.js';
import { CostEstimates, type EstimateCostsInput } from './cost-estimates.js';
import type { CostEstimate, CostReport, CostRow, FreeServiceMessages, MessageCost } from './cost.view.js';
import { Costs, countsAsService } from './costs.js';
import { COSTS_OPTIONS, type CostsOptions } from './costs.options.js';
import { CHARGED, expectedCategory, FREE, DeliveredMessages } from './delivered-messages.js';
import { dayAt, monthOfDay } from './local-days.js';
import { writeMoney } from './money.js';
import { categoryKey } from './rate-card.js';
import { VolumeTiers } from './volume-tiers.js';
import { SPENDING } from '../messages/spending.js';
import { BudgetLedger } from './budget-ledger.js';
import { Budgets } from './budgets.js';

/**
 * What messages cost: Meta reports whether each is charged, and as what; the rate card of the option `costs` has the amounts. A
 * message counts once it was delivered, on that day. Amounts are exact decimals.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
 *
 * @publicApi
 */
@Injectable()
export class CostsService {
  constructor(
    @Inject(COSTS_OPTIONS) private readonly options: CostsOptions,
    private readonly costs: Costs,
    private readonly comparisons: CostComparisons,
    private readonly messages: MessageRepository,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly tiers: VolumeTiers,
    private readonly estimates: CostEstimates,
    private readonly budgetSettings: BudgetSettings,
    @Inject(MESSAGES_OPTIONS) private readonly messagesOptions: MessagesOptions,
  ) {}

  /**
   * Returns the costs of a workspace, or of a number or template of it, in a period, and their sum; of this month by default.
   * @throws ValidationError with everything that is wrong with the query
   * @throws NotFoundError `WORKSPACE_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`
   */
  async report(query: CostQuery = {}): Promise<CostReport> {
    const rows: CostRow[] = [];
    for await (const row of this.costs.rows(query)) rows.push(row);
    return { rows, totals: totalsOf(rows) };
  }

  /** The rows of `report` one by one, read as they are taken: `for await (… of costs.rows({ groupBy: ['day'] }))`. @throws as `report` */
  rows(query: CostQuery = {}): AsyncGenerator<CostRow, void, undefined> {
    return this.costs.rows(query);
  }

  /**
   * The same as CSV, with a line of headers, made as it is read. Cells that a spreadsheet would run as a formula are quoted
   * against it. What `report` throws, reading it throws.
   */
  csv(query: CostQuery = {}): AsyncIterable<string> {
    const lines = csvStringify().stringify({
      header: true,
      columns: [...COLUMNS],
      escape_formulas: true,
      cast: { boolean: String },
    });
    // The reader of the stream gets the error.
    return pipeline(Readable.from(this.costs.rows(query)), lines.setEncoding('utf8'), () => {});
  }

  /** Returns the costs of a bulk send so far, and their sum. @throws NotFoundError `BULK_SEND_NOT_FOUND` */
  async ofBulkSend(id: string, { workspace }: InWorkspace = {}): Promise<CostReport> {
    const rows = await this.costs.ofBulkSend(id, workspace);
    return { rows, totals: totalsOf(rows) };
  }

  /** Returns what one message costs. @param id its row id or wamid @throws NotFoundError `MESSAGE_NOT_FOUND` */
  async ofMessage(id: number | string, { workspace }: InWorkspace = {}): Promise<MessageCost> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const key = messageKey(id);
    const message = key && (await this.messages.findOutbound(workspaceId, key));
    if (!message) throw new NotFoundError('MESSAGE_NOT_FOUND', `There is no message ${id}.`);
    return this.#costOf(message);
  }

  /**
   * Returns how many service messages each number of the workspace may still have delivered for free in a month; in this one by
   * default. Meta's own count decides.
   * @throws ValidationError, NotFoundError as `report`
   */
  async freeServiceMessages(
    query: Pick<CostQuery, 'workspace' | 'month' | 'phoneNumberId'> = {},
  ): Promise<FreeServiceMessages[]> {
    const { rows } = await this.report({ ...query, groupBy: ['month', 'phoneNumber'] });
    const workspaceId = await this.workspaces.idOf(query.workspace);
    const limit = this.options.freeServiceMessages;
    const numbers = (await this.phoneNumbers.list(workspaceId)).filter(
      ({ phoneNumberId }) => query.phoneNumberId === undefined || query.phoneNumberId === phoneNumberId,
    );
    return numbers.map(({ phoneNumberId, account }) => {
      const own = rows.filter((row) => row.phoneNumberId === phoneNumberId && countsAsService(row));
      const used = own.reduce((sum, { messages }) => sum + messages, 0);
      const { timeZone } = this.options.of(account.businessAccountId);
      const month = query.month ?? monthOfDay(dayAt(Date.now(), timeZone));
      return { phoneNumberId, month, limit, used, left: Math.max(0, limit - used) };
    });
  }

  /**
   * Returns what messages are going to cost if all are delivered, by country; service messages that are still free this month are
   * free.
   * @throws ValidationError with what is wrong with the category and the recipients
   * @throws NotFoundError `WORKSPACE_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`
   * @throws ConflictError `NO_RATE_CARD` when the option `costs` has none
   */
  async estimate({ workspace, phoneNumberId, category, recipients }: EstimateCostsInput): Promise<CostEstimate> {
    const wrong = checkEstimate(category, recipients);
    if (wrong.length > 0) throw new ValidationError(wrong);
    const number = await this.phoneNumbers.find(await this.workspaces.idOf(workspace), phoneNumberId);
    const estimate = await this.estimates.of(number, category);
    if (!estimate) throw new ConflictError('NO_RATE_CARD', NO_RATE_CARD);
    const problems: ValidationProblem[] = [];
    let index = 0;
    for (const given of recipients) {
      const recipient = readRecipient(given, this.messagesOptions.defaultCountry);
      if (recipient.problems) {
        for (const { message } of recipient.problems) problems.push({ path: `recipients[${index}]`, message });
      } else estimate.add([recipient]);
      index += 1;
    }
    if (problems.length > 0) throw new ValidationError(problems);
    if (categoryKey(category) !== 'service') return estimate.result();
    const [free] = await this.freeServiceMessages({ workspace, phoneNumberId: number.phoneNumberId });
    return estimate.result(free?.left);
  }

  /**
   * Asks Meta what it counts for an account, and returns it next to this module's own count: this month's by default, at most a
   * year back.
   * @throws ValidationError with everything that is wrong with the days
   * @throws NotFoundError `WORKSPACE_NOT_FOUND`, `BUSINESS_ACCOUNT_NOT_FOUND`
   * @throws MetaApiError, RateLimitedError, MetaUnreachableError when Meta does not answer it
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/analytics
   */
  compareWithMeta(input: CompareCostsInput): Promise<CostComparison> {
    return this.comparisons.of(input);
  }

  /**
   * Sets what the messages of a workspace may cost in each month, or those of a bulk send in all. What the next message will cost
   * is taken from it before it is sent. Where it does not suffice, a bulk send pauses (`budget`) and goes on by itself once it
   * does, and a single send is refused as `BUDGET_EXCEEDED`. Messages without a rate on the card cost nothing.
   * @returns the budget, with what is spent of it already
   * @throws ValidationError with everything that is wrong
   * @throws NotFoundError `WORKSPACE_NOT_FOUND`, `BULK_SEND_NOT_FOUND`
   * @throws ConflictError `NO_RATE_CARD` when the option `costs` has none
   */
  setBudget(input: SetBudgetInput): Promise<CostBudget> {
    return this.budgetSettings.set(input);
  }

  /** Returns the budgets of a workspace, one for each currency, or that of a bulk send. @throws NotFoundError as `setBudget` */
  budgets(of: Omit<BudgetOf, 'currency'> = {}): Promise<CostBudget[]> {
    return this.budgetSettings.list(of);
  }

  /** Removes a budget: what it had paused goes on. @returns whether there was one @throws NotFoundError as `setBudget` */
  removeBudget(budget: BudgetOf = {}): Promise<boolean> {
    return this.budgetSettings.remove(budget);
  }

  async #costOf(message: MessageEntity): Promise<MessageCost> {
    const { rateCard } = this.options;
    const number = await this.phoneNumbers.known(message.phoneNumberId);
    const { currency, timeZone } = this.options.of(number?.account.businessAccountId ?? '');
    const isEstimate = message.pricingType === null && message.pricingBillable === null;
    const category = message.pricingCategory ?? expectedCategory(message);
    const country = message.pricingCountry ?? countryOfRecipient(message);
    const type =
      message.pricingType ?? (message.pricingBillable === false || message.type === 'reaction' ? FREE : CHARGED);
    const deliveredAt = message.deliveredAt ?? message.readAt ?? message.playedAt;
    const at = (deliveredAt ?? new Date()).getTime();
    const day = dayAt(at, timeZone);
    const month = monthOfDay(day);
    const reached = number && (await this.tiers.of(number.account, month));
    const tierFrom = reached?.tierFrom({ at, month, category, country }, rateCard) ?? 0;
    const price = type === CHARGED ? rateCard.priceOf({ day, currency, country, category, tierFrom }) : 0n;
    return {
      messageId: message.id,
      category,
      country,
      market: rateCard.marketOf(country),
      type,
      isEstimate,
      isDelivered: deliveredAt !== null,
      currency,
      amount: price === undefined ? null : writeMoney(price),
    };
  }
}

function checkEstimate(category: unknown, recipients: unknown): ValidationProblem[] {
  const isCategory = typeof category === 'string' && /^[A-Za-z][A-Za-z_-]{0,63}$/.test(category);
  const isList = typeof recipients === 'object' && recipients !== null && Symbol.iterator in recipients;
  return [
    ...(isCategory ? [] : [{ path: 'category', message: 'must be a category such as "marketing" or "service".' }]),
    ...(isList ? [] : [{ path: 'recipients', message: 'must be a list of numbers or business-scoped user ids.' }]),
  ];
}

const NO_RATE_CARD = 'There is no rate card: give one in the option costs, as { rateCard: [] }.';

const COLUMNS = [
  'day',
  'month',
  'phoneNumberId',
  'template',
  'bulkSendId',
  'category',
  'country',
  'market',
  'type',
  'isEstimate',
  'messages',
  'currency',
  'amount',
  'withoutRate',
] as const satisfies readonly (keyof CostRow)[];

/** What this room is made of, besides the service. */
export const costsProviders: readonly Provider[] = [
  BudgetLedger,
  BudgetSettings,
  Budgets,
  { provide: SPENDING, useExisting: Budgets },
  CostComparisons,
  CostEstimates,
  Costs,
  DeliveredMessages,
  VolumeTiers,
];
