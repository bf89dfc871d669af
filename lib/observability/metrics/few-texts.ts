/** Keeps a label from having more values than a registry can bear: what comes after the first so many is `other`. */
export class FewTexts {
  readonly #known = new Set<string>();

  constructor(private readonly most: number) {}

  of(text: string): string {
    if (this.#known.has(text)) return text;
    if (this.#known.size >= this.most) return 'other';
    this.#known.add(text);
    return text;
  }
}
