import type { Instruments } from './instruments.js';
import type { MetricsRegistry } from './metrics.options.js';

interface Shared {
  readonly instruments: Instruments;
  users: number;
}

/** What there is in each registry, by prefix: modules that measure into the same one add up instead of being in each other's way. */
const all = new WeakMap<MetricsRegistry, Map<string, Shared>>();

/**
 * The instruments of a registry and prefix, made and registered by whoever is first.
 * @throws ConfigurationError when somebody else's metric has one of the names
 */
export function acquireInstruments(registry: MetricsRegistry, prefix: string, make: () => Instruments): Instruments {
  const byPrefix = all.get(registry) ?? new Map<string, Shared>();
  all.set(registry, byPrefix);
  const present = byPrefix.get(prefix);
  if (present?.instruments.isRegistered) {
    present.users += 1;
    return present.instruments;
  }
  const instruments = make();
  instruments.register();
  byPrefix.set(prefix, { instruments, users: 1 });
  return instruments;
}

/** Gives them back; the last one takes them out of the registry. */
export function releaseInstruments(registry: MetricsRegistry, prefix: string, instruments: Instruments): void {
  const byPrefix = all.get(registry);
  const shared = byPrefix?.get(prefix);
  if (shared?.instruments !== instruments) return instruments.unregister();
  shared.users -= 1;
  if (shared.users > 0) return;
  byPrefix?.delete(prefix);
  instruments.unregister();
}
