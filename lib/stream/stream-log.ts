import type { StoredEvent } from './stream-event.js';

/** Injects the `StreamLog` of this deployment. */
export const STREAM_LOG = Symbol('STREAM_LOG');

/** An event of a workspace, to be stored. */
export interface NewEntry {
  /** Row id. */
  readonly workspaceId: number;
  readonly event: StoredEvent;
}

/** A stored event. Ids grow in the order in which entries can be read. */
export interface StreamEntry extends NewEntry {
  readonly id: string;
  readonly time: Date;
}

/** Milliseconds that entries are kept at least, unless there are very many. */
export const KEPT_FOR_MS = 5 * 60_000;

/** Milliseconds for which a workspace counts as listened to after its last listener said so. */
export const MARK_LIFETIME_MS = 30_000;

/** Entries that one read returns at most. */
export const MOST_READ = 1_000;

/** What happened in the last minutes, for all processes of a deployment, and who listens. */
export interface StreamLog {
  /** Row ids of the workspaces that someone listens to in some process. */
  listenedTo(): Promise<ReadonlySet<number>>;
  /** Says that someone listens. @returns those of which no one knew it: what happened before was not stored */
  mark(workspaceIds: readonly number[]): Promise<readonly number[]>;
  append(entries: readonly NewEntry[]): Promise<void>;
  /** The id of the last entry; `0` when there is none. */
  end(): Promise<string>;
  /** Whether an entry of this id is still there. */
  has(id: string): Promise<boolean>;
  /** The entries after one, in their order, at most {@link MOST_READ}. */
  after(id: string): Promise<readonly StreamEntry[]>;
  /** The same, but where there are none it waits for some time whether any come. */
  next(id: string, signal: AbortSignal): Promise<readonly StreamEntry[]>;
  /** Removes what is old. */
  trim(): Promise<void>;
  /** No one listens in this process any more. */
  rest(): void;
}

/** Orders ids: `12`, or `1764500000000-3`. */
export function compareIds(one: string, other: string): number {
  const [first, second] = [one.split('-'), other.split('-')];
  return Number(first[0]) - Number(second[0]) || Number(first[1] ?? 0) - Number(second[1] ?? 0);
}
