import { keepErased } from '../../messages/message-changes.js';
import type { MessageChange } from '../../messages/message-changes.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import {
  applyStatus,
  inOrder,
  isNews,
  isSame,
  wasAccepted,
  isOver,
  statusFieldsOf,
} from '../../messages/status-ladder.js';
import type { StatusUpdate } from './status-update.js';

/** A message of ours, and what its statuses make of it. */
export interface SettledMessage {
  /** The row after it. */
  readonly message: MessageEntity;
  /** What changes of the row; undefined when nothing does. */
  readonly change: MessageChange | undefined;
  /** The statuses that are of its present call. */
  readonly told: readonly StatusUpdate[];
  /** Those of them that tell a further step. */
  readonly news: readonly StatusUpdate[];
}

/** Nobody waits for a message any more once Meta told of it. */
const NOTHING_WAITS = { lapsesAt: null, nextAttemptAt: null };

/** What statuses make of the row they were found for. */
export function settle(row: MessageEntity, updates: readonly StatusUpdate[]): SettledMessage {
  const before = statusFieldsOf(row);
  const concerned = updates.filter((update) => isOfPresentCall(row, update));
  const news: StatusUpdate[] = [];
  let standing = before;
  for (const update of concerned.toSorted((one, other) => inOrder(one.told, other.told))) {
    if (isNews(update.told, standing)) news.push(update);
    standing = applyStatus(standing, update.told);
  }
  if (isSame(before, standing)) return { message: row, change: undefined, told: concerned, news };
  const settled = { id: row.id, ...standing, ...NOTHING_WAITS, ...identityOf(row, concerned) };
  const change = keepErased(row, settled);
  return { message: Object.assign(row, change), change, told: concerned, news };
}

/** Whether a status is that of the row's present call, and not of an earlier one that was given up. */
function isOfPresentCall(row: MessageEntity, { wamid, callbackData }: StatusUpdate): boolean {
  if (callbackData?.messageId !== row.id) return row.wamid === wamid && isOver(row);
  // One that failed and is to be sent again still has the wamid of the call that failed.
  return row.attempt === callbackData.attempt && !(row.status === 'pending' && row.wamid === wamid);
}

/** What Meta's answer would have told, where the statuses overtook it. */
function identityOf(row: MessageEntity, updates: readonly StatusUpdate[]): Pick<MessageEntity, 'wamid' | 'waId'> {
  if (wasAccepted(row)) return { wamid: row.wamid, waId: row.waId };
  const waId = updates.find((update) => update.waId !== null)?.waId;
  return { wamid: updates[0]?.wamid ?? row.wamid, waId: waId ?? row.waId };
}
