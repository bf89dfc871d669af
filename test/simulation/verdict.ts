import type { SimulatedDatabase } from './database.js';
import type { LedgerEntry } from './meta.js';
import type { World } from './world.js';

interface MessageRow {
  readonly id: number;
  readonly direction: 'inbound' | 'outbound';
  readonly status: string;
  readonly attempt: number;
  readonly wamid: string | null;
  readonly error: string | null;
  readonly recipient: string;
  readonly bulk: string | null;
}

interface BulkRow {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly recipients: number;
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
  readonly failed: number;
  readonly unconfirmed: number;
  readonly completed: number | null;
}

const MESSAGES =
  'SELECT id, direction, status, attempt, wamid, error_code AS error, recipient_phone AS recipient, bulk_send_id AS bulk FROM whatsapp_messages';

const BULK_SENDS =
  'SELECT id, name, status, unique_recipients AS recipients, sent_count AS sent, delivered_count AS delivered, ' +
  'read_count AS read, failed_count AS failed, unconfirmed_count AS unconfirmed, completed_at AS completed FROM whatsapp_bulk_sends';

const UNSETTLED = [
  "SELECT 1 FROM whatsapp_messages WHERE direction = 'outbound' AND status IN ('pending', 'sending', 'unconfirmed') LIMIT 1",
  'SELECT 1 FROM whatsapp_bulk_sends WHERE completed_at IS NULL LIMIT 1',
  "SELECT 1 FROM whatsapp_callback_deliveries WHERE status = 'pending' LIMIT 1",
  'SELECT 1 FROM whatsapp_bulk_chunks LIMIT 1',
  'SELECT 1 FROM whatsapp_webhook_items LIMIT 1',
];

/** Judges a run by the ledger of Meta, which knows the truth. */
export class Verdict {
  constructor(
    private readonly database: SimulatedDatabase,
    private readonly world: World,
  ) {}

  /** Whether nothing waits for anything any more. */
  isSettled(): boolean {
    return UNSETTLED.every((sql) => this.database.all(sql).length === 0);
  }

  /** What still waits. */
  unsettled(): string {
    const rows = UNSETTLED.flatMap((sql) => this.database.all(sql.replace('SELECT 1', 'SELECT *')));
    return rows.length === 0 ? 'a caller or a webhook' : JSON.stringify(rows);
  }

  /** What is true at every moment. */
  look(): void {
    this.#nobodyTwice();
    this.#countersEqualRows();
  }

  /** What is true once everything is settled. */
  conclude(): void {
    this.look();
    const messages = this.database.all<MessageRow>(MESSAGES);
    const outbound = messages.filter(({ direction }) => direction === 'outbound');
    this.#acceptancesAreWhole(outbound);
    for (const message of outbound) this.#isAsMetaSays(message);
    this.#nobodyIsForgotten(outbound);
    this.#inboundOnce(messages.filter(({ direction }) => direction === 'inbound'));
    this.#callbacks(outbound);
  }

  #problem(kind: string, words: string): void {
    this.world.problems.push(`${kind}: ${words}`);
  }

  /** Each recipient is accepted by one call; by another one only after a person asked for what was in doubt. */
  #nobodyTwice(): void {
    const accepted = this.world.meta.ledger.filter(({ wamid }) => wamid !== undefined);
    const byRecipient = new Map<string, LedgerEntry[]>();
    for (const call of accepted) {
      const others = byRecipient.get(call.recipient);
      if (others) others.push(call);
      else byRecipient.set(call.recipient, [call]);
    }
    for (const [recipient, calls] of byRecipient) {
      const wrong = calls.slice(0, -1).find((call, index) => !this.#mayFollow(call, calls[index + 1]));
      if (wrong)
        this.#problem(
          'sent twice',
          `${recipient} by ${calls.map(({ row, attempt }) => `${row}.${attempt}`).join(', ')}`,
        );
    }
  }

  #mayFollow(first: LedgerEntry, second: LedgerEntry | undefined): boolean {
    if (first.row !== second?.row || first.attempt === second.attempt) return false;
    const earlier = Math.min(first.attempt, second.attempt);
    return this.database.doubts().some(({ message, attempt }) => message === first.row && attempt === earlier);
  }

  #countersEqualRows(): void {
    const bulkSends = this.database.all<BulkRow>(BULK_SENDS);
    if (bulkSends.length === 0) return;
    const counts = this.database.all<{ bulk: string; status: string; count: number }>(
      'SELECT bulk_send_id AS bulk, status, COUNT(*) AS count FROM whatsapp_messages WHERE bulk_send_id IS NOT NULL GROUP BY 1, 2',
    );
    for (const { id, status, ...bulkSend } of bulkSends) {
      if (status === 'ACCEPTING') continue;
      const of = (...statuses: string[]) =>
        counts
          .filter((one) => one.bulk === id && statuses.includes(one.status))
          .reduce((sum, one) => sum + one.count, 0);
      const rows = {
        sent: of('sent', 'delivered', 'read', 'played'),
        delivered: of('delivered', 'read', 'played'),
        read: of('read', 'played'),
        failed: of('failed'),
        unconfirmed: of('unconfirmed'),
      };
      for (const [name, count] of Object.entries(rows)) {
        const counter: unknown = Reflect.get(bulkSend, name);
        if (counter !== count)
          this.#problem('counters', `${bulkSend.name} counts ${String(counter)} ${name}, of ${count} rows`);
      }
    }
  }

  #acceptancesAreWhole(messages: readonly MessageRow[]): void {
    const bulkSends = this.database.all<BulkRow>(BULK_SENDS);
    for (const { id, name, status, recipients } of bulkSends) {
      const count = messages.filter(({ bulk }) => bulk === id).length;
      const action = this.world.plan.actions.find((one) => one.kind === 'bulk' && one.name === name);
      const asked = action?.kind === 'bulk' ? action.recipients.length : 0;
      if (status === 'ACCEPTING' || recipients !== asked || count !== asked) {
        this.#problem(
          'half accepted',
          `${name} is ${status} with ${recipients} recipients and ${count} rows, of ${asked}`,
        );
      }
    }
    const ids = new Set(bulkSends.map(({ id }) => id));
    const left = messages.filter(({ bulk }) => bulk !== null && !ids.has(bulk));
    if (left.length > 0) this.#problem('half accepted', `${left.length} messages are left of no bulk send`);
    for (const { name } of bulkSends) {
      if (bulkSends.filter((other) => other.name === name).length > 1) this.#problem('accepted twice', name);
    }
    for (const { action, id } of this.world.answers) {
      if (action.kind === 'bulk' && id !== undefined && !ids.has(String(id)))
        this.#problem('lost', `${action.name} was accepted`);
    }
  }

  /** Each row says what Meta's ledger does of its last call; in doubt it says so. */
  #isAsMetaSays({ id, attempt, status, error, wamid, recipient }: MessageRow): void {
    const calls = this.world.meta.ledger.filter(({ row }) => row === id);
    const accepted = calls.find((call) => call.attempt === attempt && call.wamid !== undefined);
    const words = `message ${id}.${attempt} to ${recipient} is ${status} (${error ?? wamid ?? 'nothing'})`;
    if (accepted) {
      const expected = endOf(accepted);
      if (status !== expected)
        this.#problem('not as Meta says', `${words}, and Meta says ${expected} of ${accepted.wamid}`);
      else if (wamid !== accepted.wamid) this.#problem('not as Meta says', `${words}, and Meta took ${accepted.wamid}`);
      return;
    }
    if (status !== 'failed') return this.#problem('not as Meta says', `${words}, and Meta did not accept it`);
    if (error === null) this.#problem('no reason', words);
    // Failed for a reason of Meta's it is only where Meta gave that.
    const isMetas = error !== null && /^\d+$/.test(error);
    if (isMetas && !calls.some((call) => call.code === Number(error))) this.#problem('not as Meta says', words);
    const earlier = calls.find((call) => call.wamid !== undefined);
    const isDoubted = this.database
      .doubts()
      .some((doubt) => doubt.message === id && doubt.attempt === earlier?.attempt);
    if (earlier && !isDoubted) this.#problem('not as Meta says', `${words}, and Meta accepted it before`);
  }

  #nobodyIsForgotten(messages: readonly MessageRow[]): void {
    const known = new Set(messages.map(({ id }) => id));
    for (const { row, wamid } of this.world.meta.ledger) {
      if (wamid !== undefined && !known.has(row)) this.#problem('lost', `message ${row} was sent, and there is no row`);
    }
    for (const { action, id } of this.world.answers) {
      if (action.kind !== 'single' || id === undefined) continue;
      const isSent = this.world.meta.ledger.some((call) => call.row === id && call.wamid !== undefined);
      if (!isSent) this.#problem('lost', `message ${id} was answered as sent`);
    }
  }

  #inboundOnce(inbound: readonly MessageRow[]): void {
    for (const { wamid } of this.world.meta.customerMessages) {
      const count = inbound.filter((message) => message.wamid === wamid).length;
      if (count !== 1) this.#problem('webhook', `${wamid} is stored ${count} times`);
    }
    const unread = this.database.all<{ count: number | null }>(
      'SELECT SUM(unread_count) AS count FROM whatsapp_conversations',
    );
    const written = this.world.meta.customerMessages.length;
    const counted = unread[0]?.count ?? 0;
    if (counted !== written) this.#problem('webhook', `${counted} messages are unread, of ${written}`);
  }

  #callbacks(messages: readonly MessageRow[]): void {
    const deliveries = this.database.all<{ id: string; status: string; payload: string }>(
      "SELECT id, status, payload FROM whatsapp_callback_deliveries WHERE event = 'message.status'",
    );
    const reported = new Map<string, number>();
    for (const { id, status, payload } of deliveries) {
      if (status !== 'delivered') this.#problem('callback', `${id} is ${status}`);
      if (this.world.callbacks.get(id) !== payload) this.#problem('callback', `${id} did not come as it is stored`);
      const { data } = JSON.parse(payload);
      const step = `${data.id} ${data.status}`;
      reported.set(step, (reported.get(step) ?? 0) + 1);
    }
    for (const { id, status, attempt } of messages) {
      const count = reported.get(`${id} ${status}`) ?? 0;
      // What was answered as sent is reported once its webhook says so; all of them have come by now.
      if (count === 0) this.#problem('callback', `message ${id} is ${status}, which no callback reported`);
      if (count > attempt + 1) this.#problem('callback', `message ${id} is reported ${count} times as ${status}`);
    }
  }
}

/** Where the statuses that Meta reports of a message lead, in whatever order they come. */
function endOf({ statuses }: LedgerEntry): string {
  return ['read', 'delivered', 'failed', 'sent'].find((status) => statuses.some((one) => one === status)) ?? 'sent';
}
