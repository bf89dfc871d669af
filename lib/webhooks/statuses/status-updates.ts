import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { INSTALLATION_ID, WHATSAPP_DATA_SOURCE } from '../../store/data-source.provider.js';
import { inList } from '../../store/dialect.js';
import { preparedStatement, selectedColumns, tableOf } from '../../store/json-rows.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { type StatusUpdate, readStatus, settle, type SettledMessage } from './status-update.js';
import { BulkLedger, type Entered, type LedgerDecision } from '../../bulk/ledger.js';
import { runInTransaction } from '../../store/run-in-transaction.js';
import { selectEntities, type SqlStatement, type Statements } from '../../store/statement.js';
import { MessageCallbacks } from '../../messages/message-changes.js';
import { MessageRepository } from '../../messages/message-repository.js';
import { LIVE_FEED, type LiveFeed } from '../../live-feed.js';
import { METERS, type Meters } from '../../meters.js';
import { QueuedEvents } from '../events/queued-events.js';
import type { WhatsAppEvent, MessageStatusEvent } from '../events/whatsapp-event.js';
import type { WebhookApplier } from '../webhook-arrivals.js';
import type { StatusItem } from '../webhook-item.js';
import { type FailedMessage, FailureReactions, MarketingOptOuts } from './failure-reactions.js';
import { RecipientIdentities } from './recipient-identities.js';
import { boundedCache } from '../../bounded-cache.js';
import { type OutboundMessage, viewOfMessage } from '../../messages/message.view.js';

/** A message of ours that statuses are about. */
export interface FoundMessage extends Known {
  readonly updates: readonly StatusUpdate[];
}

/** Statuses by the messages that they are about. */
export interface FoundMessages {
  /** In the order of their ids. */
  readonly messages: readonly FoundMessage[];
  /** Of messages that this deployment did not send. */
  readonly strange: readonly StatusUpdate[];
}

/** What of a row never changes, but for its wamid and by an erasure. */
type Known = Pick<
  MessageEntity,
  'id' | 'workspaceId' | 'bulkSendId' | 'phoneNumberId' | 'wamid' | 'recipientPhone' | 'userId' | 'createdAt'
>;

const KNOWN = [
  'id',
  'workspaceId',
  'bulkSendId',
  'phoneNumberId',
  'wamid',
  'recipientPhone',
  'userId',
  'createdAt',
] as const satisfies readonly (keyof Known)[];

/** The same as the database hands it over. */
type RawKnown = Omit<Known, 'id' | 'createdAt'> & Record<'id' | 'createdAt', number | string>;

const knownOf = ({ id, createdAt, ...row }: RawKnown): Known => ({
  ...row,
  id: Number(id),
  createdAt: new Date(Number(createdAt)),
});

/** Finds the messages that statuses are about: by the row id that they took along, else by Meta's id. */
@Injectable()
export class MessageFinder {
  readonly #withIds: ReturnType<typeof preparedStatement>;
  readonly #withWamids: ReturnType<typeof preparedStatement>;

  constructor(
    @Inject(INSTALLATION_ID) private readonly installationId: string,
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(MessageEntity) rows: Repository<MessageEntity>,
  ) {
    const read = `SELECT ${selectedColumns(rows, KNOWN)} FROM ${tableOf(dataSource, rows.metadata)} WHERE direction = 'outbound'`;
    this.#withIds = preparedStatement(dataSource, `${read} AND id IN (:...ids)`);
    this.#withWamids = preparedStatement(dataSource, `${read} AND wamid IS NOT NULL AND wamid IN (:...wamids)`);
  }

  async find(updates: readonly StatusUpdate[]): Promise<FoundMessages> {
    const all = updates.map((update) => this.#withOwnCallbackData(update));
    const byId = await this.#byId(all.flatMap(({ callbackData }) => callbackData?.messageId ?? []));
    const byWamid = await this.#byWamid(all.flatMap(({ callbackData, wamid }) => (callbackData ? [] : wamid)));
    const found = new Map<number, Known & { readonly updates: StatusUpdate[] }>();
    const strange: StatusUpdate[] = [];
    for (const update of all) {
      const { callbackData, wamid, item } = update;
      const row = callbackData ? byId.get(callbackData.messageId) : byWamid.get(wamid);
      if (row?.phoneNumberId !== item.phoneNumberId) {
        strange.push(update);
        continue;
      }
      const known = found.get(row.id);
      if (known) known.updates.push(update);
      else found.set(row.id, { ...row, updates: [update] });
    }
    return { messages: [...found.values()].toSorted((one, other) => one.id - other.id), strange };
  }

  /** Of another deployment's row id only its wamid counts. */
  #withOwnCallbackData(update: StatusUpdate): StatusUpdate {
    const isOwn = update.callbackData?.installationId === this.installationId;
    return isOwn ? update : { ...update, callbackData: undefined };
  }

  async #byId(ids: readonly number[]): Promise<ReadonlyMap<number, Known>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#read(this.#withIds({ ids: [...new Set(ids)] }));
    return new Map(rows.map((row) => [row.id, row]));
  }

  async #byWamid(wamids: readonly string[]): Promise<ReadonlyMap<string, Known>> {
    if (wamids.length === 0) return new Map();
    const rows = await this.#read(this.#withWamids({ wamids: [...new Set(wamids)] }));
    return new Map(rows.flatMap((row) => (row.wamid === null ? [] : [[row.wamid, row] as const])));
  }

  async #read({ sql, parameters }: Required<SqlStatement>): Promise<Known[]> {
    const rows: RawKnown[] = await this.dataSource.query(sql, [...parameters]);
    return rows.map(knownOf);
  }
}

/** Statuses that no row says were reported already; Meta mostly repeats itself at once. */
const MOST_REMEMBERED = 50_000;

/** Makes the host's events from stored statuses. */
@Injectable()
export class StatusEvents {
  readonly #emitted = boundedCache<string, true>(MOST_REMEMBERED);

  constructor(private readonly queued: QueuedEvents) {}

  /** @param strange of messages that this deployment did not send */
  of(settled: readonly SettledMessage[], strange: readonly StatusUpdate[]): MessageStatusEvent[] {
    return [
      ...settled.flatMap(({ message, applied, news }) => {
        const reported = (this.queued.repeatsEvents ? applied : news).filter((update) => this.#isFirst(update));
        const shown = reported.length === 0 ? null : viewOfMessage<OutboundMessage>(message);
        return reported.map((update) => eventOf(update, shown));
      }),
      ...strange.filter((update) => this.#isFirst(update)).map((update) => eventOf(update, null)),
    ];
  }

  #isFirst(update: StatusUpdate): boolean {
    if (this.queued.repeatsEvents) return true;
    const id = eventIdOf(update);
    if (this.#emitted.has(id)) return false;
    this.#emitted.set(id, true);
    return true;
  }
}

const eventIdOf = ({ wamid, reported }: StatusUpdate): string => `status.${wamid}.${reported.status}`;

const eventOf = (update: StatusUpdate, message: OutboundMessage | null): MessageStatusEvent => ({
  type: 'message.status',
  id: eventIdOf(update),
  businessAccountId: update.item.businessAccountId,
  status: update.reported.status,
  message,
  raw: update.item.status,
});

/** What statuses changed, and what is to be done of it once it is committed. */
interface Settled {
  readonly settled: readonly SettledMessage[];
  readonly entered: readonly Entered[];
}

/** Lets messages climb the ladder as Meta reports it, with the counters of the bulk sends that they belong to. */
@Injectable()
export class StatusUpdates implements WebhookApplier<StatusItem> {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(MessageEntity) private readonly rows: Repository<MessageEntity>,
    private readonly repository: MessageRepository,
    private readonly ledger: BulkLedger,
    private readonly finder: MessageFinder,
    private readonly recipients: RecipientIdentities,
    private readonly reactions: FailureReactions,
    private readonly optOuts: MarketingOptOuts,
    private readonly events: StatusEvents,
    private readonly queued: QueuedEvents,
    private readonly callbacks: MessageCallbacks,
    @Inject(METERS) private readonly meters: Meters,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  async apply(items: readonly StatusItem[]): Promise<WhatsAppEvent[]> {
    const updates = items.map(readStatus);
    const { messages, strange } = await this.finder.find(updates);
    await this.recipients.link(messages);
    // Before the rows say that they failed: what is done twice does no harm, and what a crash forgot no one would do.
    const failures = await this.#failures(messages);
    await this.reactions.react(failures.filter(({ isNew }) => isNew));
    const consents = await this.optOuts.note(failures.filter(({ isNew }) => isNew || this.queued.repeatsEvents));
    const { settled, entered } = await runInTransaction(this.dataSource, () => this.#settleAndReport(messages));
    for (const { report } of entered) report();
    this.feed.note(settled.flatMap(({ change }) => (change ? [{ kind: 'message', id: change.id }] : [])));
    this.#meter(settled);
    return [...this.events.of(settled, strange), ...consents];
  }

  #meter(settled: readonly SettledMessage[]): void {
    for (const { reported } of settled.flatMap(({ news }) => news)) {
      this.meters.reported(reported.status, reported.status === 'failed' ? (reported.failure.errorCode ?? 'none') : '');
    }
  }

  async #failures(messages: readonly FoundMessage[]): Promise<(FailedMessage & { readonly isNew: boolean })[]> {
    const failed = messages.filter(({ updates }) => updates.some(({ error }) => error !== undefined));
    if (failed.length === 0) return [];
    const rows = await this.rows.findBy({ id: this.#oneOf(failed) });
    return settleAll(rows, failed).flatMap(({ message, applied, news }) =>
      applied.flatMap((update) => {
        const { error, item } = update;
        if (update.reported.status !== 'failed' || !error) return [];
        const { at } = update.reported;
        return [{ message, error, at, businessAccountId: item.businessAccountId, isNew: news.includes(update) }];
      }),
    );
  }

  *#settleAndReport(messages: readonly FoundMessage[]): Statements<Settled> {
    const all = yield* this.#settle(messages);
    yield* this.callbacks.stepped(
      all.settled.flatMap(({ message, news }) => news.map(({ reported: { status, at } }) => ({ message, status, at }))),
    );
    return all;
  }

  /** Bulk sends in the order of their ids, then what was sent by itself: as everybody locks them. */
  *#settle(messages: readonly FoundMessage[]): Statements<Settled> {
    const settled: SettledMessage[] = [];
    const entered: Entered[] = [];
    const bulkSendIds = new Set(messages.flatMap(({ bulkSendId }) => bulkSendId ?? []));
    for (const bulkSendId of [...bulkSendIds].toSorted()) {
      const own = messages.filter((message) => message.bulkSendId === bulkSendId);
      const ids = own.map(({ id }) => id);
      const decide: LedgerDecision = (rows, { carriesCode }) => {
        const done = settleAll(rows, own);
        for (const each of done) settled.push(each);
        const changes = done.flatMap(({ change }) => change ?? []);
        // What was sent, or failed, needs its one-time code no more.
        return { messages: carriesCode ? changes.map((change) => ({ ...change, content: null })) : changes };
      };
      entered.push(yield* this.ledger.changing(bulkSendId, ids, decide));
    }
    const single = messages.filter(({ bulkSendId }) => bulkSendId === null);
    if (single.length === 0) return { settled, entered };
    const rows = yield* selectEntities(this.rows, { id: this.#oneOf(single) }, { lock: true });
    const done = settleAll(rows, single);
    yield* this.repository.change(done.flatMap(({ change }) => change ?? []));
    return { settled: [...settled, ...done], entered };
  }

  #oneOf(messages: readonly FoundMessage[]) {
    return inList(
      this.rows,
      messages.map(({ id }) => id),
    );
  }
}

function settleAll(rows: readonly MessageEntity[], found: readonly FoundMessage[]): SettledMessage[] {
  const updates = new Map(found.map((message) => [message.id, message.updates]));
  return rows.map((row) => settle(row, updates.get(row.id) ?? []));
}
