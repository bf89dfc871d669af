import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type Provider } from '@nestjs/common';
import { type InWorkspace, DEFAULT_WORKSPACE } from '../accounts/workspaces.service.js';
import { idempotencyInput, type IdempotencyInput } from '../messages/idempotency-key.js';
import type { BulkMessage } from '../messages/message.view.js';
import { BulkAcceptor } from './accept/acceptor.js';
import { BulkDryRuns } from './accept/dry-runs.js';
import { type BulkBreakdown, BulkBreakdowns } from './breakdown.js';
import type { BulkSendEntity } from './bulk-send.entity.js';
import type { BulkSend } from './bulk-send.js';
import type {
  BulkDryRun,
  CreateBulkSendInput,
  ListBulkMessages,
  ListBulkSends,
  BulkPage,
  RetryBulkSend,
} from './bulk.inputs.js';
import { BulkControl, BulkRetries } from './control.js';
import { BulkDispatcher } from './dispatch/dispatcher.js';
import { BulkReads, BulkViews } from './reads.js';
/** Milliseconds between two reads of a bulk send that is watched. */
const WATCH_INTERVAL_MS = 500;

/**
 * Sends one template to many people: accepted whole or not at all, paced to Meta's limits, never sent twice.
 *
 * @publicApi
 */
@Injectable()
export class BulkService {
  constructor(
    private readonly acceptor: BulkAcceptor,
    private readonly dryRuns: BulkDryRuns,
    private readonly reads: BulkReads,
    private readonly views: BulkViews,
    private readonly control: BulkControl,
    private readonly retries: BulkRetries,
    private readonly dispatcher: BulkDispatcher,
    private readonly breakdowns: BulkBreakdowns,
  ) {}

  /**
   * Accepts a bulk send: every recipient is checked against the template and stored before this returns, and sending
   * begins at once or at its time. Refused, or broken off by its iterator, it leaves nothing behind.
   *
   * @throws BulkValidationError with the first hundred problems of recipients (`recipients[7].variables.name`)
   * @throws ValidationError with every problem of the other words
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   * @throws TemplateNotApprovedError when Meta has not approved, or has paused, the template
   * @throws TooManyRecipientsError when there are more than `maxRecipients`
   * @throws QuotaExceededError when the messaging limit does not suffice and `onQuotaExceeded` is `reject`
   * @throws IdempotencyConflictError when the key belongs to another body or is in use at this moment
   */
  async create(input: CreateBulkSendInput): Promise<BulkSend> {
    const id = await this.acceptor.accept(input, idempotencyOf(input));
    this.dispatcher.wake();
    return this.get(id, input);
  }

  /** What `create` would do, with every problem and Meta's payload of the first recipients. Stores and sends nothing. */
  dryRun(input: CreateBulkSendInput): Promise<BulkDryRun> {
    return this.dryRuns.run(input);
  }

  /** Returns one bulk send as it is now. @throws NotFoundError `BULK_SEND_NOT_FOUND` */
  async get(id: string, { workspace }: InWorkspace = {}): Promise<BulkSend> {
    return this.#view(await this.reads.find(id, workspace));
  }

  /** Returns a page of the bulk sends, newest first. @throws ValidationError when the page or a filter is invalid */
  async list(query: ListBulkSends = {}): Promise<BulkPage<BulkSend>> {
    const { items, total } = await this.reads.list(query);
    return { items: await this.views.of(items), total };
  }

  /** Returns a page of the messages of a bulk send in the order of its recipients. @throws NotFoundError, ValidationError */
  messages(id: string, query: ListBulkMessages = {}): Promise<BulkPage<BulkMessage>> {
    return this.reads.messages(id, query);
  }

  /** Every message in the order of the recipients, read page by page: `for await (… of bulk.results(id))`. @throws NotFoundError */
  async *results(id: string, { workspace }: InWorkspace = {}): AsyncGenerator<BulkMessage, void, undefined> {
    yield* this.reads.results(await this.reads.find(id, workspace));
  }

  /** Its results by error, country and hour, counted now: of a million messages, in a few seconds. @throws NotFoundError */
  async breakdown(id: string, { workspace }: InWorkspace = {}): Promise<BulkBreakdown> {
    return this.breakdowns.of(await this.reads.find(id, workspace));
  }

  /** The bulk send now and whenever it has changed, until it has ended: `for await (… of bulk.watch(id))`. @throws NotFoundError */
  async *watch(
    id: string,
    { workspace, signal }: InWorkspace & { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<BulkSend, void, undefined> {
    let shown = '';
    for (;;) {
      if (signal?.aborted) return;
      const bulkSend = await this.get(id, { workspace });
      // The estimate changes by itself.
      const now = JSON.stringify({ ...bulkSend, estimatedMinutes: undefined });
      if (now !== shown) yield bulkSend;
      shown = now;
      if (bulkSend.completedAt) return;
      // A caller that has gone away is no error.
      await delay(WATCH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Sends nothing more of it, within a second, in every process. @throws NotFoundError, BulkSendStateError */
  pause(id: string, where: InWorkspace = {}): Promise<BulkSend> {
    return this.#changed(id, where, (bulkSend) => this.control.pause(bulkSend));
  }

  /** Resumes it, and also its number and account where they were paused over an error of Meta's. @throws NotFoundError, BulkSendStateError */
  resume(id: string, where: InWorkspace = {}): Promise<BulkSend> {
    return this.#changed(id, where, (bulkSend) => this.control.resume(bulkSend));
  }

  /** Sends nothing more of it, ever: what was not sent yet fails as `CANCELLED`. @throws NotFoundError, BulkSendStateError */
  cancel(id: string, where: InWorkspace = {}): Promise<BulkSend> {
    return this.#changed(id, where, (bulkSend) => this.control.cancel(bulkSend));
  }

  /**
   * Sends those failed messages again that have an error that may pass. Those with an unknown outcome only on demand: some of them
   * may get the message twice. Messages with a one-time code cannot be sent again.
   * @throws NotFoundError, BulkSendStateError
   */
  async retry(
    id: string,
    { workspace, includeUnknown = false }: RetryBulkSend = {},
  ): Promise<{
    /** Messages that are sent again. */
    readonly retried: number;
    /** The bulk send with them. */
    readonly bulkSend: BulkSend;
  }> {
    const retried = await this.retries.retry(await this.reads.find(id, workspace), includeUnknown);
    this.dispatcher.wake();
    return { retried, bulkSend: await this.get(id, { workspace }) };
  }

  async #changed(
    id: string,
    where: InWorkspace,
    change: (bulkSend: BulkSendEntity) => Promise<void>,
  ): Promise<BulkSend> {
    await change(await this.reads.find(id, where.workspace));
    this.dispatcher.wake();
    return this.get(id, where);
  }

  async #view(bulkSend: BulkSendEntity): Promise<BulkSend> {
    const [view] = await this.views.of([bulkSend]);
    if (!view) throw new Error('A bulk send without a view.');
    return view;
  }
}

function idempotencyOf({ idempotency, ...asked }: CreateBulkSendInput): IdempotencyInput | undefined {
  const { workspace = DEFAULT_WORKSPACE, apiKeyId: _, apiKeyName: __, recipients: ___, ...body } = asked;
  return idempotencyInput(idempotency, { workspace, call: 'createBulkSend', body });
}

/** What reads bulk sends. */
export const bulkReadProviders: readonly Provider[] = [BulkReads, BulkViews, BulkBreakdowns];
