import type * as PromClient from 'prom-client';
import { type GaugeName, gaugeNames, GAUGES, type Sample } from './gauges.js';

/** In seconds: Meta mostly answers within a quarter of one. */
const SEND_BUCKETS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** In seconds: Meta repeats for days what nobody took. */
const LAG_BUCKETS = [1, 2, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400];

type SamplesOf = (gauge: GaugeName) => Promise<readonly Sample[]>;

/** The metrics in prom-client's words, in no registry yet. */
export class PromMetrics {
  /** All of them, by their names in the registry. */
  readonly byName = new Map<string, object>();
  readonly sends: PromClient.Counter<'type' | 'outcome' | 'error_code'>;
  readonly numberSends: PromClient.Counter<'phone_number_id'>;
  readonly duration: PromClient.Histogram<'type'>;
  readonly statuses: PromClient.Counter<'status' | 'error_code'>;
  readonly items: PromClient.Counter<'kind' | 'outcome'>;
  readonly lag: PromClient.Histogram<'kind'>;

  /** @param samplesOf asked whenever somebody scrapes; must not reject */
  constructor(
    { Counter, Gauge, Histogram }: typeof PromClient,
    private readonly prefix: string,
    samplesOf: SamplesOf,
  ) {
    this.sends = this.#add('sends_total', (name) => {
      const help = 'Calls of Meta that were to send one message, by what became of them.';
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
      const help = 'What Meta told of messages by webhooks, each step of each message once.';
      return new Counter({ ...name, help, labelNames: ['status', 'error_code'] });
    });
    this.items = this.#add('webhook_items_total', (name) => {
      const help = 'Parts of webhooks that were applied, or could not be.';
      return new Counter({ ...name, help, labelNames: ['kind', 'outcome'] });
    });
    this.lag = this.#add('webhook_lag_seconds', (name) => {
      const help = 'From Meta’s time of what a webhook tells until it was applied.';
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
