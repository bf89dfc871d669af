import { Instruments } from './instruments.js';
import type { MetricsOptions, MetricsRegistry } from './metrics.options.js';
import type { ModuleMetrics } from './module-metrics.js';
import { loadPromClient } from './prom-client-package.js';
import { acquireInstruments, releaseInstruments } from './shared-instruments.js';

const PREFIX = 'whatsapp_';

/** @throws ConfigurationError when prom-client is not installed, or names are taken */
export function openModuleMetrics(options: MetricsOptions | undefined): ModuleMetrics | undefined {
  if (!options) return undefined;
  const promClient = loadPromClient();
  const registry: MetricsRegistry = options.registry ?? promClient.register;
  const prefix = options.prefix ?? PREFIX;
  const instruments = acquireInstruments(registry, prefix, () => new Instruments(promClient, registry, prefix));
  return { registry, instruments, release: () => releaseInstruments(registry, prefix, instruments) };
}
