import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { People } from '../../contacts/people.js';
import { BudgetSettings } from '../../costs/budget-settings.js';
import { CostEstimates } from '../../costs/cost-estimates.js';
import { ValidationError } from '../../errors.js';
import {
  assertIdempotencyKey,
  IDEMPOTENCY_KEY_LIFETIME,
  IdempotencyFingerprint,
  type IdempotencyInput,
  idOfKey,
  IdempotencyConflictError,
} from '../../messages/idempotency-key.js';
import { type MarketingSettings, settingsFrom } from '../../messages/marketing-routes.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from '../../messages/messages.options.js';
import { recipientOf } from '../../messages/recipient.js';
import { DeadProcesses } from '../../process/dead-processes.js';
import { ThisProcess } from '../../process/this-process.js';
import { isUniqueViolation } from '../../store/driver-errors.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { RowIds } from '../../store/row-ids.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import { hasOneTimeCode } from '../../templates/variables/variable-values.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import { BulkValidationError, QuotaExceededError } from '../bulk.errors.js';
import type { BulkRecipients, CreateBulkSendInput } from '../bulk.inputs.js';
import { BulkForecast } from '../forecast.js';
import { LIVE_FEED, type LiveFeed } from '../../live-feed.js';
import { acceptedState, BULK_SEND_STEPS, type BulkSendSteps } from '../lifecycle.js';
import { RefusedRecipients } from '../refused-recipients.js';
import { RetryUntilStored } from '../send/outcome-writer.js';
import { type BulkTally, NOTHING_COUNTED, retally } from '../tally.js';
import { assertIterable, type Reading, readRecipients } from './recipient-reading.js';
import { RecipientRows } from './recipient-rows.js';
import { type BulkTarget, BulkTargets } from './target.js';

/** Finds requests that used an idempotency key before, and those that no process accepts any more. */
@Injectable()
export class EarlierAcceptances {
  /** Bulk sends that this process accepts at the moment. */
  readonly #underWay = new Set<string>();

  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    private readonly thisProcess: ThisProcess,
    private readonly deadProcesses: DeadProcesses,
    private readonly stored: RecipientRows,
  ) {}

  /** The bulk send that a key made, or is making; a key that is too old counts no more. */
  async find(idempotency: IdempotencyInput): Promise<BulkSendEntity | undefined> {
    const idempotencyKey = idOfKey(idempotency);
    const known = await this.bulkSends.findOneBy({ idempotencyKey });
    if (!known) return undefined;
    const { id, status, createdAt, acceptedBy } = known;
    if (status === 'ACCEPTING' && this.#isAbandoned(known, await this.deadProcesses.known([acceptedBy]))) {
      await this.stored.remove(id);
      return undefined;
    }
    if (createdAt.getTime() > Date.now() - IDEMPOTENCY_KEY_LIFETIME) return known;
    await this.bulkSends.update({ id, idempotencyKey }, { idempotencyKey: null, idempotencyFingerprint: null });
    return undefined;
  }

  /** @throws IdempotencyConflictError when the request is still running, or was another one */
  async answer(known: BulkSendEntity, recipients: BulkRecipients, idempotency: IdempotencyInput): Promise<string> {
    if (known.status === 'ACCEPTING') throw new IdempotencyConflictError('still-running');
    const fingerprint = new IdempotencyFingerprint(idempotency);
    for await (const recipient of recipients) fingerprint.add(recipient);
    if (fingerprint.digest() !== known.idempotencyFingerprint) throw new IdempotencyConflictError('another-body');
    return known.id;
  }

  /** Accepts a bulk send; until that ends, this process does not take it for abandoned. */
  async during<Result>(id: string, accept: () => Promise<Result>): Promise<Result> {
    this.#underWay.add(id);
    try {
      return await accept();
    } finally {
      this.#underWay.delete(id);
    }
  }

  /** Removes what is stored of requests that no process will answer. */
  async removeAbandoned(): Promise<void> {
    const accepting = await this.bulkSends.findBy({ status: 'ACCEPTING' });
    const living = await this.deadProcesses.known(accepting.map(({ acceptedBy }) => acceptedBy));
    for (const bulkSend of accepting) {
      if (this.#isAbandoned(bulkSend, living)) await this.stored.remove(bulkSend.id);
    }
  }

  /** Its process died, or is this one and gave it up: the database may have stored it after all, later than that. */
  #isAbandoned({ id, acceptedBy }: BulkSendEntity, living: ReadonlySet<string>): boolean {
    return acceptedBy === this.thisProcess.id ? !this.#underWay.has(id) : !living.has(acceptedBy);
  }
}

/** Milliseconds that a caller waits for a database that went away in the middle. */
const LONGEST_WAIT_MS = 5_000;

/** Takes a bulk send in: all of it, or nothing. */
@Injectable()
export class BulkAcceptor {
  constructor(
    @Inject(MESSAGES_OPTIONS) private readonly options: MessagesOptions,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    private readonly thisProcess: ThisProcess,
    private readonly targets: BulkTargets,
    private readonly forecast: BulkForecast,
    private readonly refused: RefusedRecipients,
    private readonly stored: RecipientRows,
    private readonly people: People,
    private readonly earlier: EarlierAcceptances,
    private readonly retryUntilStored: RetryUntilStored,
    private readonly rowIds: RowIds,
    private readonly costs: CostEstimates,
    private readonly budgets: BudgetSettings,
    @Inject(BULK_SEND_STEPS) private readonly steps: BulkSendSteps,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /** @param idempotency the caller's key, if there is one. @returns the id of the bulk send */
  async accept(input: CreateBulkSendInput, idempotency: IdempotencyInput | undefined): Promise<string> {
    if (!idempotency) return this.#acceptNew(input, undefined);
    assertIdempotencyKey(idempotency);
    const known = await this.earlier.find(idempotency);
    if (known) return this.earlier.answer(known, input.recipients, idempotency);
    return this.#acceptNew(input, idempotency);
  }

  async #acceptNew(input: CreateBulkSendInput, idempotency: IdempotencyInput | undefined): Promise<string> {
    const target = await this.targets.find(input);
    assertIterable(input.recipients);
    const id = randomUUID();
    return this.earlier.during(id, async () => {
      // Before the first recipient is read, which may take long: from here on the key is in use.
      const bulkSend = await this.#open(id, input, target, idempotency);
      try {
        await this.#take(bulkSend, input, target, idempotency && new IdempotencyFingerprint(idempotency));
        return id;
      } catch (error) {
        // The database may have accepted it and had no chance to say so.
        if (!(await this.#removed(id))) return id;
        throw error;
      }
    });
  }

  /**
   * Removes it, however long that takes: its idempotency key must be free again.
   * @returns false when it was accepted
   */
  async #removed(id: string): Promise<boolean> {
    let isRemoved = true;
    const removal = this.retryUntilStored.run(async () => {
      isRemoved = await this.stored.remove(id);
    });
    await Promise.race([removal, delay(LONGEST_WAIT_MS, undefined, { ref: false })]);
    return isRemoved;
  }

  async #take(
    bulkSend: BulkSendEntity,
    input: CreateBulkSendInput,
    found: BulkTarget,
    fingerprint: IdempotencyFingerprint | undefined,
  ): Promise<void> {
    const { template, recipients: given } = await this.targets.lookAhead(found, input);
    const target = { ...found, template };
    Object.assign(bulkSend, factsOf(template));
    const { phoneNumber, scheduledAt } = target;
    const { defaultCountry } = this.options;
    const cost = await this.costs.of(phoneNumber, template.category, scheduledAt ?? undefined);
    let needed = 0;
    let tally: BulkTally = NOTHING_COUNTED;
    const rules = {
      template,
      defaultCountry,
      maxRecipients: input.maxRecipients,
      peopleOf: (named: readonly string[]) => this.people.of(bulkSend.workspaceId, named),
      fingerprint,
      inSpiteOfProblems: false,
      isCurrent: () => this.targets.isCurrent(target),
    };
    const reading = await readRecipients(given, rules, async (batch, first) => {
      const named = batch.map(recipientOf);
      const refused = await this.refused.among(bulkSend.workspaceId, template.category, named);
      const failed = [...refused.values()].map((failure) => ({ ...failure, status: 'failed' as const }));
      tally = retally(tally, [], failed);
      cost?.add(batch.filter((recipient) => !refused.has(recipientOf(recipient))));
      needed += await this.forecast.neededOf(
        phoneNumber,
        named.filter((name) => !refused.has(name)),
      );
      const recipients = batch.map((recipient) => ({ ...recipient, failure: refused.get(recipientOf(recipient)) }));
      await this.stored.add(bulkSend, recipients, first);
    });
    assertRight(reading);
    const forecast = await this.forecast.of(phoneNumber, reading.unique - tally.failedCount, needed);
    const acceptance = { ...forecast, cost: cost?.result() ?? null };
    if (input.onQuotaExceeded === 'reject' && !acceptance.quota.canSend) throw new QuotaExceededError(acceptance.quota);
    if (input.budget !== undefined) {
      await this.budgets.open(bulkSend.id, bulkSend.workspaceId, phoneNumber, input.budget);
    }
    const state = acceptedState({ ...tally, uniqueRecipients: reading.unique }, scheduledAt);
    await this.stored.complete(bulkSend, {
      totalRecipients: reading.total,
      uniqueRecipients: reading.unique,
      acceptance,
      idempotencyFingerprint: fingerprint?.digest() ?? null,
      ...factsOf(template),
      ...tally,
      ...state,
    });
    this.feed.note([{ kind: 'bulk_send', id: bulkSend.id, change: 'progress' }]);
    if (state.completedAt) this.steps.report(bulkSend.id, 'ends');
  }

  /** The row by which everything else is found again, whatever happens. */
  async #open(
    id: string,
    input: CreateBulkSendInput,
    { workspaceId, phoneNumber, template, scheduledAt }: BulkTarget,
    idempotency: IdempotencyInput | undefined,
  ): Promise<BulkSendEntity> {
    const bulkSend = this.bulkSends.create({
      id,
      number: await this.rowIds.nextOf('bulk_sends'),
      taskId: randomUUID(),
      workspaceId,
      accountId: phoneNumber.accountId,
      phoneNumberId: phoneNumber.phoneNumberId,
      ...factsOf(template),
      name: input.name ?? null,
      marketing: ownMarketing(input),
      status: 'ACCEPTING',
      acceptedBy: this.thisProcess.id,
      failures: [],
      apiKeyId: input.apiKeyId ?? null,
      apiKeyName: input.apiKeyName ?? null,
      idempotencyKey: idempotency ? idOfKey(idempotency) : null,
      scheduledAt,
      createdAt: new Date(),
    });
    try {
      await this.bulkSends.insert(bulkSend);
      return bulkSend;
    } catch (error) {
      if (idempotency && isUniqueViolation(error)) throw new IdempotencyConflictError('still-running');
      await this.#removed(bulkSend.id); // it may be there all the same
      throw error;
    }
  }
}

/** What its row keeps of its settings; the module's own may change while it waits. */
function ownMarketing(input: MarketingSettings): MarketingSettings | null {
  const own = settingsFrom(input, {});
  return Object.keys(own).length === 0 ? null : own;
}

/** What a bulk send's row keeps of its template. */
function factsOf(template: TemplateEntity) {
  return {
    templateId: template.id,
    templateName: template.name,
    templateLanguage: template.language,
    templateCategory: template.category,
    carriesCode: hasOneTimeCode(template),
  };
}

function assertRight({ total, problems, furtherProblems }: Reading): void {
  if (problems.length > 0) throw new BulkValidationError(problems, furtherProblems);
  if (total === 0) throw new ValidationError([{ path: 'recipients', message: 'must not be empty.' }]);
}
