import { type BeforeApplicationShutdown, Inject, Injectable, type LoggerService } from '@nestjs/common';
import { Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { MetaApiError } from '../graph/meta-api.error.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { TemplateSync } from './template-sync.js';

/** Codes by which Meta says that its template is another than the one that a message was made by, or has another status or category. */
const OUTDATED: ReadonlySet<number | null> = new Set([
  131_008, 131_055, 131_061, 131_063, 132_000, 132_001, 132_005, 132_007, 132_008, 132_012, 132_015, 132_016, 132_018,
  134_100,
]);

/** Milliseconds between two looks at one template: a thousand messages may be refused at once. */
const LOOK_EVERY_MS = 5_000;

/** The template that Meta refused a message of. */
export interface RefusedTemplate {
  readonly name: string | null;
  /** Meta's id of the account. */
  readonly businessAccountId: string | undefined;
}

/** Fetches a template again when Meta's refusal of a message says that the stored one is out of date. */
@Injectable()
export class OutdatedTemplates implements BeforeApplicationShutdown {
  readonly #running = new Set<Promise<void>>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly templateSync: TemplateSync,
  ) {}

  /** Looks at what a call was refused for; the caller need not wait for what follows. */
  note(refusal: unknown, { name, businessAccountId }: RefusedTemplate): void {
    const isOutdated = refusal instanceof MetaApiError && OUTDATED.has(refusal.metaCode);
    if (!isOutdated || name === null || businessAccountId === undefined) return;
    const refresh = this.#refresh(businessAccountId, name)
      .catch((failure: unknown) =>
        this.logger.warn(`Could not fetch template "${name}" that Meta refuses: ${String(failure)}`),
      )
      .finally(() => this.#running.delete(refresh));
    this.#running.add(refresh);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #refresh(businessAccountId: string, name: string): Promise<void> {
    const account = await this.accounts.findOneBy({ businessAccountId });
    if (account) await this.templateSync.lookUp(account, name, { maxAge: LOOK_EVERY_MS });
  }
}
