import { Injectable } from '@nestjs/common';
import { And, In, IsNull, LessThan, LessThanOrEqual, MoreThan, Or, Repository } from 'typeorm';
import { AccountCredentials } from '../../accounts/account-credentials.js';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { InjectWhatsAppRepository } from '../../database/repositories.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { Probe } from '../probe.js';
import { down, type HealthCheckResult, UP } from './health-check.js';

/** Meta tells within seconds that a message was sent; in ms. */
const DUE_AFTER_MS = 10 * 60_000;

/** What was sent longer ago tells nothing of now. */
const LOOKED_BACK_MS = 24 * 60 * 60_000;

/** Accounts that are looked at. */
const MOST_ACCOUNTS = 200;

/** Finds accounts that sent messages of which Meta should have told by now, and of which no webhook came since. */
@Injectable()
export class WebhookSilence {
  readonly check = new Probe<HealthCheckResult>(() => this.#look(), {
    freshFor: 15_000,
    patience: 2_000,
    otherwise: down('Whether webhooks come could not be looked at.'),
  });

  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly numbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly credentials: AccountCredentials,
  ) {}

  async #look(): Promise<HealthCheckResult> {
    const dueBefore = new Date(Date.now() - DUE_AFTER_MS);
    const expecting = await this.#expecting();
    if (expecting.length === 0) return { status: 'up', message: 'No account has an app secret to take webhooks with.' };
    const silent: string[] = [];
    for (const account of await this.#quiet(expecting, dueBefore)) {
      if (await this.#waits(account, dueBefore)) silent.push(account.businessAccountId);
    }
    if (silent.length === 0) return UP;
    return down(
      'Meta took messages of these accounts more than 10 minutes ago, and no webhook about them came since. Look at the ' +
        'webhook’s address in Meta’s App Dashboard, and whether the app is subscribed to the accounts.',
      silent,
    );
  }

  /** Of accounts without an app secret no webhook counts, and none is missed. */
  async #expecting(): Promise<string[]> {
    const secrets = [...(await this.credentials.appSecrets())];
    return secrets.filter(([, own]) => own.length > 0).map(([businessAccountId]) => businessAccountId);
  }

  #quiet(businessAccountIds: readonly string[], since: Date): Promise<BusinessAccountEntity[]> {
    return this.accounts.find({
      where: { businessAccountId: In([...businessAccountIds]), webhookAt: Or(IsNull(), LessThan(since)) },
      order: { webhookAt: 'ASC', id: 'ASC' },
      take: MOST_ACCOUNTS,
    });
  }

  /** Whether Meta took a message since the last webhook and has told nothing of it. */
  async #waits({ id: accountId, webhookAt }: BusinessAccountEntity, dueBefore: Date): Promise<boolean> {
    const numbers = await this.numbers.findBy({ accountId, removedAt: IsNull() });
    const since = Math.max(webhookAt?.getTime() ?? 0, Date.now() - LOOKED_BACK_MS);
    return this.messages.existsBy({
      phoneNumberId: In(numbers.map(({ phoneNumberId }) => phoneNumberId)),
      sentAt: And(MoreThan(new Date(since)), LessThanOrEqual(dueBefore)),
      status: 'sent',
    });
  }
}
