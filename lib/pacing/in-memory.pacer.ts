import { InMemoryPaceLedger } from './in-memory-pace-ledger.js';
import { LedgerPacer } from './ledger.pacer.js';

/** Paces what one process sends; another process on the same number would double the pace. */
export class InMemoryPacer extends LedgerPacer {
  constructor() {
    super(new InMemoryPaceLedger());
  }
}
