import { Choices } from './choices.js';

/** Something that a caller, a customer or a person does. */
export type Action = { readonly at: number } & (
  | {
      readonly kind: 'bulk';
      readonly name: string;
      readonly recipients: readonly string[];
      readonly key: string | undefined;
      /** How often its caller tries. */
      readonly tries: number;
    }
  | {
      readonly kind: 'single';
      readonly recipient: string;
      readonly key: string | undefined;
      readonly tries: number;
      /** How many callers ask for it at once. */
      readonly callers: number;
    }
  | { readonly kind: 'customer'; readonly from: string }
  | { readonly kind: 'pause' | 'resume' | 'cancel' | 'retry' | 'retry unknown'; readonly name: string }
);

/** Something that breaks at a moment. */
export type TimedFault = { readonly at: number; readonly name: string } & (
  | { readonly kind: 'kill' | 'stop'; readonly process: number; readonly downFor: number }
  | { readonly kind: 'freeze'; readonly process: number; readonly for: number }
  | { readonly kind: 'clock'; readonly process: number; readonly by: number }
  | { readonly kind: 'outage'; readonly process: number | undefined; readonly for: number }
);

/** How often what breaks by itself does, as a share of what each place says. */
export interface Intensity {
  readonly database: number;
  readonly others: number;
  /** Which share of webhooks comes only after the module has given up waiting for them. */
  readonly lateWebhooks?: number;
  /** Whether all calls of Meta take some tenths of a second, so that much happens while they are under way. */
  readonly slowCalls?: boolean;
}

/** What is tried in a run. */
export interface Plan {
  readonly processes: number;
  readonly sharesQueue: boolean;
  readonly actions: readonly Action[];
  readonly faults: readonly TimedFault[];
  readonly intensity: Intensity;
  /** Milliseconds after which nothing breaks any more. */
  readonly faultsEnd: number;
}

const phone = (send: number, index: number): string => `+1212${String(2_000_000 + send * 1_000 + index)}`;

/** Milliseconds in which callers ask and things break. */
const BUSY_MS = 5_000;

export function planOf(seed: number): Plan {
  const choices = new Choices(seed, 'plan');
  const processes = choices.chance(0.8) ? 2 : 3;
  const actions = actionsOf(choices);
  const isDoubtful = choices.chance(0.15);
  const doubt = isDoubtful ? doubtOf(choices, processes, actions) : { actions: [], faults: [] };
  return {
    processes,
    sharesQueue: choices.chance(0.6),
    actions: [...actions, ...doubt.actions].toSorted((one, other) => one.at - other.at),
    faults: [...faultsOf(choices, processes), ...doubt.faults],
    intensity: isDoubtful ? { database: 1, others: 6, lateWebhooks: 0.3, slowCalls: true } : choices.one(INTENSITIES),
    faultsEnd: BUSY_MS + choices.whole(0, 3_000) + (isDoubtful ? 30_000 : 0),
  };
}

const INTENSITIES: readonly Intensity[] = [
  { database: 0, others: 0 },
  { database: 1, others: 0 },
  { database: 0, others: 1 },
  { database: 1, others: 1 },
  { database: 4, others: 1 },
  { database: 1, others: 4 },
];

function actionsOf(choices: Choices): Action[] {
  const actions: Action[] = [];
  const bulkSends = choices.whole(1, 2);
  for (let send = 0; send < bulkSends; send += 1) {
    const name = `bulk ${send + 1}`;
    const recipients = Array.from({ length: choices.whole(1, 10) }, (_, index) => phone(send, index));
    const key = choices.chance(0.5) ? name : undefined;
    const at = choices.whole(0, 2_500);
    // Without a key, a caller that tries again asks for another bulk send.
    actions.push({ kind: 'bulk', at, name, recipients, key, tries: key === undefined ? 1 : choices.whole(1, 3) });
    const control = choices.one(['pause', 'cancel', undefined, undefined, undefined, undefined] as const);
    if (control) actions.push({ kind: control, at: choices.whole(at, BUSY_MS), name });
    const retry = choices.one(['retry', 'retry unknown', undefined, undefined] as const);
    if (retry) actions.push({ kind: retry, at: choices.whole(at + 1_000, 6 * BUSY_MS), name });
  }
  const singles = choices.whole(0, 4);
  for (let index = 0; index < singles; index += 1) {
    const key = choices.chance(0.8) ? `single ${index}` : undefined;
    const tries = key === undefined ? 1 : choices.whole(1, 4);
    const callers = key === undefined ? 1 : choices.whole(1, 2);
    actions.push({ kind: 'single', at: choices.whole(0, BUSY_MS), recipient: phone(8, index), key, tries, callers });
  }
  const customers = choices.whole(0, 2);
  for (let index = 0; index < customers; index += 1) {
    actions.push({ kind: 'customer', at: choices.whole(0, BUSY_MS), from: phone(9, choices.whole(0, 1)).slice(1) });
  }
  return actions;
}

/** One process is cut off in the middle of a bulk send, and comes back when its messages in doubt are sent again. */
function doubtOf(choices: Choices, processes: number, actions: readonly Action[]): Pick<Plan, 'actions' | 'faults'> {
  const bulk = actions.find(({ kind }) => kind === 'bulk');
  if (bulk?.kind !== 'bulk') return { actions: [], faults: [] };
  const at = bulk.at + choices.whole(50, 600);
  const retryAt = at + choices.whole(20_500, 27_000);
  const common = { at, process: choices.whole(0, processes - 1), for: retryAt - at + choices.whole(0, 700) };
  const fault = { ...common, kind: choices.one(['freeze', 'outage'] as const), name: 'doubt' };
  return { actions: [{ kind: 'retry unknown', at: retryAt, name: bulk.name }], faults: [fault] };
}

function faultsOf(choices: Choices, processes: number): TimedFault[] {
  return Array.from({ length: choices.whole(0, 4) }, (_, index): TimedFault => {
    const at = Math.floor(choices.between(0, BUSY_MS));
    const process = choices.whole(0, processes - 1);
    const kind = choices.one(['kill', 'kill', 'stop', 'freeze', 'freeze', 'clock', 'outage'] as const);
    const common = { at, name: `${kind} ${index + 1}` };
    switch (kind) {
      case 'kill':
      case 'stop':
        return { ...common, kind, process, downFor: choices.whole(100, 8_000) };
      case 'freeze':
        return { ...common, kind, process, for: Math.floor(choices.skewed(200, 25_000) + choices.one([0, 9_000])) };
      case 'clock':
        return { ...common, kind, process, by: choices.one([-40_000, -3_000, 3_000, 40_000]) };
      default: {
        const all = choices.chance(0.4);
        return { ...common, kind, process: all ? undefined : process, for: Math.floor(choices.skewed(100, 12_000)) };
      }
    }
  });
}
