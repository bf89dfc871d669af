import type { Batch } from './feeder.js';
import type { Scene } from './scene.js';
import { recipient } from '../recipients.js';

/** What the rows say in the end, next to what Meta has accepted. */
export interface Verdict {
  readonly recipients: number;
  /** People who got more than one message. */
  readonly twice: number;
  /** People who got none, and no row says so. */
  readonly lost: number;
  /** People of whom the row says that the outcome is not known, by what struck their request. */
  readonly inDoubt: ReadonlyMap<string, number>;
  /** People who got none, and the row says why. */
  readonly failed: number;
  /** People who got one, and the row says that they did not, or there is none. */
  readonly untrue: number;
  /** Bulk sends with counters that are no count of their rows, and those accepted in part. */
  readonly miscounted: number;
}

/** How the row of a person ends. */
export type RowState = 'sent' | 'in doubt' | 'failed' | 'open';

/** What the drill knows of whoever sends, once all is over. */
export interface Books {
  /** The rows of all people, by the digits of their numbers. */
  rows(): Promise<ReadonlyMap<string, RowState>>;
  /** Whether there is a row for each person as soon as a bulk send is accepted. */
  readonly hasRowsFromTheStart: boolean;
  miscounted(): Promise<number>;
  /** Prints what there is about a person who got it twice, where that is a mistake to be found. */
  lookInto(phone: string, times: number): Promise<void>;
}

const OTHERS = 'processes and servers';

export async function audit(scene: Scene, books: Books, batches: readonly Batch[]): Promise<Verdict> {
  const rows = await books.rows();
  const struck = await scene.meta.call('struck');
  const inDoubt = new Map<string, number>();
  let [recipients, twice, lost, failed, untrue, partial] = [0, 0, 0, 0, 0, 0];
  for (const { first, count, isAccepted } of batches) {
    const sends = await scene.meta.call('sends', first, count);
    const phones = Array.from({ length: count }, (_, index) => recipient(first + index).phone.slice(1));
    const stored = phones.filter((phone) => rows.has(phone)).length;
    if (books.hasRowsFromTheStart && stored !== count && (isAccepted || stored > 0)) partial += 1;
    if (stored > 0 || isAccepted) recipients += count;
    for (const [index, phone] of phones.entries()) {
      const times = sends[index] ?? 0;
      const state = rows.get(phone);
      if (times > 1) {
        twice += 1;
        await books.lookInto(phone, times);
      }
      if (state === 'in doubt') {
        const cause = [...struck].find(([, people]) => people.has(phone))?.[0] ?? OTHERS;
        inDoubt.set(cause, (inDoubt.get(cause) ?? 0) + 1);
      } else if (times === 0 && state === 'failed') failed += 1;
      else if (times === 0 && (state !== undefined || isAccepted)) lost += 1;
      else if (times > 0 && state !== 'sent') untrue += 1;
    }
  }
  return { recipients, twice, lost, inDoubt, failed, untrue, miscounted: partial + (await books.miscounted()) };
}
