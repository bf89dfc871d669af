import type * as PromClient from 'prom-client';
import { ConfigurationError } from '../../errors.js';
import type { MeteredItem, MeteredSend, Meters } from '../../meters.js';
import { FewTexts } from './few-texts.js';
import type { GaugeName, GaugeSource, Sample } from './gauges.js';
import type { MetricsRegistry } from './metrics.options.js';
import { PromMetrics } from './prom-metrics.js';

const MOST_ERROR_CODES = 200;
const MOST_NUMBERS = 5_000;

/** What measures into one registry, under one prefix. Modules that share both share it. */
export class Instruments implements Meters {
  readonly #metrics: PromMetrics;
  readonly #sources = new Set<GaugeSource>();
  readonly #codes = new FewTexts(MOST_ERROR_CODES);
  readonly #numbers = new FewTexts(MOST_NUMBERS);

  constructor(
    promClient: typeof PromClient,
    private readonly registry: MetricsRegistry,
    prefix: string,
  ) {
    this.#metrics = new PromMetrics(promClient, prefix, (gauge) => this.#samplesOf(gauge));
  }

  /** @throws ConfigurationError when somebody else's metric has one of the names */
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

  /** From now on the gauges tell of this module, too. */
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

  told(status: string, errorCode: string): void {
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
