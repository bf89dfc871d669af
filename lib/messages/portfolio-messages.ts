import { type DataSource, In, MoreThan, type SelectQueryBuilder } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { identityOf } from '../contacts/contact-sighting.js';
import { MessageEntity } from './message.entity.js';
import { recipientOf } from './recipient.js';
import type { Portfolio } from './portfolio.js';

/** `phoneNumberId` of every number of a portfolio, also of those that send no more. */
export function numbersOfPortfolio(
  dataSource: DataSource,
  { accounts }: Portfolio,
): SelectQueryBuilder<PhoneNumberEntity> {
  return dataSource
    .getRepository(PhoneNumberEntity)
    .createQueryBuilder('number')
    .innerJoin('number.account', 'account')
    .select('number.phoneNumberId', 'phoneNumberId')
    .where('id' in accounts ? 'account.id = :id' : 'account.ownerBusinessId = :ownerBusinessId', accounts);
}

/** Templates that numbers sent since a moment, as `message`. */
export function templatesSent(
  dataSource: DataSource,
  phoneNumberIds: readonly string[],
  since: Date,
): SelectQueryBuilder<MessageEntity> {
  return dataSource
    .getRepository(MessageEntity)
    .createQueryBuilder('message')
    .where({ phoneNumberId: In(phoneNumberIds), sentAt: MoreThan(since), type: 'template' });
}

/** How many people a portfolio sent a template since a moment; where there is no limit, how many spellings of their numbers. */
export async function recipientsReached(dataSource: DataSource, portfolio: Portfolio, since: Date): Promise<number> {
  const numbers = await numbersOfPortfolio(dataSource, portfolio).getRawMany<{ phoneNumberId: string }>();
  const phoneNumberIds = numbers.map(({ phoneNumberId }) => phoneNumberId);
  const sent = templatesSent(dataSource, phoneNumberIds, since);
  if (portfolio.limit === null) {
    const row = await sent
      .select("COUNT(DISTINCT COALESCE(NULLIF(message.recipientPhone, ''), message.userId))", 'count')
      .getRawOne<{ count: string | number }>();
    return Number(row?.count ?? 0);
  }
  const rows = await sent
    .select('message.recipientPhone', 'recipientPhone')
    .addSelect('message.userId', 'userId')
    .distinct()
    .getRawMany<{ recipientPhone: string; userId: string | null }>();
  return new Set(rows.map((row) => identityOf(recipientOf(row)))).size;
}
