import { ConfigurationError } from '../errors.js';

/** What Meta says of a phone number, as `PhoneNumberEntity` keeps it. */
export interface ThroughputLevel {
  /** Also used in the WhatsApp Business app. */
  readonly isOnBizApp: boolean;
  /** `STANDARD`, `HIGH`, `NOT_APPLICABLE` or what else Meta will say; null when it was never read. */
  readonly throughputLevel: string | null;
}

const BUSINESS_APP = 20;
const STANDARD = 80;
const HIGH = 1_000;

/**
 * Meta's limit for a phone number in messages per second, inbound and outbound together.
 * @param override what the host says the limit is; it overrides what Meta reports
 * @throws ConfigurationError when the override is no limit
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
 */
export function throughputOf({ isOnBizApp, throughputLevel }: ThroughputLevel, override?: number): number {
  if (override !== undefined) return checked(override);
  if (isOnBizApp) return BUSINESS_APP;
  return throughputLevel === 'HIGH' ? HIGH : STANDARD;
}

function checked(override: number): number {
  if (Number.isFinite(override) && override > 0) return override;
  throw new ConfigurationError(
    `A phone number's throughput must be a number of messages per second above 0, such as 80; it is ${override}.`,
  );
}

// Who may send when, as plain functions of time: all times are ms of one clock. `redis.pacer.ts` says the same in Lua.
//
// Every message gets a position; positions of a number are at least one interval apart, and unused time is not caught
// up. A bulk message is sent at its position, a single one up to PRIORITY before it. So the messages of any sliding
// second have their positions within 1,000 + PRIORITY ms, which hold at most 1,025 ms × 95 % of the throughput, rounded
// up: never more than the throughput. What the network adds to or takes from the gaps may be 27 ms (52 ms where only
// bulk messages are sent) before that is no longer so.

/** The part of the throughput that is used; the rest is for the network's jitter. */
export const USED_SHARE = 0.95;

/** How far ahead slots are given, ms: those given are sent even if a bulk send is paused. */
export const LOOKAHEAD = 50;

/** Who waits for slots asks again when the next one is this near, ms: late by less than this, no one loses pace. */
export const REFILL = 25;

/** How far before its position a single message may go, ms; more would eat up the room for jitter. */
export const PRIORITY = 25;

/** Bulk messages get several slots at once or none; single ones get theirs as soon as it can be given. */
export const TURNS = {
  bulk: { lead: 0, near: REFILL },
  single: { lead: PRIORITY, near: LOOKAHEAD },
} as const;

export type MessageKind = keyof typeof TURNS;

/** Inbound messages take at most this part of the pace, and of one second: older ones Meta no longer counts. */
export const INBOUND_SHARE = 0.5;

const SECOND = 1_000;

/** Refusals within this time of one that counted belong to it, ms. */
export const SAME_REFUSAL = 2_000;

/** How long the pace stays down, ms. */
export const SLOW_FOR = 30_000;

/** How long it climbs back, ms. */
export const CLIMB_FOR = 60_000;

/** The smallest part of the pace that refusals leave. */
export const SLOWEST = 1 / 16;

/** What is kept of a phone number; once all of it is past, nothing need be kept. */
export interface PaceState {
  /** The theoretical arrival time of GCRA: the first position that is free. */
  readonly tat: number;
  /** The same of inbound messages alone, whose pace is a share of the whole. */
  readonly inboundTat: number;
  /** When Meta's last refusal counted. */
  readonly slowedAt: number;
  /** The part of the pace that it left. */
  readonly factor: number;
}

/** Of a number that has not sent for a while. */
export const UNUSED: PaceState = { tat: -Infinity, inboundTat: -Infinity, slowedAt: -Infinity, factor: 1 };

/** Who asks for slots at what moment. */
export interface SlotRequest {
  readonly now: number;
  readonly throughput: number;
  readonly kind: MessageKind;
  readonly count: number;
}

/** The slots given, and in how many ms it is worth asking for more. */
export interface Grant {
  readonly slots: readonly number[];
  readonly askAgainIn: number;
}

/** Messages per second at a moment. */
export function paceAt(state: PaceState, now: number, throughput: number): number {
  const full = throughput * USED_SHARE;
  return Math.max(full * factorAt(state, now), Math.min(full, 1));
}

/** Gives up to `count` slots; none when the next one is not near yet. */
export function grantSlots(state: PaceState, request: SlotRequest): { state: PaceState; grant: Grant } {
  const { now, throughput, kind, count } = request;
  const { lead, near } = TURNS[kind];
  const interval = SECOND / paceAt(state, now, throughput);
  const start = startOf(state, now, interval);
  const most = start - lead - now <= near ? count : 0;
  const slots: number[] = [];
  while (slots.length < most) {
    const slot = Math.max(now, start + slots.length * interval - lead);
    if (slot - now > LOOKAHEAD) break;
    slots.push(slot);
  }
  const tat = start + slots.length * interval;
  const grant = { slots, askAgainIn: Math.max(0, tat - lead - REFILL - now) };
  return { state: slots.length > 0 ? { ...state, tat } : state, grant };
}

/** Counts messages that were not asked for. */
export function countInbound(state: PaceState, now: number, throughput: number, messages: number): PaceState {
  const interval = SECOND / paceAt(state, now, throughput);
  const share = interval / INBOUND_SHARE;
  const inboundStart = Math.min(Math.max(now, state.inboundTat), now + SECOND);
  const counted = Math.min(messages, (now + SECOND - inboundStart) / share);
  return {
    ...state,
    tat: startOf(state, now, interval) + counted * interval,
    inboundTat: inboundStart + counted * share,
  };
}

/** Meta refused a message for the number's throughput. */
export function slowDownAt(state: PaceState, now: number): PaceState {
  const elapsed = now - state.slowedAt;
  if (elapsed >= 0 && elapsed < SAME_REFUSAL) return state;
  return { ...state, slowedAt: now, factor: Math.max(factorAt(state, now) / 2, SLOWEST) };
}

/** Whether a state says no more than `UNUSED` does. */
export function isUnused({ tat, inboundTat, slowedAt }: PaceState, now: number): boolean {
  return tat <= now && inboundTat <= now && now - slowedAt >= SLOW_FOR + CLIMB_FOR;
}

function factorAt({ slowedAt, factor }: PaceState, now: number): number {
  const elapsed = now - slowedAt;
  // Below 0 the clock was set back, by who knows how much.
  if (elapsed < 0 || elapsed >= SLOW_FOR + CLIMB_FOR) return 1;
  if (elapsed <= SLOW_FOR) return factor;
  return factor + ((1 - factor) * (elapsed - SLOW_FOR)) / CLIMB_FOR;
}

function startOf({ tat }: PaceState, now: number, interval: number): number {
  // No rule leads further ahead than that: the clock was set back, and no one shall wait until it has caught up.
  if (tat - now > SECOND + 2 * interval) return now;
  return Math.max(now, tat);
}
