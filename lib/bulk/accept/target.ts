import { isDate } from 'node:util/types';
import { Inject, Injectable } from '@nestjs/common';
import { AccountSync } from '../../accounts/account-sync.js';
import { type PhoneNumberOfAccount, PhoneNumbers } from '../../accounts/phone-numbers.js';
import { WorkspacesService } from '../../accounts/workspaces.service.js';
import { BudgetSettings } from '../../costs/budget-settings.js';
import { type ValidationProblem, ValidationError } from '../../errors.js';
import { isIdentifier } from '../../identifier.js';
import { routeOf, routeProblems, type SendRoute, settingsFrom } from '../../messages/marketing-routes.js';
import { TemplateNotApprovedError } from '../../messages/messages.errors.js';
import { checkNames } from '../../messages/template-messages.js';
import { type ReadMoment, readMoment } from '../../moment.js';
import { isSameTemplate, TemplateFinder } from '../../templates/template-finder.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import { checkTemplateVariables } from '../../templates/variables/fill-template.js';
import { isObject } from '../../templates/variables/values/text-value.js';
import type { BulkRecipients, CreateBulkSendInput } from '../bulk.inputs.js';
import { BULK_OPTIONS, type BulkOptions } from '../bulk.options.js';
import { assertIterable } from './recipient-reading.js';

/** What a bulk send is about, but for its recipients. */
export interface BulkTarget {
  readonly workspaceId: number;
  readonly phoneNumber: PhoneNumberOfAccount;
  readonly template: TemplateEntity;
  /** The endpoint that its messages go to, as far as is known by now. */
  readonly route: SendRoute;
  /** Null: at once. */
  readonly scheduledAt: Date | null;
}

type Words = Omit<CreateBulkSendInput, 'recipients'>;

const MINUTE_MS = 60_000;

/** Finds number and template of a bulk send, and checks everything else but its recipients. */
@Injectable()
export class BulkTargets {
  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly accountSync: AccountSync,
    private readonly templates: TemplateFinder,
    private readonly budgets: BudgetSettings,
  ) {}

  /** Every problem of the input that can be found without the database. */
  check(input: Words): ValidationProblem[] {
    return [
      ...checkNames(input),
      ...checkName(input.name),
      ...checkSchedule(input.scheduledAt),
      ...checkChoices(input),
      ...(input.budget === undefined ? [] : this.budgets.check({ amount: input.budget }, 'budget')),
    ];
  }

  /** @throws ValidationError, NotFoundError, TemplateNotApprovedError */
  async find(input: Words): Promise<BulkTarget> {
    const problems = this.check(input);
    if (problems.length > 0) throw new ValidationError(problems);
    const workspaceId = await this.workspaces.idOf(input.workspace);
    const phoneNumber = await this.#phoneNumber(workspaceId, input.phoneNumberId);
    const template = await this.templates.find(phoneNumber.account, { name: input.template, language: input.language });
    if (template.status !== 'APPROVED') throw new TemplateNotApprovedError(template.name, template.status);
    const route = routeOf(template, phoneNumber.account, settingsFrom(input, this.options.marketing));
    const unroutable = routeProblems(route);
    if (unroutable.length > 0) throw new ValidationError(unroutable);
    return { workspaceId, phoneNumber, template, route, scheduledAt: scheduleOf(input.scheduledAt) };
  }

  /**
   * Looks at the first recipients: where the template does not fit their values, it is fetched from Meta once more.
   * @returns the template as it is now, and all of the recipients
   * @throws ValidationError, TemplateNotApprovedError, and whatever the iterator of the recipients throws
   */
  async lookAhead(target: BulkTarget, { recipients, maxRecipients = Infinity }: CreateBulkSendInput) {
    assertIterable(recipients);
    const { first, all } = await peek(recipients, Math.min(PEEKED, maxRecipients + 1));
    if (first.every((recipient) => fitsTemplate(target.template, recipient))) {
      return { template: target.template, recipients: all };
    }
    const template = await this.templates.current(target.phoneNumber.account, target.template);
    if (template.status !== 'APPROVED') throw new TemplateNotApprovedError(template.name, template.status);
    return { template, recipients: all };
  }

  /** Whether Meta still has the template as the recipients were checked by it. */
  async isCurrent({ phoneNumber, template }: BulkTarget): Promise<boolean> {
    return isSameTemplate(await this.templates.current(phoneNumber.account, template), template);
  }

  /** With its limits, which only Meta knows: synchronised now if they never were. */
  async #phoneNumber(workspaceId: number, phoneNumberId: string | undefined): Promise<PhoneNumberOfAccount> {
    const phoneNumber = await this.phoneNumbers.find(workspaceId, phoneNumberId);
    if (phoneNumber.syncedAt) return phoneNumber;
    // Accepting does not need Meta: a limit that is exceeded is seen when sending.
    await this.accountSync.syncPhoneNumbers(phoneNumber.account).catch(() => undefined);
    return this.phoneNumbers.find(workspaceId, phoneNumberId);
  }
}

/** Recipients that are checked before any is stored. */
const PEEKED = 50;

function fitsTemplate(template: TemplateEntity, recipient: unknown): boolean {
  if (!isObject(recipient) || 'unreadable' in recipient) return true;
  return checkTemplateVariables(template, recipient).length === 0;
}

/** The first recipients, and all of them: what is no list can be iterated once. */
async function peek(recipients: BulkRecipients, count: number): Promise<{ first: unknown[]; all: BulkRecipients }> {
  if (Array.isArray(recipients)) return { first: recipients.slice(0, count), all: recipients };
  const iterator = iteratorOf(recipients);
  const first: PeekedRecipient[] = [];
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    first.push(next.value);
    if (first.length >= count) break;
  }
  return { first, all: joined(first, iterator) };
}

type PeekedRecipient = BulkRecipients extends Iterable<infer Item> | AsyncIterable<infer Item> ? Item : never;
type RecipientIterator = AsyncIterator<PeekedRecipient> | Iterator<PeekedRecipient>;

const iteratorOf = (recipients: BulkRecipients): RecipientIterator =>
  Symbol.asyncIterator in recipients ? recipients[Symbol.asyncIterator]() : recipients[Symbol.iterator]();

/** No generator around each of a million: what was read is handed on first, then the iterator itself. */
function joined(first: readonly PeekedRecipient[], iterator: RecipientIterator): AsyncIterable<PeekedRecipient> {
  const read = first.values();
  const next = async () => {
    const known = read.next();
    return known.done ? iterator.next() : known;
  };
  const end = async () => (await iterator.return?.()) ?? { done: true as const, value: undefined };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}

const scheduleOf = (given: unknown): Date | null => (given === undefined ? null : (read(given).at ?? null));

function checkName(name: unknown): ValidationProblem[] {
  if (name === undefined || isIdentifier(name, 255)) return [];
  return [{ path: 'name', message: 'must be a text of 1 to 255 characters, without spaces around it.' }];
}

function checkSchedule(given: unknown): ValidationProblem[] {
  if (given === undefined) return [];
  const { at, problem } = read(given);
  if (!at) return [{ path: 'scheduledAt', message: problem }];
  if (at.getTime() >= Date.now() - MINUTE_MS) return [];
  return [{ path: 'scheduledAt', message: 'is in the past; leave it out to send at once.' }];
}

/** A `Date` of another realm is no instance of this one's class. */
const read = (given: unknown): ReadMoment => readMoment(isDate(given) ? momentText(given) : given);

const momentText = (date: Date): string => (Number.isNaN(date.getTime()) ? '' : date.toISOString());

function checkChoices({
  onQuotaExceeded,
  maxRecipients,
}: { readonly [Field in keyof Words]: unknown }): ValidationProblem[] {
  const problems: ValidationProblem[] = [];
  if (onQuotaExceeded !== undefined && onQuotaExceeded !== 'defer' && onQuotaExceeded !== 'reject') {
    problems.push({ path: 'onQuotaExceeded', message: 'must be "defer" or "reject".' });
  }
  if (maxRecipients !== undefined && !(typeof maxRecipients === 'number' && maxRecipients > 0)) {
    problems.push({ path: 'maxRecipients', message: 'must be a number above 0.' });
  }
  return problems;
}
