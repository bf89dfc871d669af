import { LedgerPacer } from './ledger.pacer.js';
import { RedisPaceLedger } from './redis-pace-ledger.js';
import type { RedisScripts } from './redis-script.js';

/** Paces what all processes that share a Redis send; its clock rules. */
export class RedisPacer extends LedgerPacer {
  /** Keys are `<prefix>:pace:<phone number id>`. */
  constructor(client: RedisScripts, prefix: string) {
    super(new RedisPaceLedger(client, prefix));
  }
}
