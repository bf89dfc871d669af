import type { Meters } from '../../meters.js';
import type { WhatsAppMetricsRegistry } from './metrics.options.js';

/** What one module measures with; others may measure with the same. Says nothing of prom-client, which hosts may lack. */
export interface ModuleMetrics {
  readonly registry: WhatsAppMetricsRegistry;
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

interface GaugeDescription {
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** What is read when someone scrapes, and the same in all processes of a deployment. */
export const GAUGES = {
  pace_limit_messages_per_second: {
    help: 'Throughput of a phone number, by Meta’s word or the option messagesPerSecond.',
    labelNames: ['phone_number_id'],
  },
  pace_messages_per_second: {
    help: 'How fast a phone number may send now: below its limit, and slower for a while after Meta found it too fast.',
    labelNames: ['phone_number_id'],
  },
  budget_limit_recipients: {
    help: 'Messaging limit of a business portfolio: people outside the service window in a rolling 24 hours.',
    labelNames: ['portfolio'],
  },
  budget_used_recipients: {
    help: 'People who count against the messaging limit of a business portfolio now.',
    labelNames: ['portfolio'],
  },
  bulk_sends: { help: 'Bulk sends that have not ended.', labelNames: ['status'] },
  bulk_pending_messages: { help: 'Messages of bulk sends that are still to be sent.', labelNames: ['status'] },
  sending_pauses: { help: 'Phone numbers and business accounts that send nothing at present.', labelNames: ['scope'] },
  callbacks_pending: { help: 'Callbacks to workspaces that were not delivered yet.', labelNames: [] },
  unread_parts: {
    help: 'Above 0 when a group of gauges could not be read, so that they are missing.',
    labelNames: ['part'],
  },
} as const satisfies Readonly<Record<string, GaugeDescription>>;

export type GaugeName = keyof typeof GAUGES;

const isGauge = (name: string): name is GaugeName => name in GAUGES;

export const gaugeNames: readonly GaugeName[] = Object.keys(GAUGES).filter(isGauge);

/** One value of a gauge. */
export interface Sample {
  readonly gauge: GaugeName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the gauges of one module. Never rejects, and takes seconds at most. */
export interface GaugeSource {
  /** Of several modules on one database one is asked. */
  readonly installationId: string;
  read(): Promise<readonly Sample[]>;
}
