import { Inject, Injectable } from '@nestjs/common';
import { INSTALLATION_ID } from '../../store/installation-id.provider.js';
import { Probe } from '../probe.js';
import type { GaugeSource, Sample } from './gauges.js';
import { NumberSamples } from './number-samples.js';
import { QueueSamples } from './queue-samples.js';

type Part = Probe<readonly Sample[] | undefined>;

const QUICK = { freshFor: 5_000, patience: 3_000, otherwise: undefined };

/** A large portfolio is a large count. */
const SLOW = { ...QUICK, freshFor: 30_000 };

/** The gauges of this module: read when somebody scrapes, each part at most every few seconds and by itself. */
@Injectable()
export class ModuleGauges implements GaugeSource {
  readonly #parts: ReadonlyMap<string, Part>;

  constructor(
    @Inject(INSTALLATION_ID) readonly installationId: string,
    numbers: NumberSamples,
    queues: QueueSamples,
  ) {
    this.#parts = new Map<string, Part>([
      ['pace', new Probe(() => numbers.paces(), QUICK)],
      ['budget', new Probe(() => numbers.budgets(), SLOW)],
      ['bulk', new Probe(() => queues.bulk(), QUICK)],
      ['pauses', new Probe(() => queues.paused(), QUICK)],
      ['callbacks', new Probe(() => queues.callbacksPending(), QUICK)],
    ]);
  }

  async read(): Promise<readonly Sample[]> {
    const read = [...this.#parts].map(async ([part, probe]): Promise<readonly Sample[]> => {
      const samples = await probe.result();
      return [...(samples ?? []), { gauge: 'unread_parts', labels: { part }, value: samples ? 0 : 1 }];
    });
    return (await Promise.all(read)).flat();
  }
}
