import type { Provider } from '@nestjs/common';
import { METERS, type Meters, NO_METERS } from '../meters.js';
import { ServerChecks, FailedTokens } from './health/health-checks.js';
import { WebhookSilence } from './health/webhook-silence.js';
import { METRICS_OPTIONS } from './metrics/metrics.options.js';
import { ModuleGauges, NumberSamples, QueueSamples } from './metrics/module-gauges.js';
import { MODULE_METRICS, type ModuleMetrics } from './metrics/module-metrics.js';
import { openModuleMetrics } from './metrics/open-module-metrics.js';
/** What health and metrics need, besides their services and the options. */
export const observabilityProviders: Provider[] = [
  ServerChecks,
  WebhookSilence,
  FailedTokens,
  ModuleGauges,
  NumberSamples,
  QueueSamples,
  { provide: MODULE_METRICS, inject: [METRICS_OPTIONS], useFactory: openModuleMetrics },
  {
    provide: METERS,
    inject: [MODULE_METRICS],
    useFactory: (metrics: ModuleMetrics | undefined): Meters => metrics?.instruments ?? NO_METERS,
  },
];
