/** One line of the report. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** What it should be, and whether it is. */
  readonly target?: { readonly text: string; readonly met: boolean };
}

/** How a quantity is written, such as `(bytes) => '12 MB'`. */
type Unit = (quantity: number) => string;

export interface Bounds {
  readonly atLeast?: number;
  readonly atMost?: number;
}

export function figure(name: string, quantity: number, unit: Unit, { atLeast, atMost }: Bounds = {}): Figure {
  const value = unit(quantity);
  if (atLeast !== undefined) return { name, value, target: { text: `≥ ${unit(atLeast)}`, met: quantity >= atLeast } };
  if (atMost !== undefined) return { name, value, target: { text: `≤ ${unit(atMost)}`, met: quantity <= atMost } };
  return { name, value };
}

const digits = (quantity: number, fraction: number): string =>
  quantity.toLocaleString('en-US', { minimumFractionDigits: fraction, maximumFractionDigits: fraction });

export const digitsOf =
  (fraction: number): Unit =>
  (quantity) =>
    digits(quantity, fraction);
export const count: Unit = (quantity) => digits(quantity, 0);
export const perSecond: Unit = (quantity) => `${digits(quantity, quantity < 100 ? 1 : 0)}/s`;
export const times: Unit = (quantity) => `${digits(quantity, 2)} ×`;
export const percent: Unit = (quantity) => `${digits(quantity * 100, 1)} %`;
export const seconds: Unit = (quantity) => `${digits(quantity, 1)} s`;
export const milliseconds: Unit = (quantity) => `${digits(quantity, 0)} ms`;
export const preciseMilliseconds: Unit = (quantity) => `${digits(quantity, 2)} ms`;
/** Of a quantity in milliseconds. */
export const microseconds: Unit = (quantity) => `${digits(quantity * 1_000, 0)} µs`;
export const dollars: Unit = (quantity) => `$${digits(quantity, 4)}`;
export const megabytes: Unit = (bytes) => `${digits(bytes / 1_000_000, 1)} MB`;
