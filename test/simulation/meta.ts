import { createHmac } from 'node:crypto';
import { Dispatcher } from 'undici';
import { decodeCallbackData } from '../../lib/messages/message-call.js';
import type { Choices, Faults } from './choices.js';
import type { Intensity } from './plan.js';
import { type Owner, type Scheduler, settle } from './scheduler.js';

export const ACCOUNT = { id: '1064', phoneNumberId: '813400', appSecret: '0123456789abcdef0123456789abcdef' } as const;

/** What Meta did with a message that it was given. */
export interface LedgerEntry {
  readonly row: number;
  readonly attempt: number;
  readonly recipient: string;
  readonly at: number;
  /** Undefined where Meta refused it. */
  readonly wamid?: string;
  readonly code?: number;
  /** Those that Meta reports of it. */
  readonly statuses: readonly StatusName[];
}

export type StatusName = 'sent' | 'delivered' | 'read' | 'failed';

/** A message that a customer wrote. */
export interface CustomerMessage {
  readonly wamid: string;
  readonly from: string;
}

/** Takes webhooks: a virtual process that lives, or none. */
export interface WebhookReceiver {
  readonly owner: Owner;
  receive(body: Buffer, signature: string): Promise<void>;
}

interface World {
  readonly scheduler: Scheduler;
  readonly choices: Choices;
  readonly faults: Faults;
  readonly intensity: Intensity;
  readonly trace: (line: string) => void;
  /** A process that answers at the moment. */
  receiver(): WebhookReceiver | undefined;
}

type Handler = Dispatcher.DispatchHandler;

/** What happens to a call, other than that it is answered well. */
const TROUBLES = [
  ['unreachable', 0.01],
  ['reset before', 0.015],
  ['reset after', 0.015],
  ['silent before', 0.01],
  ['silent after', 0.015],
  ['html before', 0.01],
  ['html after', 0.01],
  ['too fast', 0.02],
  ['for now', 0.02],
  ['undeliverable', 0.02],
] as const;

type Trouble = (typeof TROUBLES)[number][0] | undefined;

const REFUSALS = {
  'too fast': { status: 400, code: 130429, message: 'Rate limit hit' },
  'for now': { status: 500, code: 131016, message: 'Service unavailable' },
  undeliverable: { status: 400, code: 131026, message: 'Message undeliverable' },
} as const;

const HTML = '<html><body>502 Bad Gateway</body></html>';

/** Milliseconds after which a webhook without an answer is sent again. */
const WEBHOOK_TIMEOUT_MS = 4_000;

/** Meta: takes messages, reports what happens to them, and has a ledger of the truth. */
export class SimulatedMeta {
  readonly ledger: LedgerEntry[] = [];
  readonly customerMessages: CustomerMessage[] = [];
  /** Webhooks that are not answered with 200 yet. */
  undelivered = 0;
  #wamids = 0;
  readonly #calls: Choices;
  readonly #reports: Choices;

  constructor(private readonly world: World) {
    this.#calls = world.choices.of('calls');
    this.#reports = world.choices.of('reports');
  }

  /** Takes what processes call Meta by. */
  readonly dispatcher = new CallTaker(({ method, path, body }, handler) => {
    const isMessage = method === 'POST' && path.includes('messages') && typeof body === 'string';
    if (isMessage) this.#connect(body, handler, this.#trouble());
    else this.#connect('', handler, 'unreachable');
  });

  /** A customer writes; reported like everything else, perhaps twice. */
  customerWrites(from: string): void {
    const message = { wamid: `wamid.in${this.customerMessages.length + 1}`, from };
    this.customerMessages.push(message);
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const value = {
      contacts: [{ profile: { name: 'A customer' }, wa_id: from }],
      messages: [{ from, id: message.wamid, timestamp, type: 'text', text: { body: 'Hello' } }],
    };
    this.#report(`message of ${from}`, value);
  }

  #trouble(): Trouble {
    const { faults, intensity } = this.world;
    let found: Trouble;
    // All of them are drawn, so that one that is left out moves no other.
    for (const [name, probability] of TROUBLES) {
      const strikes = faults.strikes(`Meta ${name}`, probability * intensity.others);
      if (strikes) found ??= name;
    }
    return found;
  }

  #connect(body: string, handler: Handler, trouble: Trouble): void {
    const { scheduler, intensity } = this.world;
    const { owner } = scheduler;
    const call = new Call(handler);
    const way = intensity.slowCalls ? this.#calls.between(50, 600) : this.#calls.skewed(1, 400);
    const back = intensity.slowCalls ? this.#calls.between(50, 600) : this.#calls.skewed(2, 600);
    // A request may be longer on its way than anyone waits for its answer.
    const late = this.#calls.chance(0.02) ? this.#calls.between(1_000, 5_000) : 0;
    scheduler.after(this.#calls.between(0.1, 5), owner, () => {
      if (trouble === 'unreachable') return call.fail('ECONNREFUSED');
      if (!call.start()) return;
      if (trouble === 'reset before') return void scheduler.after(way, owner, () => call.fail('ECONNRESET'));
      scheduler.after(way + late, undefined, () => this.#arrive(body, call, owner, trouble, back));
    });
  }

  /** From here on Meta has it, whatever becomes of who sent it. */
  #arrive(body: string, call: Call, owner: Owner | undefined, trouble: Trouble, back: number): void {
    const { scheduler } = this.world;
    const answer = (run: () => void) => void scheduler.after(back, owner, run);
    if (trouble === 'silent before') return;
    if (trouble === 'html before') return answer(() => call.answer(502, HTML, 'text/html'));
    const { to, biz_opaque_callback_data: data } = JSON.parse(body);
    const callback = decodeCallbackData(data);
    if (!callback) throw new Error(`A message without callback data: ${body}`);
    const entry = { row: callback.messageId, attempt: callback.attempt, recipient: String(to), at: scheduler.now };
    if (trouble === 'too fast' || trouble === 'for now' || trouble === 'undeliverable') {
      const { status, ...error } = REFUSALS[trouble];
      this.ledger.push({ ...entry, code: error.code, statuses: [] });
      this.world.trace(`Meta refuses ${entry.row}.${entry.attempt} with ${error.code}`);
      return answer(() => call.answer(status, JSON.stringify({ error: { ...error, type: 'OAuthException' } })));
    }
    const wamid = `wamid.${(this.#wamids += 1)}`;
    const statuses = this.#statuses();
    this.ledger.push({ ...entry, wamid, statuses });
    this.world.trace(
      `Meta accepts ${entry.row}.${entry.attempt} from ${owner?.name} as ${wamid} (${trouble ?? 'well'})`,
    );
    for (const [index, status] of statuses.entries()) this.#reportStatus(wamid, status, index, entry.recipient, data);
    if (trouble === 'silent after') return;
    if (trouble === 'reset after') return answer(() => call.fail('ECONNRESET'));
    if (trouble === 'html after') return answer(() => call.answer(502, HTML, 'text/html'));
    const accepted = {
      messaging_product: 'whatsapp',
      contacts: [{ input: to, wa_id: String(to).replace('+', '') }],
      messages: [{ id: wamid, message_status: 'accepted' }],
    };
    answer(() => call.answer(200, JSON.stringify(accepted)));
  }

  #statuses(): readonly StatusName[] {
    const kind = this.#reports.fraction();
    if (kind < 0.1) return ['sent', 'failed'];
    if (kind < 0.3) return ['sent'];
    return kind < 0.7 ? ['sent', 'delivered'] : ['sent', 'delivered', 'read'];
  }

  #reportStatus(wamid: string, status: StatusName, index: number, recipient: string, data: string): void {
    const time = Math.floor(Date.now() / 1_000) + index;
    const failure = { code: 131026, title: 'Message undeliverable', message: 'Message undeliverable' };
    const item = {
      id: wamid,
      status,
      timestamp: String(time),
      recipient_id: recipient.replace('+', ''),
      biz_opaque_callback_data: data,
      ...(status === 'failed' && { errors: [failure] }),
    };
    this.#report(`${status} of ${wamid}`, { statuses: [item] });
  }

  /** Each report comes at a time of its own, so that they come in any order. */
  #report(what: string, value: object): void {
    const metadata = { display_phone_number: '15550001111', phone_number_id: ACCOUNT.phoneNumberId };
    const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } };
    const body = Buffer.from(
      JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: ACCOUNT.id, changes: [change] }] }),
    );
    const signature = `sha256=${createHmac('sha256', ACCOUNT.appSecret).update(body).digest('hex')}`;
    const times = this.world.faults.strikes(`webhook doubled: ${what}`, 0.1) ? 2 : 1;
    for (let copy = 0; copy < times; copy += 1) {
      this.undelivered += 1;
      const isLate = this.#reports.chance(this.world.intensity.lateWebhooks ?? 0);
      this.#post(what, body, signature, isLate ? this.#reports.between(8_000, 40_000) : this.#reports.skewed(5, 6_000));
    }
  }

  #post(what: string, body: Buffer, signature: string, delay: number): void {
    const { scheduler, trace } = this.world;
    let isOver = false;
    const again = (): void => {
      if (isOver) return;
      isOver = true;
      this.#post(what, body, signature, this.#reports.between(300, 2_000));
    };
    scheduler.after(delay, undefined, () => {
      const receiver = this.world.receiver();
      if (!receiver) return again();
      scheduler.after(WEBHOOK_TIMEOUT_MS, undefined, again);
      scheduler.after(0, receiver.owner, () => {
        trace(`webhook to ${receiver.owner.name}: ${what}`);
        const taken = (): void => {
          if (!isOver) this.undelivered -= 1;
          isOver = true;
        };
        void settle(receiver.receive(body, signature), taken, again);
      });
    });
  }
}

/** undici's own way in for those who answer requests themselves. */
class CallTaker extends Dispatcher {
  constructor(private readonly take: (options: Dispatcher.DispatchOptions, handler: Handler) => void) {
    super();
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Handler): boolean {
    this.take(options, handler);
    return true;
  }
}

/** One HTTP exchange, as undici reports it to whoever asked. */
class Call {
  #isAborted = false;
  readonly #controller: Dispatcher.DispatchController;

  constructor(private readonly handler: Handler) {
    const abort = (): void => {
      this.#isAborted = true;
    };
    this.#controller = { aborted: false, paused: false, reason: null, abort, pause: () => {}, resume: () => {} };
  }

  /** @returns whether it is written */
  start(): boolean {
    this.handler.onRequestStart?.(this.#controller, {});
    return !this.#isAborted;
  }

  answer(status: number, text: string, type = 'application/json'): void {
    if (this.#isAborted) return;
    this.handler.onResponseStart?.(this.#controller, status, { 'content-type': type }, '');
    this.handler.onResponseData?.(this.#controller, Buffer.from(text));
    this.handler.onResponseEnd?.(this.#controller, {});
  }

  fail(code: string): void {
    if (this.#isAborted) return;
    this.handler.onResponseError?.(this.#controller, Object.assign(new Error(code), { code }));
  }
}
