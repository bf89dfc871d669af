import type { DataSource, Repository } from 'typeorm';
import { inList } from '../../store/in-list.js';
import { select, type Statements } from '../../store/statement.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import type { BulkSendEntity } from '../bulk-send.entity.js';
import type { BulkTally } from './bulk-tally.js';

/** A bulk send as it stands while nobody else may change it. */
export type LockedBulkSend = BulkTally &
  Pick<
    BulkSendEntity,
    'id' | 'workspaceId' | 'status' | 'uniqueRecipients' | 'carriesCode' | 'streak' | 'streakCode' | 'completedAt'
  >;

/** A message as it stands while nobody else may change it. */
export type LockedMessage = Pick<
  MessageEntity,
  | 'id'
  | 'bulkSendId'
  | 'recipientPhone'
  | 'userId'
  | 'status'
  | 'seq'
  | 'attempt'
  | 'retries'
  | 'errorCode'
  | 'errorMessage'
>;

const NUMBERS = [
  'workspaceId',
  'uniqueRecipients',
  'sentCount',
  'deliveredCount',
  'readCount',
  'failedCount',
  'unconfirmedCount',
  'streak',
] as const;

interface RawBulkSend extends Record<(typeof NUMBERS)[number], number> {
  readonly id: string;
  readonly status: BulkSendEntity['status'];
  readonly streakCode: string | null;
  /** A boolean in JSON's words or a number, as the database has it. */
  readonly carriesCode: boolean | number;
  readonly failures: string;
  readonly completedAt: string | number | null;
}

/** Locks a bulk send's row, which is always locked before its messages. */
export function* lockBulkSend(
  bulkSends: Repository<BulkSendEntity>,
  id: string,
): Statements<LockedBulkSend | undefined> {
  const query = bulkSends.createQueryBuilder('bulkSend').where({ id });
  for (const [index, column] of [
    'id',
    'status',
    'streakCode',
    'carriesCode',
    'failures',
    'completedAt',
    ...NUMBERS,
  ].entries()) {
    if (index === 0) query.select(`bulkSend.${column}`, column);
    else query.addSelect(`bulkSend.${column}`, column);
  }
  const [row] = yield* select<RawBulkSend>(query, { lock: true, numbers: [...NUMBERS] });
  if (!row) return undefined;
  const failures: BulkTally['failures'] = JSON.parse(row.failures);
  const completedAt = row.completedAt === null ? null : new Date(Number(row.completedAt));
  return { ...row, failures, completedAt, carriesCode: Boolean(row.carriesCode) };
}

/**
 * Locks some of a bulk send's messages, in the order in which everybody locks them. They are looked up by their ids alone:
 * a planner that knows nothing of a new bulk send's size would rather read all its messages.
 */
export function* lockMessages(
  dataSource: DataSource,
  messages: Repository<MessageEntity>,
  bulkSendId: string,
  ids: readonly number[],
): Statements<LockedMessage[]> {
  const query = messages
    .createQueryBuilder('message')
    .select('message.id', 'id')
    .addSelect('message.bulkSendId', 'bulkSendId')
    .addSelect('message.recipientPhone', 'recipientPhone')
    .addSelect('message.userId', 'userId')
    .addSelect('message.status', 'status')
    .addSelect('message.seq', 'seq')
    .addSelect('message.attempt', 'attempt')
    .addSelect('message.retries', 'retries')
    .addSelect('message.errorCode', 'errorCode')
    .addSelect('message.errorMessage', 'errorMessage')
    .where({ id: inList(dataSource, ids) })
    .orderBy('message.id');
  const rows = yield* select<LockedMessage>(query, { lock: true, numbers: ['id', 'seq', 'attempt', 'retries'] });
  return rows.filter((row) => row.bulkSendId === bulkSendId);
}
