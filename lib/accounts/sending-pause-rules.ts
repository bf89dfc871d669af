import { reactionTo } from '../graph/error-catalogue.js';
import type { GraphHealthStatus } from '../graph/graph-api.types.js';
import type { SendingPauseEntity } from './sending-pause.entity.js';

type Until = Pick<SendingPauseEntity, 'until'>;
type Subject = Pick<SendingPauseEntity, 'scope' | 'subjectId'>;

/** Whether sending goes on by itself by now. */
export const isOver = ({ until }: Until, now: Date = new Date()): boolean => until !== null && until <= now;

/** Whether one pause outlasts the other; one without an end outlasts every one that has an end. */
export function lastsLonger(one: Until, other: Until): boolean {
  if (other.until === null) return false;
  return one.until === null || one.until > other.until;
}

/** Whether a pause is over as soon as there is an access token that Meta takes. */
export function isAboutTheToken(code: string | null): boolean {
  if (code === 'ACCESS_TOKEN_MISSING') return true;
  return code !== null && /^\d+$/.test(code) && reactionTo(Number(code)).reaction === 'AUTH';
}

/**
 * Whether Meta lets something send; `LIMITED` lets it send less, which its refusals then tell.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status
 */
export const canSend = (health: GraphHealthStatus | undefined): boolean =>
  health?.can_send_message === 'AVAILABLE' || health?.can_send_message === 'LIMITED';

/** What is paused, for people. */
export const nameOf = ({ scope, subjectId }: Subject): string =>
  scope === 'number' ? `phone number ${subjectId}` : `all numbers of business account ${subjectId}`;

/** That a pause begins, why, and how it ends. */
export function describeBeginning(pause: Omit<SendingPauseEntity, 'since'>): string {
  const { code, message, until } = pause;
  const reason = code === null ? message : `${message} (${code})`;
  if (until) return `Sending from ${nameOf(pause)} is paused until ${until.toISOString()}: ${reason}`;
  return `Sending from ${nameOf(pause)} is paused: ${reason} It goes on ${endsOf(pause).join(', or ')}.`;
}

function endsOf({ scope, subjectId, code }: Subject & Pick<SendingPauseEntity, 'code'>): string[] {
  const resume = `resumeSending(${scope === 'number' ? `'${subjectId}'` : 'the id of one of its numbers'})`;
  return [
    'when Meta says that it can send, which is asked every 5 minutes',
    ...(isAboutTheToken(code) ? ['after a new access token, in the options or by AccountsService.add()'] : []),
    `after AccountsService.${resume}`,
  ];
}
