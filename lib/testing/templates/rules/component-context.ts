/** What decides which rules hold for a template's components. */
export interface ComponentContext {
  readonly category: string;
  /** `POSITIONAL` or `NAMED`. */
  readonly format: string;
}
