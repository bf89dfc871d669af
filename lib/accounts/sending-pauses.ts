import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { type FindOptionsWhere, IsNull, LessThan, LessThanOrEqual, Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { LIVE_FEED, type LiveFeed } from '../live-feed.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import type { SendingOutageEntity } from './sending-outage.entity.js';
import { SendingOutages } from './sending-outages.js';
import { SendingPauseEntity } from './sending-pause.entity.js';
import { reactionTo } from '../graph/error-catalogue.js';
import type { GraphHealthStatus } from '../graph/graph-api.types.js';

/** Code of a pause for Meta giving no answers. */
export const META_UNAVAILABLE = 'META_UNAVAILABLE';

/** What is paused: a phone number, or all numbers of a business account. */
export type SendingPauseScope = SendingPauseEntity['scope'];

/** What shall send nothing, why, and until when; null: until Meta calls it healthy again, or a person says so. */
export type NewSendingPause = Readonly<Omit<SendingPauseEntity, 'since'>>;

type PauseWhere = Omit<FindOptionsWhere<SendingPauseEntity>, 'scope' | 'subjectId'> & Subject;

/**
 * Phone numbers and business accounts that Meta lets send nothing at present, for all processes and across restarts.
 * Each change is one conditional statement, so that those who pause at the same time agree on the longest pause, and one
 * of them alone knows that it began it.
 */
@Injectable()
export class SendingPauses {
  constructor(
    @InjectWhatsAppRepository(SendingPauseEntity) private readonly pauses: Repository<SendingPauseEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outages: SendingOutages,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /** Pauses a number or account. One that is paused already stays so for as long as either pause lasts. */
  async pause(pause: NewSendingPause): Promise<void> {
    const { scope, subjectId } = pause;
    const now = new Date();
    const present = await this.pauses.findOneBy({ scope, subjectId });
    // Every message in flight meets what the first one met: most have nothing to add.
    if (present && !hasEnded(present, now) && !lastsLonger(pause, present)) return;
    const began = (await this.#insert(pause, now)) || (await this.#replaceOver(pause, now));
    const prolonged = !began && (await this.#prolong(pause));
    if (began || (prolonged && pause.until === null)) this.logger.warn(describeBeginning(pause));
    if (began || prolonged) this.feed.note([{ kind: 'pause', scope, subjectId, isPaused: true }]);
  }

  /** Ends a pause. @returns whether there was one */
  async resume(scope: SendingPauseScope, subjectId: string): Promise<boolean> {
    const pause = await this.pauses.findOneBy({ scope, subjectId });
    const ended = await this.#delete({ scope, subjectId });
    const outageEnded = scope === 'number' && (await this.outages.end(subjectId));
    return outageEnded || (ended && !(pause && hasEnded(pause)));
  }

  /** Ends this very pause, and none that began or was prolonged since it was read. @returns whether it did */
  end({ scope, subjectId, since, until }: SendingPauseEntity): Promise<boolean> {
    return this.#delete({ scope, subjectId, since, until: until ?? IsNull() });
  }

  /** Ends a pause if it is for one of these reasons. */
  async endIfFor(codes: ReadonlySet<string | null>, scope: SendingPauseScope, subjectId: string): Promise<void> {
    const pause = await this.pauses.findOneBy({ scope, subjectId });
    if (pause && codes.has(pause.code)) await this.end(pause);
  }

  /** Ends the account's pause if a new access token is what it waited for. */
  async endForNewToken(businessAccountId: string): Promise<void> {
    const pause = await this.pauses.findOneBy({ scope: 'account', subjectId: businessAccountId });
    if (pause && isAboutTheToken(pause.code)) await this.end(pause);
  }

  /** Clears away pauses whose time is over; they no longer count, cleared away or not. */
  async endThoseOver(): Promise<void> {
    for (const pause of await this.pauses.findBy({ until: LessThanOrEqual(new Date()) })) await this.end(pause);
  }

  /**
   * Why a number may not send now: the pause of its own or of its account, or until when Meta, which gives no answers, is
   * not asked again; whichever lasts longer.
   */
  async of(phoneNumberId: string, businessAccountId: string): Promise<SendingPauseEntity | null> {
    const pauses = await this.#find([
      { scope: 'number', subjectId: phoneNumberId },
      { scope: 'account', subjectId: businessAccountId },
    ]);
    const outage = await this.outages.of(phoneNumberId);
    const all = [...pauses, ...inForce(outage ? [pauseBy(outage)] : [])];
    return all.reduce<SendingPauseEntity | null>(
      (longest, pause) => (!longest || lastsLonger(pause, longest) ? pause : longest),
      null,
    );
  }

  /** All pauses there are now, the oldest first. */
  async list(): Promise<SendingPauseEntity[]> {
    const outages = await this.outages.list();
    const all = [...(await this.#find({})), ...inForce(outages.map(pauseBy))];
    return all.toSorted((one, other) => one.since.getTime() - other.since.getTime());
  }

  async #find(
    where: FindOptionsWhere<SendingPauseEntity> | FindOptionsWhere<SendingPauseEntity>[],
  ): Promise<SendingPauseEntity[]> {
    return inForce(await this.pauses.find({ where, order: { since: 'ASC', scope: 'ASC', subjectId: 'ASC' } }));
  }

  async #insert(pause: NewSendingPause, since: Date): Promise<boolean> {
    try {
      await retryOnDeadlock(() => this.pauses.insert({ ...pause, since }));
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  /** In place of a pause that was over before this one began. */
  #replaceOver(pause: NewSendingPause, since: Date): Promise<boolean> {
    return this.#update(pause, LessThanOrEqual(since), { ...pause, since });
  }

  #prolong(pause: NewSendingPause): Promise<boolean> {
    return this.#update(pause, pause.until ? LessThan(pause.until) : Not(IsNull()), pause);
  }

  async #update(
    { scope, subjectId }: NewSendingPause,
    until: FindOptionsWhere<SendingPauseEntity>['until'],
    change: Partial<SendingPauseEntity>,
  ): Promise<boolean> {
    const { affected } = await retryOnDeadlock(() => this.pauses.update({ scope, subjectId, until }, change));
    return affected === 1;
  }

  async #delete(where: PauseWhere): Promise<boolean> {
    const { affected } = await retryOnDeadlock(() => this.pauses.delete(where));
    if (affected !== 1) return false;
    this.logger.log(`Sending from ${subjectInWords(where)} goes on.`);
    const { scope, subjectId } = where;
    this.feed.note([{ kind: 'pause', scope, subjectId, isPaused: false }]);
    return true;
  }
}

function inForce(pauses: readonly SendingPauseEntity[]): SendingPauseEntity[] {
  const now = new Date();
  return pauses.filter((pause) => !hasEnded(pause, now));
}

/** An outage as a pause: until its next trial nothing is sent. */
function pauseBy({
  phoneNumberId: subjectId,
  message,
  since,
  nextTrialAt: until,
}: SendingOutageEntity): SendingPauseEntity {
  return { scope: 'number', subjectId, code: META_UNAVAILABLE, message, since, until };
}

type Until = Pick<SendingPauseEntity, 'until'>;

type Subject = Pick<SendingPauseEntity, 'scope' | 'subjectId'>;

/** Whether sending goes on by itself by now. */
const hasEnded = ({ until }: Until, now: Date = new Date()): boolean => until !== null && until <= now;

/** Whether one pause outlasts the other; one without an end outlasts every one that has an end. */
function lastsLonger(one: Until, other: Until): boolean {
  if (other.until === null) return false;
  return one.until === null || one.until > other.until;
}

/** Whether a pause is over as soon as there is an access token that Meta takes. */
export function isAboutTheToken(code: string | null): boolean {
  if (code === 'ACCESS_TOKEN_MISSING') return true;
  return code !== null && /^\d+$/.test(code) && reactionTo(Number(code)).reaction === 'AUTH';
}

/**
 * Whether Meta lets something send; `LIMITED` lets it send less, which its refusals then show.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status
 */
export const canSend = (health: GraphHealthStatus | undefined): boolean =>
  health?.can_send_message === 'AVAILABLE' || health?.can_send_message === 'LIMITED';

/** What is paused, for people. */
export const subjectInWords = ({ scope, subjectId }: Subject): string =>
  scope === 'number' ? `phone number ${subjectId}` : `all numbers of business account ${subjectId}`;

/** That a pause begins, why, and how it ends. */
function describeBeginning(pause: Omit<SendingPauseEntity, 'since'>): string {
  const { code, message, until } = pause;
  const reason = code === null ? message : `${message} (${code})`;
  if (until) return `Sending from ${subjectInWords(pause)} is paused until ${until.toISOString()}: ${reason}`;
  return `Sending from ${subjectInWords(pause)} is paused: ${reason} It goes on ${endsOf(pause).join(', or ')}.`;
}

function endsOf({ scope, subjectId, code }: Subject & Pick<SendingPauseEntity, 'code'>): string[] {
  const resume = `resumeSending(${scope === 'number' ? `'${subjectId}'` : 'the id of one of its numbers'})`;
  return [
    'when Meta says that it can send, which is asked every 5 minutes',
    ...(isAboutTheToken(code) ? ['after a new access token, in the options or by AccountsService.add()'] : []),
    `after AccountsService.${resume}`,
  ];
}
