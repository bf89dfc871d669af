import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { sharedCallingCodes } from '../contacts/phone-number.js';
import { isKnownErrorCode, reactionTo } from '../graph/error-catalogue.js';
import { MessageEntity, type MessageStatus } from '../messages/message.entity.js';
import { countryOfRecipient } from '../messages/pricing.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import type { BulkSendEntity } from './bulk-send.entity.js';
import type { BulkCounts, BulkFailure } from './bulk-send.js';

/**
 * The failures of a bulk send with one error.
 *
 * @publicApi
 */
export interface BulkErrorCount extends BulkFailure {
  /** What Meta's code means, in a sentence; null for an error of this module's, which `message` explains. */
  readonly meaning: string | null;
  /** Whether it may pass by itself, so that `retry` sends these again. */
  readonly mayPass: boolean;
}

/**
 * The messages of a bulk send to one country.
 *
 * @publicApi
 */
export interface BulkCountryCount extends BulkCounts {
  /** By ISO 3166-1 alpha-2; null where it is not known. */
  readonly country: string | null;
}

/**
 * The messages of a bulk send of one hour: that in which each was sent, or failed without having been sent.
 *
 * @publicApi
 */
export interface BulkHourCount extends Pick<BulkCounts, 'sent' | 'delivered' | 'read' | 'failed'> {
  /** Its first moment. Hours without a message are left out. */
  readonly at: Date;
}

/**
 * The results of a bulk send by error, by country and by hour.
 *
 * @publicApi
 */
export interface BulkBreakdown {
  /** The most frequent first. */
  readonly errors: readonly BulkErrorCount[];
  /** That with the most recipients first. */
  readonly countries: readonly BulkCountryCount[];
  /** The oldest first. */
  readonly hours: readonly BulkHourCount[];
}

/** Messages that one statement counts: the database, and on SQLite this process, does other work in between. */
const SLICE = 20_000;

const HOUR = 3_600_000;

/** Digits after a calling code by which countries that share it are distinguished. */
const AREA_DIGITS = 5;

interface RawGroup {
  readonly place: string | null;
  readonly phone: string;
  readonly userId: string | null;
  readonly hour: unknown;
  readonly status: MessageStatus;
  readonly count: unknown;
}

/**
 * Counts the messages of bulk sends. The database groups them by the first digits of their numbers, so that one number of each group,
 * not each of a million, is looked up in the numbering plans.
 */
@Injectable()
export class BulkBreakdowns {
  constructor(@InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>) {}

  async of({ id, uniqueRecipients, failures }: BulkSendEntity): Promise<BulkBreakdown> {
    const countries = new Map<string | null, Counts>();
    const hours = new Map<number, Counts>();
    for (let from = 1; from <= uniqueRecipients; from += SLICE) {
      for (const row of await this.#groups(id, from)) {
        const count = Number(row.count);
        const country = countryOfRecipient({ recipientPhone: row.phone, userId: row.userId }) || null;
        countsIn(countries, country).add(row.status, count);
        if (row.hour !== null) countsIn(hours, Number(row.hour)).add(row.status, count);
      }
    }
    return {
      errors: failures.map(explained).toSorted((one, other) => other.count - one.count),
      countries: [...countries]
        .toSorted(([, one], [, other]) => other.total - one.total)
        .map(([country, { counts }]) => ({ country, ...counts })),
      hours: [...hours]
        .toSorted(([one], [other]) => one - other)
        .map(
          ([
            at,
            {
              counts: { sent, delivered, read, failed },
            },
          ]) => ({ at: new Date(at), sent, delivered, read, failed }),
        ),
    };
  }

  #groups(bulkSendId: string, from: number): Promise<RawGroup[]> {
    const moment = 'COALESCE(message.sentAt, message.failedAt)';
    const hour = `${moment} - ${moment} % ${HOUR}`;
    return this.messages
      .createQueryBuilder('message')
      .select(PLACE, 'place')
      .addSelect('MIN(message.recipientPhone)', 'phone')
      .addSelect('MIN(message.userId)', 'userId')
      .addSelect(hour, 'hour')
      .addSelect('message.status', 'status')
      .addSelect('COUNT(*)', 'count')
      .where('message.bulkSendId = :bulkSendId AND message.seq BETWEEN :from AND :to', {
        bulkSendId,
        from,
        to: from + SLICE - 1,
      })
      .groupBy(PLACE)
      .addGroupBy(hour)
      .addGroupBy('message.status')
      .getRawMany<RawGroup>();
  }
}

/** SQL for what all of one country have in common: as many digits as it takes, or the country that a user id begins with. */
const PLACE = placeInSql();

function placeInSql(): string {
  const phone = 'message.recipientPhone';
  const shared = [1, 2, 3].flatMap((length) => {
    const codes = sharedCallingCodes().filter((code) => code.length === length && code !== '1');
    if (codes.length === 0) return [];
    const list = codes.map((code) => `'${code}'`).join(', ');
    return `WHEN SUBSTR(${phone}, 1, ${length}) IN (${list}) THEN SUBSTR(${phone}, 1, ${length + AREA_DIGITS})`;
  });
  return [
    `CASE WHEN ${phone} = '' THEN SUBSTR(message.userId, 1, 2)`,
    `WHEN SUBSTR(${phone}, 1, 1) = '1' THEN SUBSTR(${phone}, 1, 4)`,
    ...shared,
    `ELSE SUBSTR(${phone}, 1, 3) END`,
  ].join(' ');
}

/** Messages by how far they have come; each step counts those that went further. */
class Counts {
  readonly counts = { pending: 0, unconfirmed: 0, sent: 0, delivered: 0, read: 0, failed: 0 };
  total = 0;

  add(status: MessageStatus, count: number): void {
    this.total += count;
    for (const step of STEPS[status]) this.counts[step] += count;
  }
}

const STEPS: Readonly<Record<MessageStatus, readonly (keyof BulkCounts)[]>> = {
  pending: ['pending'],
  sending: ['pending'],
  unconfirmed: ['unconfirmed'],
  sent: ['sent'],
  delivered: ['sent', 'delivered'],
  read: ['sent', 'delivered', 'read'],
  played: ['sent', 'delivered', 'read'],
  failed: ['failed'],
  received: [],
};

function countsIn<Key>(groups: Map<Key, Counts>, key: Key): Counts {
  const known = groups.get(key) ?? new Counts();
  groups.set(key, known);
  return known;
}

function explained(failure: BulkFailure): BulkErrorCount {
  const code = failure.code !== null && /^\d+$/.test(failure.code) ? Number(failure.code) : undefined;
  const known = code !== undefined && isKnownErrorCode(code) ? reactionTo(code) : undefined;
  return { ...failure, meaning: known?.meaning ?? null, mayPass: known?.transient ?? false };
}
