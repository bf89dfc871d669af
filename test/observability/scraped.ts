/** Prometheus' text, by metric: each value with its labels. */
export class Scraped {
  readonly #values: readonly { readonly name: string; readonly labels: string; readonly value: number }[];

  constructor(readonly text: string) {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    this.#values = lines.map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      return { name, labels, value: Number(value) };
    });
  }

  /** The values of one metric by its labels as they are written: `{ 'status="queued"': 3 }`. */
  of(name: string): Record<string, number> {
    return Object.fromEntries(
      this.#values.filter((one) => one.name === name).map(({ labels, value }) => [labels, value]),
    );
  }

  get names(): string[] {
    return [...new Set(this.#values.map(({ name }) => name))];
  }
}
