import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { LessThanOrEqual, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { LIVE_FEED, type LiveFeed } from '../live-feed.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { SendingOutageEntity } from './sending-outage.entity.js';

/** When messages are tried while Meta gives no answers. */
export interface SendingOutageOptions {
  /** Messages in a row with an unknown outcome after which a phone number is paused. */
  readonly pauseAfterUnknown: number;
  /** Milliseconds before the first trial, the second and so on; the last one is repeated. */
  readonly trialDelays: readonly number[];
  /** Milliseconds after which a trial that nothing is heard of is given up for lost. */
  readonly trialTimeout: number;
}

export const SENDING_OUTAGE_OPTIONS = Symbol('SENDING_OUTAGE_OPTIONS');

/** Milliseconds between two trials at most where Meta was not reached: such a trial leaves no message in doubt. */
const LONGEST_UNREACHED = 5_000;

/** Milliseconds for which this process believes what it read. */
const TRUSTED_FOR = 500;

/** What was read of a number; `isNone` once that is known. */
interface KnownOutage {
  readonly until: number;
  readonly outage: Promise<SendingOutageEntity | null>;
  isNone: boolean;
}

/**
 * Phone numbers for which Meta gives no answers, for all processes and across restarts. Each change is one conditional
 * statement: one of those who notice an outage begins it, one of those who want to try a message may, and one ends it.
 */
@Injectable()
export class SendingOutages {
  readonly #known = new Map<string, KnownOutage>();

  constructor(
    @Inject(SENDING_OUTAGE_OPTIONS) private readonly options: SendingOutageOptions,
    @InjectWhatsAppRepository(SendingOutageEntity) private readonly outages: Repository<SendingOutageEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /** Returns the outage of a number, at most half a second old; null without an outage. */
  of(phoneNumberId: string): Promise<SendingOutageEntity | null> {
    const known = this.#known.get(phoneNumberId);
    if (known && known.until > performance.now()) return known.outage;
    for (const [id, { until }] of this.#known) if (until <= performance.now()) this.#known.delete(id);
    const outage = this.outages.findOneBy({ phoneNumberId });
    this.#remember(phoneNumberId, outage);
    outage.catch(() => this.#known.delete(phoneNumberId));
    return outage;
  }

  /** Whether it is known, at most half a second old, that the number has no outage. */
  isNoneKnown(phoneNumberId: string): boolean {
    const known = this.#known.get(phoneNumberId);
    return known !== undefined && known.isNone && known.until > performance.now();
  }

  list(): Promise<SendingOutageEntity[]> {
    return this.outages.find({ order: { since: 'ASC', phoneNumberId: 'ASC' } });
  }

  /** Begins an outage, unless there is one. @param message what happened, in a sentence for people */
  async begin(phoneNumberId: string, message: string): Promise<void> {
    const since = new Date();
    const outage = { phoneNumberId, message, since, trials: 0, nextTrialAt: new Date(+since + this.#delay(0)) };
    // What is known here already must not go on while the database takes it down.
    this.#remember(phoneNumberId, Promise.resolve(outage));
    try {
      await retryOnDeadlock(() => this.outages.insert(outage));
    } catch (error) {
      this.#known.delete(phoneNumberId);
      if (isUniqueViolation(error)) return;
      throw error;
    }
    this.#note(phoneNumberId, true);
    this.logger.warn(
      `Sending from phone number ${phoneNumberId} is paused: ${message} One message is tried now and then, ` +
        `first at ${outage.nextTrialAt.toISOString()}; sending goes on when Meta answers.`,
    );
  }

  /** Whether this process may try a message now: one at a time, over all processes. */
  async claimTrial({ phoneNumberId, since, trials }: SendingOutageEntity): Promise<SendingOutageEntity | undefined> {
    const now = new Date();
    const claimed = { trials: trials + 1, nextTrialAt: new Date(+now + this.options.trialTimeout) };
    const due = { phoneNumberId, since, trials, nextTrialAt: LessThanOrEqual(now) };
    const { affected } = await retryOnDeadlock(() => this.outages.update(due, claimed));
    this.#known.delete(phoneNumberId);
    if (affected !== 1) return undefined;
    return this.#changed(phoneNumberId);
  }

  /** Nothing came of a trial. @param wasReached whether its message is in doubt now, so that the next one has more time */
  async postpone({ phoneNumberId, since, trials }: SendingOutageEntity, wasReached: boolean): Promise<void> {
    const delay = this.#delay(trials);
    const nextTrialAt = new Date(Date.now() + (wasReached ? delay : Math.min(delay, LONGEST_UNREACHED)));
    await retryOnDeadlock(() => this.outages.update({ phoneNumberId, since, trials }, { nextTrialAt }));
    this.#known.delete(phoneNumberId);
  }

  /** A trial was not made after all: another may be, at once. */
  async giveBack({ phoneNumberId, since, trials }: SendingOutageEntity): Promise<void> {
    const before = { trials: trials - 1, nextTrialAt: new Date() };
    await retryOnDeadlock(() => this.outages.update({ phoneNumberId, since, trials }, before));
    this.#known.delete(phoneNumberId);
  }

  /** Meta answers again, or a person says so. @returns whether there was an outage */
  async end(phoneNumberId: string): Promise<boolean> {
    const outage = await this.outages.findOneBy({ phoneNumberId });
    if (!outage) return false;
    const { since, trials } = outage;
    const { affected } = await retryOnDeadlock(() => this.outages.delete({ phoneNumberId, since }));
    this.#remember(phoneNumberId, Promise.resolve(null));
    if (affected !== 1) return false;
    this.#note(phoneNumberId, false);
    const seconds = Math.round((Date.now() - +since) / 1_000);
    this.logger.log(`Sending from phone number ${phoneNumberId} goes on after ${seconds} s and ${trials} trials.`);
    return true;
  }

  #note(subjectId: string, isPaused: boolean): void {
    this.feed.note([{ kind: 'pause', scope: 'number', subjectId, isPaused }]);
  }

  async #changed(phoneNumberId: string): Promise<SendingOutageEntity | undefined> {
    return (await this.of(phoneNumberId)) ?? undefined;
  }

  #delay(trials: number): number {
    const { trialDelays } = this.options;
    return trialDelays[Math.min(trials, trialDelays.length - 1)] ?? LONGEST_UNREACHED;
  }

  #remember(phoneNumberId: string, outage: Promise<SendingOutageEntity | null>): void {
    const known: KnownOutage = { until: performance.now() + TRUSTED_FOR, outage, isNone: false };
    this.#known.set(phoneNumberId, known);
    const learn = (found: SendingOutageEntity | null) => {
      known.isNone = found === null;
    };
    outage.then(learn, () => {});
  }
}
