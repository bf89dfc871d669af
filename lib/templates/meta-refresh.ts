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
import { GraphApiClient } from '../graph/graph-api.client.js';
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
    private readonly graph: GraphApiClient,
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
        this.logger.warn(
          `Could not fetch business account ${account.businessAccountId} from Meta; what was last known stays in use: ` +
            messageOf(error) +
            this.#mendOf(account),
        );
      }
    }
  }

  /** What to do where Meta refused the access token. Meta refused. */
  #mendOf({ businessAccountId }: BusinessAccountEntity): string {
    const isRefused = this.graph.tokenRefusals
      .list()
      .some((refusal) => refusal.businessAccountId === businessAccountId);
    if (!isRefused) return '';
    return (
      ' Its access token is good for nothing: in the Business Settings, under System users, generate one that does not expire, with ' +
      'whatsapp_business_management and whatsapp_business_messaging, for a system user that the account is assigned to, ' +
      'and give it to the option `accounts` (or to AccountsService.add()).'
    );
  }
}
