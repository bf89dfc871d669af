import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { IsNull, Repository } from 'typeorm';
import { BusinessAccountEntity } from './accounts/business-account.entity.js';
import { PhoneNumberEntity } from './accounts/phone-number.entity.js';
import { InjectWhatsAppRepository } from './store/repositories.js';
import { messageOf } from './foreign-errors.js';
import type { MountedSurface } from './http/surface/surface.js';
import { WHATSAPP_LOGGER } from './logger.js';
import { PROCESS_OPTIONS, type ProcessOptions } from './process/this-process.js';
import { MetaRefresh } from './templates/meta-refresh.js';
import { TemplateEntity } from './templates/template.entity.js';

/** What is known of the module before it starts. */
export interface StartParts {
  readonly surfaces: readonly MountedSurface[];
  readonly queue: 'in-process' | 'bull';
}

export const START_PARTS = Symbol('START_PARTS');

/** Logs one line about what the module works with, once the first fetch from Meta has ended. */
@Injectable()
export class StartReport implements OnApplicationBootstrap, OnModuleDestroy {
  #hasEnded = false;
  #running: Promise<void> | undefined;

  constructor(
    @Inject(START_PARTS) private readonly parts: StartParts,
    @Inject(PROCESS_OPTIONS) private readonly options: ProcessOptions,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly refresh: MetaRefresh,
  ) {}

  onApplicationBootstrap(): void {
    // Not awaited: Meta may be slow.
    void this.#reportOnceFetched();
  }

  async onModuleDestroy(): Promise<void> {
    this.#hasEnded = true;
    await this.#running;
  }

  async #reportOnceFetched(): Promise<void> {
    await this.refresh.firstEnded;
    if (this.#hasEnded) return;
    this.#running = this.#report();
    await this.#running;
  }

  async #report(): Promise<void> {
    try {
      this.logger.log(`Started with ${[await this.#stock(), this.#queue(), this.#surfaces()].join('; ')}.`);
    } catch (error) {
      this.logger.debug?.(`What the module started with could not be read: ${messageOf(error)}`);
    }
  }

  async #stock(): Promise<string> {
    const accounts = await this.accounts.count();
    if (accounts === 0) return 'no business account: add one with the option `accounts`, or AccountsService.add()';
    const phoneNumbers = await this.phoneNumbers.countBy({ removedAt: IsNull() });
    const templates = await this.templates.countBy({ status: 'APPROVED' });
    return [
      counted(accounts, 'business account'),
      counted(phoneNumbers, 'phone number'),
      counted(templates, 'approved template'),
    ].join(', ');
  }

  #queue(): string {
    return `queue: ${this.parts.queue}${this.options.isWorker ? '' : ', sending nothing (workers: false)'}`;
  }

  #surfaces(): string {
    const { surfaces } = this.parts;
    if (surfaces.length === 0) return 'no surfaces';
    const mounted = surfaces.map(({ name, prefix }) => `${name} at ${prefix}`);
    return `surfaces, below your app's global prefix: ${mounted.join(', ')}`;
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
