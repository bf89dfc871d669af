import { createHash } from 'node:crypto';

const FREE = 0;

/**
 * People who were seen, by their keys (see `People`): 8 bytes for a phone number, where a `Set` of texts would take about 80,
 * so that a million of them fit in memory next to everything else. A number has at most 15 digits and so is exact as a float. Of a
 * user id 104 bits of its hash are kept, by which no two are taken for one.
 */
export class PersonSet {
  readonly #numbers = new FloatSet(1);
  readonly #userIds = new FloatSet(2);

  get size(): number {
    return this.#numbers.size + this.#userIds.size;
  }

  /** @returns false when the person was there */
  add(key: string): boolean {
    if (/^[1-9]\d{0,14}$/.test(key)) return this.#numbers.add([Number(key)]);
    const hash = createHash('sha256').update(key).digest();
    // A free place has 0, so no hash begins with it.
    return this.#userIds.add([hash.readUIntBE(0, 6) + 1, hash.readUIntBE(6, 6)]);
  }
}

/** A set of entries that are as many floats each; the first of them is never 0. */
class FloatSet {
  #slots: Float64Array;
  size = 0;

  constructor(private readonly width: number) {
    this.#slots = new Float64Array(1_024 * width);
  }

  add(entry: readonly number[]): boolean {
    const slot = this.#slotOf(entry);
    if (this.#slots[slot] !== FREE) return false;
    this.#slots.set(entry, slot);
    this.size += 1;
    if (this.size > (this.#slots.length / this.width) * 0.7) this.#grow();
    return true;
  }

  /** Where the entry is, or would be put. */
  #slotOf(entry: ArrayLike<number>): number {
    const [first = 0] = [entry[0]];
    const mask = this.#slots.length / this.width - 1;
    // Neighbouring numbers, as lists often have them, are scattered; both halves of the number count.
    let hash = Math.imul((first % 2 ** 32) | 0, 0x9e3779b1) ^ Math.imul(Math.floor(first / 2 ** 32), 0x85ebca6b);
    hash ^= hash >>> 15;
    let place = hash & mask;
    while (!this.#isFreeOr(entry, place * this.width)) place = (place + 1) & mask;
    return place * this.width;
  }

  #isFreeOr(entry: ArrayLike<number>, slot: number): boolean {
    if (this.#slots[slot] === FREE) return true;
    for (let part = 0; part < this.width; part += 1) if (this.#slots[slot + part] !== entry[part]) return false;
    return true;
  }

  #grow(): void {
    const slots = this.#slots;
    this.#slots = new Float64Array(slots.length * 2);
    for (let slot = 0; slot < slots.length; slot += this.width) {
      const entry = slots.subarray(slot, slot + this.width);
      if (entry[0] !== FREE) this.#slots.set(entry, this.#slotOf(entry));
    }
  }
}
