import { CallbacksService } from '../../lib/callbacks/callbacks.service.js';
import type { OwnDataSource } from '../../lib/store/own-data-source.js';
import { PhoneNumberEntity } from '../../lib/accounts/phone-number.entity.js';
import { BusinessAccountEntity } from '../../lib/accounts/business-account.entity.js';
import { TemplateEntity } from '../../lib/templates/template.entity.js';
import { MockAgent } from 'undici';
import { Choices } from './choices.js';
import { type DatabaseLink, SimulatedDatabase } from './database.js';
import { ACCOUNT } from './meta.js';
import { type Plan, planOf } from './plan.js';
import { Scheduler } from './scheduler.js';
import { Verdict } from './verdict.js';
import { useSource, virtualizeNode } from './virtual-node.js';
import { CALLBACK_URL, VirtualProcess } from './virtual-process.js';
import { TEMPLATE, World } from './world.js';

/** The end of a run. */
export interface RunResult {
  readonly seed: number;
  readonly plan: Plan;
  /** What was not as promised; empty where all was. */
  readonly problems: readonly string[];
  /** The faults that happened. */
  readonly faults: readonly string[];
  readonly events: number;
  /** Milliseconds of virtual time. */
  readonly time: number;
  readonly sent: number;
  readonly lines: readonly string[];
}

export interface RunOptions {
  readonly plan?: Plan;
  /** The faults that may happen; all when left out. */
  readonly only?: ReadonlySet<string>;
  readonly isTraced?: boolean;
}

const MOST_PROCESSES = 3;

/** Runs seeds, one after the other, on one database that is emptied in between. */
export class Simulation {
  readonly #dataSources: OwnDataSource[] = [];
  #link: DatabaseLink = DIRECT;

  private constructor(private readonly database: SimulatedDatabase) {}

  /** Takes this process over: clocks, timers and random numbers are virtual from now on. */
  static async start(): Promise<Simulation> {
    virtualizeNode();
    const scheduler = new Scheduler();
    useSource({ scheduler, random: new Choices(0, 'start') });
    const simulation = new Simulation(await SimulatedDatabase.create());
    await simulation.#prepare(scheduler);
    return simulation;
  }

  async run(seed: number, { plan = planOf(seed), only, isTraced = false }: RunOptions = {}): Promise<RunResult> {
    this.database.restore();
    const world = new World(seed, plan, this.#dataSources, isTraced, only);
    this.#link = world;
    const verdict = new Verdict(this.database, world);
    const onRejection = (error: unknown): void => void world.problems.push(`unhandled rejection: ${String(error)}`);
    process.on('unhandledRejection', onRejection);
    try {
      await world.run(verdict);
      if (world.problems.length === 0) verdict.conclude();
    } catch (error) {
      world.problems.push(`error: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      process.off('unhandledRejection', onRejection);
    }
    const { scheduler, problems, faults, meta, lines } = world;
    const sent = meta.ledger.filter(({ wamid }) => wamid !== undefined).length;
    return {
      seed,
      plan,
      problems,
      faults: faults.happened,
      events: scheduler.events,
      time: scheduler.now,
      sent,
      lines,
    };
  }

  /** What every run begins with: an account with a number, a template and a callback. */
  async #prepare(scheduler: Scheduler): Promise<void> {
    const link: DatabaseLink = {
      statement: (sql, run) => this.#link.statement(sql, run),
      transaction: (run) => this.#link.transaction(run),
    };
    while (this.#dataSources.length < MOST_PROCESSES) this.#dataSources.push(await this.database.open(link));
    const [dataSource] = this.#dataSources;
    if (!dataSource) throw new Error('There is no data source.');
    const first = new VirtualProcess('first', {
      dataSource,
      dispatcher: new MockAgent(),
      wakeUps: undefined,
      callbacks: () => new Promise(() => {}),
      logger: { log: () => {}, warn: () => {}, error: () => {} },
    });
    const setUp = async (): Promise<void> => {
      await first.start();
      await first.engine.get(CallbacksService).set({ url: CALLBACK_URL, secret: 'a secret of sixteen characters' });
      await first.stop();
    };
    const done = new Promise<void>((resolve, reject) => {
      scheduler.after(0, first, () => void setUp().then(resolve, reject));
    });
    await scheduler.run(60_000);
    await done;
    const now = new Date();
    const { id: accountId } = await dataSource.getRepository(BusinessAccountEntity).findOneByOrFail({});
    const limits = {
      throughputLevel: 'STANDARD',
      messagingLimit: 'TIER_UNLIMITED',
      status: 'CONNECTED',
      syncedAt: now,
    };
    await dataSource.getRepository(PhoneNumberEntity).update({ phoneNumberId: ACCOUNT.phoneNumberId }, limits);
    await dataSource.getRepository(TemplateEntity).insert({
      accountId,
      templateId: '1689556908129001',
      name: TEMPLATE.template,
      language: TEMPLATE.language,
      status: 'APPROVED',
      category: 'UTILITY',
      parameterFormat: 'NAMED',
      components: [
        {
          type: 'BODY',
          text: 'Your order is on its way, {{name}}!',
          example: { body_text_named_params: [{ param_name: 'name', example: 'Ada' }] },
        },
      ],
      qualityScore: null,
      rejectedReason: null,
      syncedAt: now,
      createdAt: now,
    });
    this.database.keep();
  }
}

const DIRECT: DatabaseLink = {
  statement: (_sql, run) => run(),
  transaction: async (run) => run(),
};
