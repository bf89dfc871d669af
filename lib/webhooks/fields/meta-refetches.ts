import { type BeforeApplicationShutdown, Inject, Injectable, type LoggerService } from '@nestjs/common';
import { Repository } from 'typeorm';
import { AccountSync } from '../../accounts/account-sync.js';
import type { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { MarketingOnboarding } from '../../accounts/marketing-onboarding.js';
import { BulkDispatcher } from '../../bulk/dispatch/dispatcher.js';
import { TemplatePauses } from '../../bulk/template-pauses.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { TemplateSync } from '../../templates/template-sync.js';
import { TemplateEntity } from '../../templates/template.entity.js';

/** Asks Meta for what a webhook leaves open, after it was answered: Meta may be slow, or away. */
@Injectable()
export class MetaRefetches implements BeforeApplicationShutdown {
  readonly #running = new Map<string, Promise<void>>();
  readonly #wantedAgain = new Set<string>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly templateSync: TemplateSync,
    private readonly accountSync: AccountSync,
    private readonly onboarding: MarketingOnboarding,
    private readonly pauses: TemplatePauses,
    private readonly dispatcher: BulkDispatcher,
  ) {}

  /** Every language of a name. */
  template(account: BusinessAccountEntity, name: string): void {
    this.#start(`template "${name}" of business account ${account.businessAccountId}`, async () => {
      await this.templateSync.refresh(account, name);
      const refreshed = await this.templates.findBy({ accountId: account.id, name });
      for (const template of refreshed) if (await this.pauses.follow(template)) this.dispatcher.wake();
    });
  }

  phoneNumbers(account: BusinessAccountEntity): void {
    this.#start(`the phone numbers of business account ${account.businessAccountId}`, () =>
      this.accountSync.syncPhoneNumbers(account),
    );
  }

  /** How far it has joined the Marketing Messages API. */
  marketing(account: BusinessAccountEntity): void {
    this.#start(`what business account ${account.businessAccountId} is for marketing`, () =>
      this.onboarding.read(account),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#wantedAgain.clear();
    await Promise.all(this.#running.values());
  }

  /** One at a time; what is wanted meanwhile is asked for once more, for the answer under way may be older. */
  #start(subject: string, refetch: () => Promise<void>): void {
    if (this.#running.has(subject)) {
      this.#wantedAgain.add(subject);
      return;
    }
    const running = refetch()
      .catch((error: unknown) => this.logger.warn(`Could not fetch ${subject} from Meta: ${String(error)}`))
      .finally(() => {
        this.#running.delete(subject);
        if (this.#wantedAgain.delete(subject)) this.#start(subject, refetch);
      });
    this.#running.set(subject, running);
  }
}
