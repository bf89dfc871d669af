/** A number from 0 up to, and without, 1. */
type Draw = () => number;

/** Small, fast, and the same on every machine: mulberry32. */
function generator(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Random numbers for one purpose, apart from all others: one draw more here moves nothing elsewhere. */
export class Choices {
  readonly #draw: Draw;

  constructor(
    private readonly seed: number,
    purpose: string,
  ) {
    this.#draw = generator(Math.imul(seed, 0x9e3779b1) ^ hashOf(purpose));
  }

  of(purpose: string): Choices {
    return new Choices(this.seed, purpose);
  }

  fraction(): number {
    return this.#draw();
  }

  chance(probability: number): boolean {
    return this.#draw() < probability;
  }

  /** From `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.#draw() * (most - least + 1));
  }

  between(least: number, most: number): number {
    return least + this.#draw() * (most - least);
  }

  /** Mostly near `least`, now and then far away. */
  skewed(least: number, most: number): number {
    return least + this.#draw() ** 4 * (most - least);
  }

  one<T>(items: readonly T[]): T {
    const chosen = items
      .slice(Math.floor(this.#draw() * items.length))
      .values()
      .next();
    if (chosen.done) throw new Error('There is nothing to choose from.');
    return chosen.value;
  }
}

/**
 * Decides which faults happen. Each place has numbers of its own, and draws one whether its fault may happen or not: a run
 * with some faults left out is as much like the first one as can be.
 */
export class Faults {
  readonly #happened: string[] = [];
  readonly #places = new Map<string, { readonly choices: Choices; count: number }>();
  #isOver = false;

  /** @param only the faults that may happen, by name; all when left out */
  constructor(
    private readonly choices: Choices,
    private readonly only?: ReadonlySet<string>,
  ) {}

  /** Names of those that happened, in their order. */
  get happened(): readonly string[] {
    return this.#happened;
  }

  /** From now on none happens. */
  end(): void {
    this.#isOver = true;
  }

  /** Whether what may break at a place does this time. */
  strikes(place: string, probability: number): boolean {
    let known = this.#places.get(place);
    if (!known) {
      known = { choices: this.choices.of(place), count: 0 };
      this.#places.set(place, known);
    }
    known.count += 1;
    return known.choices.chance(probability) && this.permits(`${place} #${known.count}`);
  }

  /** Whether a planned fault happens. */
  permits(name: string): boolean {
    if (this.#isOver || (this.only && !this.only.has(name))) return false;
    this.#happened.push(name);
    return true;
  }
}
