import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { PACER, type Pacer } from '../pacing/pacer.js';
import { USED_SHARE } from '../pacing/pace-rules.js';
import { throughputOf } from '../pacing/throughput.js';
import { BULK_OPTIONS, type BulkOptions } from './bulk.options.js';

/** Milliseconds that an estimate waits for Redis: nobody's request shall hang on it. */
const LONGEST_WAIT_MS = 500;

/** Tells for estimates how fast a number sends at present. */
@Injectable()
export class NumberPace {
  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @Inject(PACER) private readonly pacer: Pacer,
  ) {}

  /** Messages per second; with Redis away the number's usual pace. */
  async of(phoneNumber: PhoneNumberEntity): Promise<number> {
    const { phoneNumberId } = phoneNumber;
    const throughput = throughputOf(phoneNumber, this.options.messagesPerSecond);
    const usual = throughput * USED_SHARE;
    const pace = this.pacer.paceOf({ phoneNumberId, throughput }).catch(() => usual);
    return Promise.race([pace, delay(LONGEST_WAIT_MS, usual, { ref: false })]);
  }
}
