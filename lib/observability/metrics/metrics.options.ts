/**
 * As much of a prom-client `Registry` as is used here; one of prom-client's is one.
 *
 * @publicApi
 */
export interface WhatsAppMetricsRegistry {
  /** The content type of what `metrics` returns. */
  readonly contentType: string;
  /** Returns all metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  /** Adds a metric. */
  registerMetric(metric: object): void;
  /** Returns the metric of a name; undefined when there is none. */
  getSingleMetric(name: string): unknown;
  /** Removes the metric of a name. */
  removeSingleMetric(name: string): void;
}

/**
 * How the module measures, by prom-client.
 *
 * @publicApi
 */
export interface WhatsAppMetricsOptions {
  /** Where metrics are registered; prom-client's own `register` when left out. */
  readonly registry?: WhatsAppMetricsRegistry | undefined;
  /** What every name begins with; `whatsapp_` when left out. */
  readonly prefix?: string | undefined;
}

export const METRICS_OPTIONS = Symbol('METRICS_OPTIONS');

/** Undefined: nothing is measured. */
export function resolveMetricsOptions(
  metrics: boolean | WhatsAppMetricsOptions | undefined,
): WhatsAppMetricsOptions | undefined {
  if (metrics === undefined || metrics === false) return undefined;
  return metrics === true ? {} : metrics;
}

/** Whether a value is what the option may be. */
export function isMetricsOption(metrics: unknown): boolean {
  if (metrics === undefined || typeof metrics === 'boolean') return true;
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics)) return false;
  const { registry, prefix }: { registry?: unknown; prefix?: unknown } = metrics;
  const isPrefix = prefix === undefined || (typeof prefix === 'string' && /^[a-zA-Z_:][\w:]*$/.test(prefix));
  return isPrefix && (registry === undefined || isRegistry(registry));
}

const METHODS = ['metrics', 'registerMetric', 'getSingleMetric', 'removeSingleMetric'] as const;

function isRegistry(registry: unknown): boolean {
  if (typeof registry !== 'object' || registry === null) return false;
  const given: { [Method in (typeof METHODS)[number]]?: unknown } = registry;
  return METHODS.every((method) => typeof given[method] === 'function');
}
