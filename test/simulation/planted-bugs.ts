/** A change of a source file: what is there once, and what takes its place. */
export interface SourceChange {
  /** Below `lib/`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A mistake that the simulation has to find. */
export interface PlantedBug {
  readonly name: string;
  /** What the module would do with it. */
  readonly means: string;
  /** The first seed that finds it. */
  readonly foundBy: number;
  readonly changes: readonly SourceChange[];
}

/** Sizes that make a few recipients several batches and chunks, so that what happens between two of them is tried too. */
export const SMALL_SIZES: readonly SourceChange[] = [
  { file: 'bulk/accept/recipient-rows.ts', find: 'CHUNK_SIZE = 500', replace: 'CHUNK_SIZE = 4' },
  { file: 'bulk/accept/recipient-reading.ts', find: 'BATCH = 500', replace: 'BATCH = 3' },
];

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'claim-without-fence',
    means: 'A claim takes the messages that were read, whatever has become of them and of the chunk since.',
    foundBy: 146,
    changes: [
      {
        file: 'bulk/send/pending-messages.ts',
        find: "WHERE id IN (:...ids) AND status = 'pending' AND EXISTS (",
        replace: 'WHERE id IN (:...ids) OR 1 = 2 AND EXISTS (',
      },
    ],
  },
  {
    name: 'lease-without-epoch',
    means: 'A claim leases a message without counting its attempt, so that two leases of it look the same.',
    foundBy: 2029,
    changes: [
      {
        file: 'bulk/send/pending-messages.ts',
        find: 'attempt = attempt + 1',
        replace: 'attempt = 1',
      },
      {
        file: 'bulk/send/pending-messages.ts',
        find: '({ ...message, attempt: message.attempt + 1, lapsesAt })',
        replace: '({ ...message, attempt: 1, lapsesAt })',
      },
    ],
  },
  {
    name: 'retry-of-unknown',
    means: 'A call whose outcome is unknown is made again.',
    foundBy: 1,
    changes: [
      {
        file: 'bulk/send/call-reactions.ts',
        find: "if (kind === 'unknown') return { outcome: { kind: 'unknown' } };",
        replace: "if (kind === 'unknown') return { outcome: RETRY };",
      },
    ],
  },
  {
    name: 'counter-outside-transaction',
    means: 'The counters of a bulk send are written after the transaction of the rows that they count.',
    foundBy: 1,
    changes: [
      {
        file: 'bulk/ledger.ts',
        find: 'yield* change(this.bulkSends.createQueryBuilder().update().set(changed).where({ id: bulkSend.id }));',
        replace:
          'const update = this.bulkSends.createQueryBuilder().update().set(changed).where({ id: bulkSend.id });\n' +
          '    void runInTransaction(this.dataSource, () => change(update)).catch(() => undefined);',
      },
    ],
  },
  {
    name: 'late-outcome',
    means: 'The late outcome of an older attempt counts for the newer one.',
    foundBy: 156,
    changes: [
      {
        file: 'bulk/send/outcome-writer.ts',
        find: 'if (!row || row.attempt !== attempt) return false;',
        replace: 'if (!row || attempt < 0) return false;',
      },
    ],
  },
  {
    name: 'webhook-twice',
    means: 'A webhook that Meta posts twice is applied twice.',
    foundBy: 5,
    changes: [
      {
        file: 'webhooks/messages/inbound-rows.ts',
        find: '.update(`inbound:${item.phoneNumberId}:${wamid}`)',
        replace: '.update(`inbound:${item.phoneNumberId}:${wamid}:${Math.random()}`)',
      },
    ],
  },
  {
    name: 'half-acceptance',
    means: 'A bulk send is accepted before its chunks are stored.',
    foundBy: 126,
    changes: [
      {
        file: 'bulk/accept/recipient-rows.ts',
        find: 'yield* change(insert);\n      if (accepted.failedCount) yield* reportRefused();\n    });',
        replace:
          'if (accepted.failedCount) yield* reportRefused();\n    });\n    await runInTransaction(this.dataSource, () => change(insert));',
      },
    ],
  },
  {
    name: 'freed-key',
    means: 'The idempotency key of a send is free again although the send may have gone out.',
    foundBy: 127,
    changes: [
      {
        file: 'messages/message-repository.ts',
        find: "await this.#update({ id, status: 'sending' }, { status: 'unconfirmed', lapsesAt: this.#unconfirmedUntil() });",
        replace:
          "await this.#update({ id, status: 'sending' }, { status: 'unconfirmed', lapsesAt: this.#unconfirmedUntil(), ...NO_KEY });",
      },
    ],
  },
];
