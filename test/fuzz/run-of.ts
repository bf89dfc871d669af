/** What `npm run fuzz` asks for; `npm test` makes a short run of the same. */
export interface Run {
  readonly seed: number;
  /** Whether both HTTP servers are tried on every database. */
  readonly isLong: boolean;
  /** For each of these. */
  readonly requests: number;
  readonly webhooks: number;
  readonly timeout: number;
  /** Counts a request by how it was broken and how it was answered. */
  count(kinds: readonly string[], status: number | undefined): void;
  /** Writes how many there were of each kind, and of each class of answers, where someone asked for a run. */
  report(place: string): void;
}

export function runOf(): Run {
  const { FUZZ_SEED = '1', FUZZ_REQUESTS, FUZZ_WEBHOOKS = '40' } = process.env;
  let kinds = new Map<string, number>();
  let answers = new Map<string, number>();
  return {
    seed: Number(FUZZ_SEED),
    isLong: FUZZ_REQUESTS !== undefined,
    requests: Number(FUZZ_REQUESTS ?? '150'),
    webhooks: Number(FUZZ_WEBHOOKS),
    timeout: FUZZ_REQUESTS === undefined ? 120_000 : 7_200_000,
    count(broken, status) {
      for (const kind of broken.length === 0 ? ['well-formed'] : broken) add(kinds, kind);
      add(answers, status === undefined ? 'not answered' : `${Math.floor(status / 100)}xx`);
    },
    report(place) {
      if (FUZZ_REQUESTS !== undefined) console.log(`${place}: ${lineOf(kinds)}; ${lineOf(answers)}`);
      kinds = new Map();
      answers = new Map();
    },
  };
}

const add = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

const lineOf = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
