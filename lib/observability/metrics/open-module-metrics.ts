import type { WhatsAppMetricsOptions, WhatsAppMetricsRegistry } from './metrics.options.js';
import {
  type ModuleMetrics,
  type GaugeName,
  type GaugeSource,
  type Sample,
  gaugeNames,
  GAUGES,
} from './module-metrics.js';
import type * as PromClient from 'prom-client';
import { ConfigurationError } from '../../errors.js';
import type { MeteredItem, MeteredSend, Meters } from '../../meters.js';

const PREFIX = 'whatsapp_';

/** @throws ConfigurationError when prom-client is not installed, or names are taken */
export function openModuleMetrics(options: WhatsAppMetricsOptions | undefined): ModuleMetrics | undefined {
  if (!options) return undefined;
  const promClient = loadPromClient();
  const registry: WhatsAppMetricsRegistry = options.registry ?? promClient.register;
  const prefix = options.prefix ?? PREFIX;
  const instruments = acquireInstruments(registry, prefix, () => new Instruments(promClient, registry, prefix));
  return { registry, instruments, release: () => releaseInstruments(registry, prefix, instruments) };
}

/**
 * `prom-client`, loaded only when something is measured: hosts without it need not install it.
 * @throws ConfigurationError with the line that installs it
 */
function loadPromClient(): typeof PromClient {
  try {
    // oxlint-disable-next-line typescript/no-require-imports -- must not happen before it is known to be needed
    const promClient: typeof PromClient = require('prom-client');
    return promClient;
  } catch (error) {
    throw new ConfigurationError('The option metrics needs one more package: npm install prom-client', {
      cause: error,
    });
  }
}

interface Shared {
  readonly instruments: Instruments;
  users: number;
}

/** What there is in each registry, by prefix: modules that measure into the same one add up instead of being in each other's way. */
const all = new WeakMap<WhatsAppMetricsRegistry, Map<string, Shared>>();

/**
 * The instruments of a registry and prefix, made and registered by whoever is first.
 * @throws ConfigurationError when someone else's metric has one of the names
 */
function acquireInstruments(registry: WhatsAppMetricsRegistry, prefix: string, make: () => Instruments): Instruments {
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
function releaseInstruments(registry: WhatsAppMetricsRegistry, prefix: string, instruments: Instruments): void {
  const byPrefix = all.get(registry);
  const shared = byPrefix?.get(prefix);
  if (shared?.instruments !== instruments) return instruments.unregister();
  shared.users -= 1;
  if (shared.users > 0) return;
  byPrefix?.delete(prefix);
  instruments.unregister();
}

const MOST_ERROR_CODES = 200;

const MOST_NUMBERS = 5_000;

/** What measures into one registry, under one prefix. Modules that share both share it. */
class Instruments implements Meters {
  readonly #metrics: PromMetrics;
  readonly #sources = new Set<GaugeSource>();
  readonly #codes = new LabelLimiter(MOST_ERROR_CODES);
  readonly #numbers = new LabelLimiter(MOST_NUMBERS);

  constructor(
    promClient: typeof PromClient,
    private readonly registry: WhatsAppMetricsRegistry,
    prefix: string,
  ) {
    this.#metrics = new PromMetrics(promClient, prefix, (gauge) => this.#samplesOf(gauge));
  }

  /** @throws ConfigurationError when someone else's metric has one of the names */
  register(): void {
    const { byName } = this.#metrics;
    const taken = [...byName.keys()].find((name) => this.registry.getSingleMetric(name) !== undefined);
    if (taken !== undefined) {
      throw new ConfigurationError(
        `The registry has a metric ${taken} that is not this module’s. Let the names of WhatsAppModule’s metrics begin ` +
          "with something else: metrics: { prefix: 'my_whatsapp_' }.",
      );
    }
    for (const metric of byName.values()) this.registry.registerMetric(metric);
  }

  /** Whether the registry still has all of them: the host may have cleared it. */
  get isRegistered(): boolean {
    return [...this.#metrics.byName].every(([name, metric]) => this.registry.getSingleMetric(name) === metric);
  }

  /** Takes them out of the registry, as far as they are in it. */
  unregister(): void {
    for (const [name, metric] of this.#metrics.byName) {
      if (this.registry.getSingleMetric(name) === metric) this.registry.removeSingleMetric(name);
    }
  }

  /** From now on the gauges include this module. */
  attach(source: GaugeSource): void {
    this.#sources.add(source);
  }

  detach(source: GaugeSource): void {
    this.#sources.delete(source);
  }

  sent({ type, phoneNumberId, outcome, errorCode, duration }: MeteredSend): void {
    const { sends, numberSends, duration: histogram } = this.#metrics;
    sends.inc({ type, outcome, error_code: this.#codes.of(errorCode) });
    numberSends.inc({ phone_number_id: this.#numbers.of(phoneNumberId) });
    histogram.observe({ type }, duration / 1_000);
  }

  reported(status: string, errorCode: string): void {
    this.#metrics.statuses.inc({ status, error_code: this.#codes.of(errorCode) });
  }

  received({ kind, outcome, lag }: MeteredItem): void {
    this.#metrics.items.inc({ kind, outcome });
    if (lag !== undefined) this.#metrics.lag.observe({ kind }, lag / 1_000);
  }

  async #samplesOf(name: GaugeName): Promise<Sample[]> {
    const sources = new Map([...this.#sources].map((source) => [source.installationId, source]));
    const samples = await Promise.all([...sources.values()].map((source) => source.read()));
    return samples.flat().filter(({ gauge }) => gauge === name);
  }
}

/** Keeps a label from having more values than a registry can bear: what comes after the first so many is `other`. */
class LabelLimiter {
  readonly #known = new Set<string>();

  constructor(private readonly most: number) {}

  of(text: string): string {
    if (this.#known.has(text)) return text;
    if (this.#known.size >= this.most) return 'other';
    this.#known.add(text);
    return text;
  }
}

/** In seconds: Meta mostly answers within a quarter of one. */
const SEND_BUCKETS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** In seconds: Meta repeats for days what no one took. */
const LAG_BUCKETS = [1, 2, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400];

type SamplesOf = (gauge: GaugeName) => Promise<readonly Sample[]>;

/** The metrics in prom-client's words, in no registry yet. */
class PromMetrics {
  /** All of them, by their names in the registry. */
  readonly byName = new Map<string, object>();
  readonly sends: PromClient.Counter<'type' | 'outcome' | 'error_code'>;
  readonly numberSends: PromClient.Counter<'phone_number_id'>;
  readonly duration: PromClient.Histogram<'type'>;
  readonly statuses: PromClient.Counter<'status' | 'error_code'>;
  readonly items: PromClient.Counter<'kind' | 'outcome'>;
  readonly lag: PromClient.Histogram<'kind'>;

  /** @param samplesOf asked whenever someone scrapes; must not reject */
  constructor(
    { Counter, Gauge, Histogram }: typeof PromClient,
    private readonly prefix: string,
    samplesOf: SamplesOf,
  ) {
    this.sends = this.#add('sends_total', (name) => {
      const help = 'Calls of Meta that were to send one message, by outcome.';
      return new Counter({ ...name, help, labelNames: ['type', 'outcome', 'error_code'] });
    });
    this.numberSends = this.#add('number_sends_total', (name) => {
      const help = 'Calls of Meta that were to send one message, by phone number.';
      return new Counter({ ...name, help, labelNames: ['phone_number_id'] });
    });
    this.duration = this.#add('send_duration_seconds', (name) => {
      const help = 'How long calls of Meta that were to send one message took.';
      return new Histogram({ ...name, help, labelNames: ['type'], buckets: SEND_BUCKETS });
    });
    this.statuses = this.#add('statuses_total', (name) => {
      const help = 'Statuses that Meta reported by webhooks, each step of each message once.';
      return new Counter({ ...name, help, labelNames: ['status', 'error_code'] });
    });
    this.items = this.#add('webhook_items_total', (name) => {
      const help = 'Parts of webhooks that were applied, or could not be.';
      return new Counter({ ...name, help, labelNames: ['kind', 'outcome'] });
    });
    this.lag = this.#add('webhook_lag_seconds', (name) => {
      const help = 'From Meta’s time of a webhook’s item until it was applied.';
      return new Histogram({ ...name, help, labelNames: ['kind'], buckets: LAG_BUCKETS });
    });
    for (const gauge of gaugeNames) this.#add(gauge, (name) => newGauge(Gauge, name, gauge, samplesOf));
  }

  #add<Metric extends object>(name: string, make: (config: NameConfig) => Metric): Metric {
    const config: NameConfig = { name: this.prefix + name, registers: [] };
    const metric = make(config);
    this.byName.set(config.name, metric);
    return metric;
  }
}

interface NameConfig {
  readonly name: string;
  /** Without this it would be prom-client's own. */
  readonly registers: [];
}

function newGauge(
  Gauge: (typeof PromClient)['Gauge'],
  name: NameConfig,
  gauge: GaugeName,
  samplesOf: SamplesOf,
): PromClient.Gauge {
  const { help, labelNames } = GAUGES[gauge];
  return new Gauge<string>({
    ...name,
    help,
    labelNames,
    async collect() {
      const samples = await samplesOf(gauge);
      this.reset();
      // One without labels would be 0 where nothing could be read.
      this.remove({});
      for (const { labels, value } of samples) this.inc(labels, value);
    },
  });
}
