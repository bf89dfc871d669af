import type { LoggerService } from '@nestjs/common';
import { BulkService } from '../../lib/bulk/bulk.service.js';
import { MessagesService } from '../../lib/messages/messages.service.js';
import { WebhooksService } from '../../lib/webhooks/webhooks.service.js';
import { Choices, Faults } from './choices.js';
import { brokenConnection, type DatabaseLink } from './database.js';
import { SimulatedMeta, type WebhookReceiver } from './meta.js';
import type { Action, Plan, TimedFault } from './plan.js';
import { Scheduler, settle } from './scheduler.js';
import type { CallbackAnswer } from '../../lib/callbacks/callback-requests.js';
import { VirtualProcess } from './virtual-process.js';
import type { Verdict } from './verdict.js';
import { useSource } from './virtual-node.js';
import { WakeUps } from './wake-ups.js';
import type { OwnDataSource } from '../../lib/store/own-data-source.js';

export const TEMPLATE = { template: 'order_shipped', language: 'en_US' } as const;

/** A place where a process runs; after a crash, another one. */
interface Slot {
  readonly dataSource: OwnDataSource;
  process: VirtualProcess | undefined;
  starts: number;
}

/** The end of something that a caller asked for. */
export interface Answer {
  readonly action: Action;
  readonly id?: string | number | undefined;
  readonly error?: string | undefined;
}

/** Milliseconds that a caller waits for an answer. */
const CALLER_PATIENCE_MS = 12_000;

/** Milliseconds between two looks at what must be true at every moment. */
const LOOK_EVERY_MS = 500;

/** Milliseconds between two times at which a person resumes what was paused. */
const RESUME_EVERY_MS = 10_000;

/** Milliseconds of virtual time after which a run that is not settled is stuck. */
const LONGEST_MS = 300_000;

/** Virtual processes and what surrounds them, for one run. */
export class World implements DatabaseLink {
  readonly scheduler = new Scheduler();
  readonly choices: Choices;
  readonly faults: Faults;
  readonly meta: SimulatedMeta;
  readonly answers: Answer[] = [];
  /** Bodies of callbacks that were answered well, by id. */
  readonly callbacks = new Map<string, string>();
  readonly problems: string[] = [];
  readonly lines: string[] = [];
  readonly #wakeUps: WakeUps | undefined;
  readonly #database: Choices;
  readonly #slots: Slot[];
  readonly #outages = new Map<number | undefined, number>();
  #openCalls = 0;
  #resumesAt = 0;

  constructor(
    readonly seed: number,
    readonly plan: Plan,
    dataSources: readonly OwnDataSource[],
    private readonly isTraced: boolean,
    only?: ReadonlySet<string>,
  ) {
    this.choices = new Choices(seed, 'world');
    this.faults = new Faults(this.choices.of('faults'), only);
    this.#database = this.choices.of('database');
    const { scheduler, choices, faults } = this;
    useSource({ scheduler, random: choices.of('ids') });
    this.meta = new SimulatedMeta({
      scheduler,
      choices,
      faults,
      intensity: plan.intensity,
      trace: (line) => this.trace(line),
      receiver: () => this.#receiver(),
    });
    this.#wakeUps = plan.sharesQueue ? new WakeUps(scheduler, choices.of('queue'), faults) : undefined;
    this.#slots = dataSources
      .slice(0, plan.processes)
      .map((dataSource) => ({ dataSource, process: undefined, starts: 0 }));
  }

  /** Lets all of the plan happen, and time pass until everything is settled. */
  async run(verdict: Pick<Verdict, 'isSettled' | 'unsettled' | 'look'>): Promise<void> {
    const { scheduler, plan } = this;
    for (const slot of this.#slots) scheduler.after(this.choices.between(0, 300), undefined, () => this.#start(slot));
    for (const action of plan.actions) scheduler.at(action.at + 500, undefined, () => this.#act(action));
    for (const fault of plan.faults) scheduler.at(fault.at + 500, undefined, () => this.#break(fault));
    scheduler.at(plan.faultsEnd, undefined, () => this.#mend());
    const last = Math.max(...plan.actions.map(({ at }) => at), ...plan.faults.map(({ at }) => at)) + 500;
    const check = (): void => {
      verdict.look();
      const isQuiet = this.#openCalls === 0 && this.meta.undelivered === 0;
      const isLate = scheduler.now > last;
      if ((isQuiet && isLate && verdict.isSettled()) || this.problems.length > 0) return scheduler.end();
      // A person who asked for a pause, perhaps late, does not leave it at that.
      if (isQuiet && isLate && scheduler.now > this.#resumesAt) this.#resume();
      scheduler.after(LOOK_EVERY_MS, undefined, check);
    };
    scheduler.after(LOOK_EVERY_MS, undefined, check);
    await scheduler.run(LONGEST_MS);
    if (scheduler.now > LONGEST_MS - 2_000) this.problems.push(`stuck: ${verdict.unsettled()}`);
  }

  #resume(): void {
    this.#resumesAt = this.scheduler.now + RESUME_EVERY_MS;
    for (const action of this.plan.actions) {
      if (action.kind === 'pause') this.#act({ ...action, kind: 'resume' });
    }
  }

  trace(line: string): void {
    if (!this.isTraced) return;
    this.lines.push(`${(this.scheduler.now / 1_000).toFixed(3)} ${line}`);
  }

  // The way to the database.

  async statement<Result>(sql: string, run: () => Promise<Result>): Promise<Result> {
    const { scheduler } = this;
    const { owner } = scheduler;
    const [isLost, isUnheard, isLate] = this.#fate(sql);
    const [way, back] = [this.#latency(), this.#latency()];
    if (isLost || this.#isOut()) {
      await scheduler.wait(way);
      throw brokenConnection(sql);
    }
    return new Promise<Result>((resolve, reject) => {
      const answer = (end: () => void) => void scheduler.after(back, owner, end);
      const done = (): void => {
        const onDone = (result: Result): void => {
          if (isUnheard) this.trace(`${owner?.name}: no answer to ${sql}`);
          answer(() => (isUnheard ? reject(brokenConnection(sql)) : resolve(result)));
        };
        void settle(run(), onDone, (error) => answer(() => reject(error)));
      };
      if (isLate) {
        this.trace(`${owner?.name}: late ${sql}`);
        answer(() => reject(brokenConnection(sql)));
      }
      scheduler.after(isLate ? way + back + this.#database.between(50, 1_500) : way, undefined, done);
    });
  }

  async transaction<Result>(run: () => Result): Promise<Result> {
    const { scheduler } = this;
    const [isLost, isUnheard] = this.#fate('a transaction');
    await scheduler.wait(this.#latency());
    if (isLost || this.#isOut()) throw brokenConnection('COMMIT');
    const result = run();
    await scheduler.wait(this.#latency());
    if (!isUnheard) return result;
    this.trace(`${scheduler.owner?.name}: no answer to a transaction`);
    throw brokenConnection('COMMIT');
  }

  #fate(sql: string): readonly [isLost: boolean, isUnheard: boolean, isLate: boolean] {
    const { faults } = this;
    const { database } = this.plan.intensity;
    const isRead = sql.startsWith('SELECT');
    const name = this.scheduler.owner?.name ?? '';
    return [
      faults.strikes(`${name} statement lost`, 0.003 * database),
      faults.strikes(`${name} statement unheard`, 0.003 * database),
      !isRead && faults.strikes(`${name} statement late`, 0.002 * database),
    ];
  }

  #latency(): number {
    return this.#database.skewed(0.05, 8);
  }

  #isOut(): boolean {
    const { owner, now } = this.scheduler;
    const index = this.#slots.findIndex(({ process }) => process === owner);
    return now < (this.#outages.get(undefined) ?? 0) || now < (this.#outages.get(index) ?? 0);
  }

  // Processes.

  #start(slot: Slot): void {
    const { scheduler, meta } = this;
    slot.starts += 1;
    const name = `${'ABC'[this.#slots.indexOf(slot)]}${slot.starts}`;
    const process = new VirtualProcess(name, {
      dataSource: slot.dataSource,
      dispatcher: meta.dispatcher,
      wakeUps: this.#wakeUps,
      callbacks: (id, body) => this.#callback(id, body),
      logger: this.#loggerOf(name),
    });
    slot.process = process;
    scheduler.at(scheduler.now, process, () => {
      this.trace(`${name} starts`);
      const onError = (error: unknown): void => {
        this.trace(`${name} does not start: ${String(error)}`);
        process.kill();
        scheduler.after(500, undefined, () => this.#start(slot));
      };
      void settle(process.start(), () => {}, onError);
    });
  }

  #break(fault: TimedFault): void {
    if (!this.faults.permits(fault.name)) return;
    const { scheduler } = this;
    this.trace(JSON.stringify(fault));
    if (fault.kind === 'outage') return void this.#outages.set(fault.process, scheduler.now + fault.for);
    const slot = this.#slots[fault.process];
    const process = slot?.process;
    if (!slot || !process || process.isDead) return;
    if (fault.kind === 'freeze') process.frozenUntil = Math.max(process.frozenUntil, scheduler.now + fault.for);
    else if (fault.kind === 'clock') process.clockAhead += fault.by;
    else if (fault.kind === 'kill') this.#kill(slot, process, fault.downFor);
    else {
      scheduler.after(0, process, () => {
        const end = (): void => this.#kill(slot, process, fault.downFor);
        void settle(process.stop(), end, end);
      });
      scheduler.after(15_000, undefined, () => this.#kill(slot, process, fault.downFor));
    }
  }

  #kill(slot: Slot, process: VirtualProcess, downFor: number): void {
    if (slot.process !== process) return;
    this.trace(`${process.name} ends`);
    process.kill();
    slot.process = undefined;
    this.scheduler.after(downFor, undefined, () => this.#start(slot));
  }

  /** Nothing breaks any more, and what stands still goes on. */
  #mend(): void {
    this.trace('nothing breaks any more');
    this.faults.end();
    this.#outages.clear();
  }

  #serving(): VirtualProcess | undefined {
    const serving = this.#slots.flatMap(({ process }) => (process?.isServing ? [process] : []));
    return serving.length > 0 ? this.choices.one(serving) : undefined;
  }

  #receiver(): WebhookReceiver | undefined {
    const process = this.#serving();
    if (!process) return undefined;
    const webhooks = process.engine.get(WebhooksService);
    return { owner: process, receive: (body, signature) => webhooks.receive(body, signature) };
  }

  async #callback(id: string, body: string): Promise<CallbackAnswer> {
    const { faults, scheduler } = this;
    const isLost = faults.strikes('callback unheard', 0.1);
    const isRefused = faults.strikes('callback refused', 0.1);
    await scheduler.wait(this.#database.skewed(1, 300));
    if (isRefused) return { isDelivered: false, responseStatus: 500, error: 'It answered HTTP 500.' };
    const before = this.callbacks.get(id);
    if (before !== undefined && before !== body) this.problems.push(`callback ${id} has two bodies`);
    this.callbacks.set(id, body);
    if (isLost) return { isDelivered: false, responseStatus: null, error: 'It did not answer.' };
    return { isDelivered: true, responseStatus: 200, error: null };
  }

  #loggerOf(name: string): LoggerService {
    const write = (line: unknown): void => this.trace(`${name} logs: ${String(line)}`);
    return { log: write, warn: write, error: write, debug: write };
  }

  // Callers, customers and people.

  #act(action: Action): void {
    if (action.kind === 'customer') return this.meta.customerWrites(action.from);
    if (action.kind === 'bulk') return this.#call(action, action.tries, (process) => this.#createBulk(process, action));
    if (action.kind === 'single') {
      for (let caller = 0; caller < action.callers; caller += 1) {
        this.#call(action, action.tries, async (process) => {
          const { recipient: to, key } = action;
          const message = {
            to,
            ...TEMPLATE,
            variables: { name: 'Ada' },
            ...(key !== undefined && { idempotency: key }),
          };
          return (await process.engine.get(MessagesService).sendTemplate(message)).id;
        });
      }
      return;
    }
    this.#call(action, 3, (process) => this.#control(process, action));
  }

  async #createBulk(process: VirtualProcess, action: Extract<Action, { kind: 'bulk' }>): Promise<string> {
    const { recipients, key, name } = action;
    const given = recipients.map((recipient) => ({ phone: recipient, variables: { name: 'Ada' } }));
    const input = { ...TEMPLATE, name, recipients: given, ...(key !== undefined && { idempotency: key }) };
    return (await process.engine.get(BulkService).create(input)).id;
  }

  async #control(
    process: VirtualProcess,
    { kind, name }: Extract<Action, { name: string }>,
  ): Promise<string | undefined> {
    const bulk = process.engine.get(BulkService);
    const { items } = await bulk.list();
    const found = items.find((item) => item.name === name);
    if (!found) return undefined;
    if (kind === 'retry' || kind === 'retry unknown') await bulk.retry(found.id, { includeUnknown: kind !== 'retry' });
    else if (kind === 'pause') await bulk.pause(found.id);
    else if (kind === 'cancel') await bulk.cancel(found.id);
    else await bulk.resume(found.id);
    return found.id;
  }

  /** Asks one of the processes; another one where that fails, as long as there are tries. */
  #call(action: Action, tries: number, ask: (process: VirtualProcess) => Promise<string | number | undefined>): void {
    const { scheduler } = this;
    this.#openCalls += 1;
    const process = this.#serving();
    let isOver = false;
    const end = (answer: Omit<Answer, 'action'>): void => {
      if (isOver) return;
      isOver = true;
      this.#openCalls -= 1;
      const { error } = answer;
      this.trace(`${action.kind}: ${error ?? String(answer.id)}`);
      this.answers.push({ action, ...answer });
      if (error !== undefined && tries > 1) {
        this.#openCalls += 1;
        scheduler.after(this.choices.between(100, 2_000), undefined, () => {
          this.#openCalls -= 1;
          this.#call(action, tries - 1, ask);
        });
      }
    };
    if (!process) return end({ error: 'No process serves.' });
    scheduler.after(CALLER_PATIENCE_MS, undefined, () => end({ error: 'No answer came.' }));
    scheduler.at(scheduler.now, process, () => {
      this.trace(`${action.kind} asks ${process.name}`);
      void settle(
        ask(process),
        (id) => end({ id }),
        (error) => end({ error: String(error) }),
      );
    });
  }
}
