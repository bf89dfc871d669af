const FREE = 0;

/**
 * Phone numbers that were seen: 8 bytes each where a `Set` of texts would take about 80, so that a million of them fit
 * beside everything else. A number has at most 15 digits and so is exact as a float.
 */
export class PhoneNumberSet {
  #slots = new Float64Array(1_024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param digits of a phone number, without `+`. @returns false when it was there */
  add(digits: string): boolean {
    const number = Number(digits);
    const slot = this.#slotOf(number);
    if (this.#slots[slot] === number) return false;
    this.#slots[slot] = number;
    this.#size += 1;
    if (this.#size > this.#slots.length * 0.7) this.#grow();
    return true;
  }

  /** Where the number is, or would be put. */
  #slotOf(number: number): number {
    const mask = this.#slots.length - 1;
    // Neighbouring numbers, as lists often have them, are scattered; both halves of the number count.
    let hash = Math.imul((number % 2 ** 32) | 0, 0x9e3779b1) ^ Math.imul(Math.floor(number / 2 ** 32), 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    while (this.#slots[slot] !== FREE && this.#slots[slot] !== number) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const numbers = this.#slots;
    this.#slots = new Float64Array(numbers.length * 2);
    for (const number of numbers) if (number !== FREE) this.#slots[this.#slotOf(number)] = number;
  }
}
