import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Repository } from 'typeorm';
import { AccountSync } from '../accounts/account-sync.js';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { messageOf } from '../foreign-errors.js';
import { MetaApiError } from '../graph/meta-api.error.js';
import { isAboutTheToken } from '../graph/token-log.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from '../process/periodic.js';
import { TemplateSync } from './template-sync.js';

export interface MetaRefreshOptions {
  /** Milliseconds between two fetches of numbers and templates; 0 turns them off, also the one at start. */
  readonly refreshInterval: number;
}

export const META_REFRESH_OPTIONS = Symbol('META_REFRESH_OPTIONS');

/** Fetches accounts, phone numbers and templates of all workspaces at start and every few hours. */
@Injectable()
export class MetaRefresh implements OnApplicationBootstrap, OnModuleDestroy {
  /** Resolves when the fetch at start has succeeded or failed, or at once without one. */
  readonly firstEnded: Promise<void>;
  #endFirst = (): void => {};
  readonly #periodic: Periodic;

  constructor(
    @Inject(META_REFRESH_OPTIONS) private readonly options: MetaRefreshOptions,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly accountSync: AccountSync,
    private readonly templateSync: TemplateSync,
  ) {
    this.firstEnded = new Promise((resolve) => (this.#endFirst = resolve));
    const run = (signal: AbortSignal) => this.#refresh(signal).finally(() => this.#endFirst());
    this.#periodic = new Periodic({ name: 'Refreshing the accounts', everyMs: options.refreshInterval, run, logger });
  }

  onApplicationBootstrap(): void {
    if (this.options.refreshInterval === 0) return this.#endFirst();
    // Not awaited: a Meta that is down or slow must not keep the app from starting.
    this.#periodic.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#periodic.stop();
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    for (const account of await this.accounts.find({ order: { id: 'ASC' } })) {
      try {
        await this.accountSync.sync(account, signal);
        await this.templateSync.sync(account, signal);
      } catch (error) {
        if (signal.aborted) return;
        // Logged already, with what to do about it.
        if (isAboutTheToken(error)) continue;
        this.logger.warn(
          `Could not fetch business account ${account.businessAccountId} from Meta; what was last known stays in use: ` +
            messageOf(error) +
            (isUnknownObject(error) ? UNKNOWN_OBJECT : ''),
        );
      }
    }
  }
}

/** Meta says the same of an id that there is not, and of one that the token must not see. */
const isUnknownObject = (error: unknown): boolean =>
  error instanceof MetaApiError && error.metaCode === 100 && error.subcode === 33;

const UNKNOWN_OBJECT =
  ' Check `businessAccountId` of the option `accounts`: it is the id of the WhatsApp Business Account, not that of the app, the ' +
  'business or a phone number; and the system user of the access token must have control of that account.';
