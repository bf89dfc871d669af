import type { Meters } from '../../meters.js';
import type { GaugeSource } from './gauges.js';
import type { MetricsRegistry } from './metrics.options.js';

/** What one module measures with; others may measure with the same. Says nothing of prom-client, which hosts may lack. */
export interface ModuleMetrics {
  readonly registry: MetricsRegistry;
  readonly instruments: Meters & {
    /** From now on the gauges include this module. */
    attach(source: GaugeSource): void;
    detach(source: GaugeSource): void;
  };
  /** The registry may outlive the app, and another app may measure into it. */
  release(): void;
}

/** Injects the `ModuleMetrics`; undefined where nothing is measured. */
export const MODULE_METRICS = Symbol('MODULE_METRICS');
