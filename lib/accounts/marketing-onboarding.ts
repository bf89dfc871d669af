import { type BeforeApplicationShutdown, Inject, Injectable, type LoggerService } from '@nestjs/common';
import { Repository } from 'typeorm';
import { Facts } from '../store/facts.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import { MetaApiError } from '../graph/meta-api.error.js';
import { MetaLookups } from '../graph/meta-lookups.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { AccountCredentials } from './account-credentials.js';
import { marketingNewsOf, readMarketing } from './account-reads.js';
import { BusinessAccountEntity } from './business-account.entity.js';

/** Codes by which Meta says that an account's place in the Marketing Messages API is another than the one stored. */
const OUTDATED: ReadonlySet<number | null> = new Set([131_063, 134_102, 134_103]);

/** Milliseconds between two looks at one account: a thousand messages may be refused at once. */
const LOOK_EVERY_MS = 5_000;

/** The only one of Meta's words by which an account has joined. */
const ONBOARDED = 'ONBOARDED';

/** Whether marketing templates of an account go through the Marketing Messages API. */
export const isOnboarded = ({ marketingStatus }: Pick<BusinessAccountEntity, 'marketingStatus'>): boolean =>
  marketingStatus === ONBOARDED;

/**
 * How far accounts have joined Meta's Marketing Messages API. It is stored with the account, a fact that every process holds, and read again
 * with the account every few hours, when a webhook reports a change, and when Meta refuses a message for it.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/marketing-messages/onboarding
 */
@Injectable()
export class MarketingOnboarding implements BeforeApplicationShutdown {
  readonly #lookups = new MetaLookups(LOOK_EVERY_MS);
  readonly #running = new Set<Promise<void>>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
    private readonly facts: Facts,
  ) {}

  /** Asks Meta now, and stores what it says. @throws MetaApiError, MetaUnreachableError */
  async read({ id, businessAccountId }: BusinessAccountEntity): Promise<void> {
    const credential = await this.credentials.of(businessAccountId);
    await this.#store(id, marketingNewsOf(await readMarketing(this.graph, businessAccountId, { credential })));
  }

  /** Switches marketing templates on the Cloud API off, or on again. @throws MetaApiError, OutcomeUnknownError */
  async switchCloudApi({ id, businessAccountId }: BusinessAccountEntity, isOff: boolean): Promise<void> {
    await this.graph.post([businessAccountId], {
      credential: await this.credentials.of(businessAccountId),
      body: { disable_marketing_messages_on_cloud_api: isOff },
    });
    await this.#store(id, { isMarketingOffOnCloudApi: isOff });
  }

  /** Looks at what a call was refused for; the caller need not wait for what follows. */
  note(refusal: unknown, businessAccountId: string | undefined): void {
    const isOutdated = refusal instanceof MetaApiError && OUTDATED.has(refusal.metaCode);
    if (!isOutdated || businessAccountId === undefined) return;
    const known = this.#lookups.recent(businessAccountId, { maxAge: LOOK_EVERY_MS });
    if (known) return;
    const reading = this.#lookups
      .start(businessAccountId, () => this.#readById(businessAccountId))
      .catch((failure: unknown) =>
        this.logger.warn(
          `Could not ask Meta how far account ${businessAccountId} has joined the Marketing Messages API: ${String(failure)}`,
        ),
      )
      .finally(() => this.#running.delete(reading));
    this.#running.add(reading);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #readById(businessAccountId: string): Promise<void> {
    const account = await this.accounts.findOneBy({ businessAccountId });
    if (account) await this.read(account);
  }

  async #store(id: number, news: Partial<BusinessAccountEntity>): Promise<void> {
    if (Object.keys(news).length === 0) return;
    await this.facts.write(this.accounts.createQueryBuilder().update().set(news).where({ id }));
  }
}
