import { Inject, Injectable } from '@nestjs/common';
import { And, type FindOperator, In, IsNull, LessThan, LessThanOrEqual, MoreThan, Not, Or, Repository } from 'typeorm';
import { AccountCredentials } from '../../accounts/account-credentials.js';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { WEBHOOK_OPTIONS, type WhatsAppWebhookOptions } from '../../webhooks/webhooks.service.js';
import { Probe } from '../probe.js';
import { down, type WhatsAppHealthCheckResult, UP } from './health-check.js';

/** Meta reports within seconds that a message was sent; in ms. */
const DUE_AFTER_MS = 10 * 60_000;

/** What was sent longer ago says nothing about now. */
const LOOKED_BACK_MS = 24 * 60 * 60_000;

/** Accounts that are looked at. */
const MOST_ACCOUNTS = 200;

const NONE_YET: WhatsAppHealthCheckResult = {
  status: 'up',
  message:
    'No webhook came yet, and without a verify token, webhook.verifyToken of WhatsAppModule’s options, none is expected.',
};

/**
 * Finds accounts that sent messages that Meta should have reported by now, and of which no webhook came since. Webhooks are
 * expected of accounts with an app secret, once one came or there is a verify token: a secret alone may be for signing calls.
 */
@Injectable()
export class WebhookSilence {
  readonly check = new Probe<WhatsAppHealthCheckResult>(() => this.#look(), {
    freshFor: 15_000,
    patience: 2_000,
    otherwise: down('Whether webhooks come could not be looked at.'),
  });

  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly numbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly credentials: AccountCredentials,
    @Inject(WEBHOOK_OPTIONS) private readonly options: WhatsAppWebhookOptions | undefined,
  ) {}

  async #look(): Promise<WhatsAppHealthCheckResult> {
    const dueBefore = new Date(Date.now() - DUE_AFTER_MS);
    const expecting = await this.#expecting();
    if (expecting.length === 0) return { status: 'up', message: 'No account has an app secret to take webhooks with.' };
    if (!(await this.#areExpected(expecting))) return NONE_YET;
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

  /** The handshake needs a verify token; where the host answers it by itself, the first webhook shows it. */
  async #areExpected(businessAccountIds: readonly string[]): Promise<boolean> {
    if (this.options) return true;
    return this.accounts.existsBy({ businessAccountId: In([...businessAccountIds]), webhookAt: Not(IsNull()) });
  }

  #quiet(businessAccountIds: readonly string[], since: Date): Promise<BusinessAccountEntity[]> {
    const webhookAt = this.options ? Or(IsNull(), LessThan(since)) : LessThan(since);
    return this.accounts.find({
      where: { businessAccountId: In([...businessAccountIds]), webhookAt },
      order: { webhookAt: 'ASC', id: 'ASC' },
      take: MOST_ACCOUNTS,
    });
  }

  /**
   * Whether Meta took a message since the last webhook and has reported nothing of it or of later ones: when a webhook came is
   * written down now and then, and a process that is killed writes nothing.
   */
  async #waits({ id: accountId, webhookAt }: BusinessAccountEntity, dueBefore: Date): Promise<boolean> {
    const numbers = await this.numbers.findBy({ accountId, removedAt: IsNull() });
    const since = Math.max(webhookAt?.getTime() ?? 0, Date.now() - LOOKED_BACK_MS);
    const due = And(MoreThan(new Date(since)), LessThanOrEqual(dueBefore));
    let newest: Pick<MessageEntity, 'phoneNumberId'> & { sentAt: Date } = { phoneNumberId: '', sentAt: new Date(0) };
    for (const { phoneNumberId } of numbers) {
      const sentAt = await this.#newestOf(phoneNumberId, due);
      if (sentAt > newest.sentAt) newest = { phoneNumberId, sentAt };
    }
    return this.messages.existsBy({ ...newest, status: 'sent' });
  }

  /** Of one number, for that is the end of a range in the index; of several, databases read all they sent. */
  async #newestOf(phoneNumberId: string, sentAt: FindOperator<Date>): Promise<Date> {
    const row = await this.messages
      .createQueryBuilder('message')
      .select('MAX(message.sentAt)', 'newest')
      .where({ phoneNumberId, sentAt })
      .getRawOne<{ newest: string | number | null }>();
    return new Date(Number(row?.newest ?? 0));
  }
}
