import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type LoggerService, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from './periodic.js';
import { ProcessEntity } from './process.entity.js';

/** Token of the {@link ProcessOptions}. */
export const PROCESS_OPTIONS = Symbol('PROCESS_OPTIONS');

export interface ProcessOptions {
  /** Whether this process sends bulk messages, or only serves requests. */
  readonly isWorker: boolean;
}

/** Token of the {@link MonotonicClock}. */
export const MONOTONIC_CLOCK = Symbol('MONOTONIC_CLOCK');

/** Milliseconds since some moment of its own: no one who corrects the time of day moves it. */
export type MonotonicClock = () => number;

/**
 * This process among those of the deployment: shows the others that it lives, and knows for how long they believe it.
 *
 * Who was not heard of in time is taken for dead, and what it held is taken over. A process that comes back from that,
 * from a long pause or from a database that was away, goes on under a new id and holds nothing.
 */
@Injectable()
export class ThisProcess implements OnModuleInit, OnApplicationShutdown {
  readonly #listeners: ((lostId: string) => void)[] = [];
  #id = newId();
  #lease = NO_LEASE;
  #registration: Promise<void> | undefined;
  readonly #beats = new Periodic({
    name: 'Heartbeat',
    everyMs: BEAT_INTERVAL_MS,
    run: () => this.#tryToBeat(),
    atStart: false,
  });
  #isUnheard = false;
  #hasLeft = false;

  constructor(
    @Inject(PROCESS_OPTIONS) private readonly options: ProcessOptions,
    @InjectWhatsAppRepository(ProcessEntity) private readonly processes: Repository<ProcessEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(MONOTONIC_CLOCK) private readonly now: MonotonicClock,
  ) {}

  /** What this process calls itself in the database, from now until `onLost`: 32 characters. */
  get id(): string {
    return this.#id;
  }

  /**
   * By the time of day, the moment up to which no one takes this process for dead: the deadline of whatever it starts
   * under its present id. In the past when it is not alive.
   */
  get aliveUntil(): Date {
    const { end, endDate } = this.#lease;
    return new Date(Math.min(endDate, Date.now() + end - this.now()));
  }

  /** Whether this process may send. Asked right before, for a process can be frozen at any moment. */
  isAlive(): boolean {
    return this.aliveUntil.getTime() > Date.now();
  }

  /**
   * Calls a listener when the id was lost: whatever is held under it has to be dropped, also what is only half done. The listener is
   * called before anybody sees the new id, or sees `isAlive()` become true again.
   */
  onLost(listener: (lostId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Nest calls it before any `onApplicationBootstrap`. */
  onModuleInit(): Promise<void> {
    return this.register();
  }

  /** Begins to live, once however often it is called. Who needs this process in its own `onModuleInit` awaits it there. */
  register(): Promise<void> {
    return (this.#registration ??= this.#register());
  }

  /** Shows that this process lives; done by itself every 2 seconds. Never rejects. */
  beat(): Promise<void> {
    return this.#beats.run();
  }

  /** After everybody's `beforeApplicationShutdown`, in which work under way ends: until then the process lives. */
  async onApplicationShutdown(): Promise<void> {
    this.#hasLeft = true;
    await this.#beats.stop();
    this.#lease = NO_LEASE;
    try {
      await this.processes.delete({ id: this.#id });
    } catch (error) {
      // The host may have closed the connection first. Others see by its silence that the process has ended.
      this.logger.debug?.(`Could not remove this process from the database: ${String(error)}`);
    }
  }

  async #register(): Promise<void> {
    const lease = leaseFrom(this.now());
    await this.#insert(this.#id);
    this.#lease = lease;
    this.#beats.start();
  }

  async #tryToBeat(): Promise<void> {
    if (this.#hasLeft) return;
    try {
      const lease = leaseFrom(this.now());
      if (await this.#isStillKnown()) this.#lease = lease;
      else await this.#startOver();
      if (this.#isUnheard) this.logger.log('This process shows again in the database that it lives.');
      this.#isUnheard = false;
    } catch (error) {
      if (!this.#isUnheard) {
        this.logger.warn(
          'This process could not show in the database that it lives; it tries again every 2 seconds, and sends no ' +
            `bulk messages once it was not heard of for ${LEASE_MS / 1_000} seconds: ${String(error)}`,
        );
      }
      this.#isUnheard = true;
    }
  }

  /** Whether no one took this process for dead, nor itself did. */
  async #isStillKnown(): Promise<boolean> {
    const { affected } = await this.processes.increment({ id: this.#id }, 'beat', 1);
    return affected === 1 && this.isAlive();
  }

  async #startOver(): Promise<void> {
    const [id, lostId] = [newId(), this.#id];
    // What is still done under the lost id must not go on under the new one's lease.
    this.#lease = NO_LEASE;
    const lease = leaseFrom(this.now());
    await this.#insert(id);
    this.#announceLoss(lostId);
    this.#id = id;
    this.#lease = lease;
    this.logger.warn(
      'This process, or the database, stood still for so long that other processes take over what it was sending; ' +
        'it goes on under a new id.',
    );
    // Its lease has ended, so that others need not wait for its silence.
    await this.processes.delete({ id: lostId });
  }

  #announceLoss(lostId: string): void {
    for (const listener of this.#listeners) {
      try {
        listener(lostId);
      } catch (error) {
        this.logger.error(`What this process held as ${lostId} could not be dropped: ${String(error)}`);
      }
    }
  }

  async #insert(id: string): Promise<void> {
    await this.processes.insert({ id, beat: 0, isWorker: this.options.isWorker, startedAt: new Date() });
  }
}

const newId = (): string => randomBytes(16).toString('hex');

// Four spans that only work together. Each is measured by one process on its own clock; none is compared with another's.

/** Milliseconds between two beats: three of them may fail in a row before the lease ends. */
const BEAT_INTERVAL_MS = 2_000;

/** Milliseconds from the start of its last successful beat for which a process may send. */
const LEASE_MS = 8_000;

/**
 * Milliseconds without a beat after which others take a process for dead. Two seconds more than its lease: time for what
 * was started in the lease's last moment to be on the wire, and for clocks that do not run equally fast.
 */
export const SILENCE_OF_THE_DEAD_MS = 10_000;

/**
 * Milliseconds without a look after which an observer knows nothing any more. Whoever looks as seldom as that still saw
 * the database answer several times during a silence, so that the silence is the other process's own.
 */
export const LONGEST_LOOK_AWAY_MS = 4_000;

/** For how long a process may send, by both of its clocks. */
interface ProcessLease {
  /** By the monotonic clock, which no correction of the time of day moves. */
  readonly end: number;
  /** By the time of day, which goes on while a machine is suspended. */
  readonly endDate: number;
}

const NO_LEASE: ProcessLease = { end: 0, endDate: 0 };

const leaseFrom = (now: number): ProcessLease => ({ end: now + LEASE_MS, endDate: Date.now() + LEASE_MS });
