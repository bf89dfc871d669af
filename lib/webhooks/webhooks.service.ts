import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { BusinessAccounts } from '../accounts/business-accounts.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { ConfigurationError } from '../errors.js';
import { FailedItemRetries, FailedItems } from './failed-items.js';
import { ItemApplication } from './item-application.js';
import { readItems } from './items-of.js';
import { type RefusedSignatures, RefusedWebhooks } from './refused-webhooks.js';
import { type UnclaimedAccount, UnclaimedItems } from './unclaimed-items.js';
import { fromStored, type ReceivedItem } from './webhook-item.js';
import { WebhookArrivals } from './webhook-arrivals.js';
import type { WebhookItemEntity } from './webhook-item.entity.js';
import { WebhookSignatures, SignedItems } from './webhook-signatures.js';
import { WebhookSignatureError, WebhookHandshakeError } from './webhooks.errors.js';
import { WHATSAPP_LOGGER, ThrottledLogger } from '../logger.js';

/**
 * How Meta's webhooks are received; what they are verified by is `accounts[].appSecret`.
 *
 * @publicApi
 */
export interface WhatsAppWebhookOptions {
  /** The text that you made up and gave to Meta's App Dashboard, or to `AccountsService.subscribeApp()`, as verify token. */
  readonly verifyToken: string;
}

/** Injection token of `WhatsAppWebhookOptions`; undefined when the host gave none. */
export const WEBHOOK_OPTIONS = Symbol('WEBHOOK_OPTIONS');

/** Says why webhooks are refused, but rarely: whoever finds the address can have many refused. */
@Injectable()
export class RefusalLog extends ThrottledLogger {
  constructor(@Inject(WHATSAPP_LOGGER) logger: LoggerService) {
    super(logger);
  }
}

/**
 * An item of a webhook that could not be applied, and is kept to be applied again.
 *
 * @publicApi
 */
export interface FailedWebhookItem {
  /** Row id, for `applyAgain`. */
  readonly id: number;
  /** Meta's id of the WhatsApp Business Account; empty for an entry of none. */
  readonly businessAccountId: string;
  /** Meta's name of what changed, such as `messages`. */
  readonly field: string;
  /** What it is: a status, a customer's message, another change, or nothing that could be read. */
  readonly kind: ReceivedItem['kind'];
  /** Why it could not be applied, the last time. */
  readonly error: string;
  /** How often it was tried. */
  readonly tries: number;
  /** When it came first. */
  readonly receivedAt: Date;
}

/**
 * An item with all of it.
 *
 * @publicApi
 */
export interface FailedWebhookItemContent extends FailedWebhookItem {
  /** What came, in JSON; only its beginning where it was too long to be kept. */
  readonly content: string;
}

/**
 * Which workspace's items are meant: those of its accounts, and those of no account while it is the only workspace.
 *
 * @publicApi
 */
export interface WebhookItemsOf {
  /** Its name; those of all workspaces when left out. */
  readonly workspace?: string | undefined;
}

/**
 * Which page of the items to list.
 *
 * @publicApi
 */
export interface ListFailedItems extends WebhookItemsOf {
  /** From 1, which is the default. */
  readonly page?: number | undefined;
  /** At most 100, 20 by default. */
  readonly pageSize?: number | undefined;
}

const viewOfItem = (item: WebhookItemEntity): FailedWebhookItem => ({
  id: item.id,
  businessAccountId: item.businessAccountId,
  field: item.field,
  kind: fromStored(item.item)?.kind ?? 'unreadable',
  error: item.error,
  tries: item.tries,
  receivedAt: item.receivedAt,
});

/**
 * Takes webhooks of Meta's, and keeps those items that could not be applied.
 *
 * @publicApi
 */
@Injectable()
export class WebhooksService {
  constructor(
    @Inject(WEBHOOK_OPTIONS) private readonly options: WhatsAppWebhookOptions | undefined,
    private readonly signatures: WebhookSignatures,
    private readonly signedItems: SignedItems,
    private readonly arrivals: WebhookArrivals,
    private readonly application: ItemApplication,
    private readonly failed: FailedItems,
    private readonly unclaimed: UnclaimedItems,
    private readonly retries: FailedItemRetries,
    private readonly refusals: RefusalLog,
    private readonly refused: RefusedWebhooks,
    private readonly accounts: BusinessAccounts,
    private readonly workspaces: WorkspacesService,
  ) {}

  /**
   * Answers the `GET` by which Meta verifies the address of webhooks.
   * @param query with `hub.mode`, `hub.verify_token` and `hub.challenge`
   * @returns what to answer, as `text/plain`
   * @throws WebhookHandshakeError
   */
  handshake(query: URLSearchParams): string {
    return answerHandshake(query, this.options?.verifyToken);
  }

  /**
   * Applies a webhook. When it returns, everything in the body is in the database, and Meta may be answered with 200; what
   * cannot be applied is kept with its error and does not hold up the rest. The same body again changes nothing.
   * @param rawBody the bytes as they came
   * @param signature of the header `X-Hub-Signature-256`
   * @throws WebhookSignatureError when no app secret of any account signed the body: nothing is stored. What a webhook with a known secret reports about an
   *   account that it is not configured for is not applied either, but kept until it is
   * @throws what the database, or the queue of events, fails with when it cannot be reached: answer 500, and Meta sends it again
   */
  async receive(rawBody: Buffer | undefined, signature: string | undefined): Promise<void> {
    if (!Buffer.isBuffer(rawBody)) throw new ConfigurationError(NO_RAW_BODY);
    let signer = await this.signatures.signerOf(rawBody, signature);
    if (!signer) {
      this.refused.note();
      throw this.#refusal();
    }
    const items = await readItems(rawBody);
    let signed = await this.signedItems.of(items, signer.accounts);
    if (signed.length < items.length) {
      signer = await this.signatures.again(signer);
      signed = await this.signedItems.of(items, signer.accounts);
    }
    for (const { businessAccountId } of signed) this.arrivals.note(businessAccountId);
    if (signed.length > 0) await this.failed.store(await this.application.apply(signed));
    if (signed.length === items.length) return;
    const claimed = new Set(signed);
    await this.unclaimed.keep(
      items.filter((item) => !claimed.has(item)),
      signer,
    );
  }

  /** Returns what could not be applied, the newest first. @throws NotFoundError `WORKSPACE_NOT_FOUND` */
  async failedItems({ page = 1, pageSize = 20, workspace }: ListFailedItems = {}): Promise<{
    /** The newest first. */
    readonly items: readonly FailedWebhookItem[];
    /** Of all pages. */
    readonly total: number;
  }> {
    const take = Math.min(Math.max(Math.trunc(pageSize), 1), 100);
    const skip = (Math.max(Math.trunc(page), 1) - 1) * take;
    const [items, total] = await this.failed.page(skip, take, await this.#accountIdsOf(workspace));
    return { items: items.map(viewOfItem), total };
  }

  /**
   * Returns one item that could not be applied, with all of it.
   * @throws NotFoundError `WEBHOOK_ITEM_NOT_FOUND`
   */
  async failedItem(id: number, { workspace }: WebhookItemsOf = {}): Promise<FailedWebhookItemContent> {
    const row = await this.failed.find(id, await this.#accountIdsOf(workspace));
    const whole = fromStored(row.item);
    return { ...viewOfItem(row), content: whole ? JSON.stringify(whole, null, 2) : row.item };
  }

  /**
   * Applies what failed once more, now that its cause is mended; then it is kept no longer.
   * @param id of the `FailedWebhookItem`
   * @returns whether it was applied; if not, its row says why
   * @throws NotFoundError `WEBHOOK_ITEM_NOT_FOUND`
   */
  async applyAgain(id: number, { workspace }: WebhookItemsOf = {}): Promise<boolean> {
    return this.retries.applyAgain(id, await this.#accountIdsOf(workspace));
  }

  /** Applies everything that failed once more. @returns how many were applied, and how many failed again */
  async applyAllAgain({ workspace }: WebhookItemsOf = {}): Promise<{
    /** How many were applied. */
    readonly applied: number;
    /** How many failed again. */
    readonly failed: number;
  }> {
    return this.retries.applyAllAgain(await this.#accountIdsOf(workspace));
  }

  /** Returns how many webhooks were refused because no known app secret signed them, and when: of all workspaces. */
  refusedSignatures(): Promise<RefusedSignatures> {
    return this.refused.read();
  }

  /**
   * Returns the accounts that items are kept of until the app secret which signed them is configured for them.
   * @throws NotFoundError `WORKSPACE_NOT_FOUND`
   */
  async unclaimedItems({ workspace }: WebhookItemsOf = {}): Promise<UnclaimedAccount[]> {
    return this.unclaimed.counts(await this.#accountIdsOf(workspace));
  }

  async #accountIdsOf(workspace: string | undefined): Promise<readonly string[] | undefined> {
    if (workspace === undefined || (await this.workspaces.isOnly(await this.workspaces.idOf(workspace))))
      return undefined;
    return (await this.accounts.list({ workspace })).map(({ businessAccountId }) => businessAccountId);
  }

  #refusal(): WebhookSignatureError {
    const refusal = new WebhookSignatureError();
    this.refusals.warn(
      `${refusal.message} Give the secret of the app that is subscribed to it as accounts[].appSecret.`,
    );
    return refusal;
  }
}

const NO_RAW_BODY =
  'A webhook’s signature is over its raw bytes, and they are not there. Call setupWhatsApp(app) in main.ts before ' +
  'app.listen(), or create the app with NestFactory.create(AppModule, { rawBody: true }).';

/**
 * Answers Meta's question whether webhooks are taken here.
 *
 * @returns what to answer: the challenge, as `text/plain`
 * @throws WebhookHandshakeError
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
function answerHandshake(query: URLSearchParams, verifyToken: string | undefined): string {
  if (verifyToken === undefined) {
    throw new WebhookHandshakeError(
      'There is no verify token here: add webhook: { verifyToken: process.env.WHATSAPP_VERIFY_TOKEN } to the options of WhatsAppModule.',
    );
  }
  const isSubscribe = query.get('hub.mode') === 'subscribe';
  if (!isSubscribe || !isSameText(query.get('hub.verify_token') ?? '', verifyToken)) {
    throw new WebhookHandshakeError();
  }
  return query.get('hub.challenge') ?? '';
}

/** Takes the same time however many characters are right. */
function isSameText(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
