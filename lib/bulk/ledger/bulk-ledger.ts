import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { atomically } from '../../database/atomically.js';
import { WHATSAPP_DATA_SOURCE } from '../../database/data-source.provider.js';
import { updateRows } from '../../database/json-rows.js';
import { InjectWhatsAppRepository } from '../../database/repositories.js';
import { change, type Statements } from '../../database/statement.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import { lockBulkSend, type LockedBulkSend, type LockedMessage, lockMessages } from './bulk-locks.js';
import { type Counted, endOf, retally } from './bulk-tally.js';

/** A message's new values; those it does not name stay. */
export type MessageChange = Pick<MessageEntity, 'id'> & Partial<MessageEntity>;

/** What is to change of a bulk send and its messages. */
export interface LedgerEntry {
  readonly messages: readonly MessageChange[];
  readonly bulkSend?: Partial<BulkSendEntity>;
}

/** Decides on the locked rows. It may be asked again, when the transaction has to be run again. */
export type LedgerDecision = (
  messages: readonly LockedMessage[],
  bulkSend: LockedBulkSend,
) => LedgerEntry | Statements<LedgerEntry>;

/**
 * The messages of bulk sends and the counters over them. Whatever changes the status of such a message does it here: the
 * rows and their counters move in one transaction, under the lock of the bulk send's row, so that whoever looks sees
 * counters that are a count of the rows.
 */
@Injectable()
export class BulkLedger {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
  ) {}

  /** Locks the bulk send and some of its messages and changes them as decided. @returns what was changed */
  async change(bulkSendId: string, ids: readonly number[], decide: LedgerDecision): Promise<LedgerEntry> {
    const { bulkSends, messages, dataSource } = this;
    const write = this.#write.bind(this);
    return atomically(dataSource, function* () {
      const bulkSend = yield* lockBulkSend(bulkSends, bulkSendId);
      if (!bulkSend) return { messages: [] };
      const before = yield* lockMessages(dataSource, messages, bulkSendId, ids);
      const decided = decide(before, bulkSend);
      const entry = 'messages' in decided ? decided : yield* decided;
      yield* write(bulkSend, before, entry);
      return entry;
    });
  }

  *#write(bulkSend: LockedBulkSend, before: readonly LockedMessage[], entry: LedgerEntry): Statements<void> {
    const changes = new Map(entry.messages.map((message) => [message.id, message]));
    const touched = before.filter(({ id }) => changes.has(id));
    for (const alike of groupByShape(touched.flatMap(({ id }) => changes.get(id) ?? []))) {
      const { rows, shared } = withoutRepetition(alike);
      yield* change(updateRows(this.dataSource, this.messages, rows, { shared }));
    }
    const after = touched.map((message) => countedAfter(message, changes.get(message.id)));
    const tally = retally(bulkSend, touched, after);
    if (touched.length === 0 && !entry.bulkSend) return;
    const update = this.bulkSends.createQueryBuilder().update();
    yield* change(
      update
        .set({ ...entry.bulkSend, ...tally, ...ending({ ...bulkSend, ...entry.bulkSend, ...tally }) })
        .where({ id: bulkSend.id }),
    );
  }
}

/** What of a message counts once it is changed. */
function countedAfter(before: Counted, { status, errorCode, errorMessage }: Partial<Counted> = {}): Counted {
  return {
    status: status ?? before.status,
    errorCode: errorCode === undefined ? before.errorCode : errorCode,
    errorMessage: errorMessage === undefined ? before.errorMessage : errorMessage,
  };
}

/** Rows written by one statement have the same columns. */
function groupByShape(changes: readonly MessageChange[]): MessageChange[][] {
  const shapes = new Map<string, MessageChange[]>();
  for (const message of changes) {
    const shape = Object.keys(message).join();
    const alike = shapes.get(shape);
    if (alike) alike.push(message);
    else shapes.set(shape, [message]);
  }
  return [...shapes.values()];
}

/** Most outcomes differ in little: what they have in common is written once. */
function withoutRepetition(changes: readonly MessageChange[]): {
  rows: MessageChange[];
  shared: Partial<MessageEntity>;
} {
  const [first] = changes;
  if (!first) return { rows: [], shared: {} };
  const isShared = (name: string) => changes.every((other) => Reflect.get(other, name) === Reflect.get(first, name));
  const names = Object.keys(first).filter((name) => name !== 'id');
  const shared = new Set(names.filter(isShared));
  const own = names.filter((name) => !shared.has(name));
  return { rows: changes.map((one) => ({ id: one.id, ...pick(one, own) })), shared: pick(first, [...shared]) };
}

function pick(from: MessageChange, names: readonly string[]): Partial<MessageEntity> {
  const picked: Partial<MessageEntity> = {};
  for (const name of names) Reflect.set(picked, name, Reflect.get(from, name));
  return picked;
}

/** Status and times of a bulk send whose last message was just settled, or one of whose messages changed after that. */
function ending(bulkSend: LockedBulkSend): Partial<BulkSendEntity> {
  const end = endOf(bulkSend);
  if (bulkSend.status === 'CANCELLED') {
    // A message in doubt may turn out not to be sent: then the cancelling is not over yet.
    return { completedAt: end ? (bulkSend.completedAt ?? new Date()) : null };
  }
  if (!end || bulkSend.status === 'ACCEPTING') return {};
  return {
    status: end,
    completedAt: bulkSend.completedAt ?? new Date(),
    waitingReason: null,
    waitingUntil: null,
    waitingMessage: null,
  };
}
