import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ConfigurationError } from '../../errors.js';
import { ModuleGauges } from './module-gauges.js';
import { MODULE_METRICS, type ModuleMetrics } from './module-metrics.js';

/**
 * What Prometheus scrapes, for a controller of the host's that has no registry at hand.
 *
 * @publicApi
 */
@Injectable()
export class WhatsAppMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(MODULE_METRICS) private readonly metrics: ModuleMetrics | undefined,
    private readonly gauges: ModuleGauges,
  ) {}

  /** Registers the metrics. Nest calls it at the start. */
  onApplicationBootstrap(): void {
    this.metrics?.instruments.attach(this.gauges);
  }

  /** Takes the metrics out of the registry. Nest calls it at the end. */
  onApplicationShutdown(): void {
    this.metrics?.instruments.detach(this.gauges);
    this.metrics?.release();
  }

  /** The `Content-Type` of `text()`. @throws ConfigurationError when the option `metrics` is off */
  get contentType(): string {
    return this.#on().registry.contentType;
  }

  /** Everything in the registry, also what the host put there. @throws ConfigurationError when the option `metrics` is off */
  async text(): Promise<string> {
    return this.#on().registry.metrics();
  }

  #on(): ModuleMetrics {
    if (this.metrics) return this.metrics;
    throw new ConfigurationError('Nothing is measured. Add metrics: true to the options of WhatsAppModule.');
  }
}
