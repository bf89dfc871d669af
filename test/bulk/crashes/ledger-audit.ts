import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { SeededRandom } from '../../../bench/drill/seeded-random.js';

/** A bulk send's counters, and a count of its rows. */
export interface Audit {
  readonly id: string;
  readonly status: string;
  readonly reported: Counts;
  readonly counted: Counts;
}

interface Counts {
  readonly recipients: number;
  readonly sent: number;
  readonly failed: number;
  readonly unconfirmed: number;
  /** Failed ones by their errors. */
  readonly failures: number;
}

const count = (statuses: string) =>
  `(SELECT COUNT(*) FROM whatsapp_messages message WHERE message.bulk_send_id = bulk_send.id${statuses})`;

/** One statement, which sees everything as it was at one moment. */
const AUDIT = `
  SELECT bulk_send.id, bulk_send.status, bulk_send.failures,
    bulk_send.unique_recipients, bulk_send.sent_count, bulk_send.failed_count, bulk_send.unconfirmed_count,
    ${count('')} AS rows_in_all,
    ${count(" AND message.status = 'sent'")} AS rows_sent,
    ${count(" AND message.status = 'failed'")} AS rows_failed,
    ${count(" AND message.status = 'unconfirmed'")} AS rows_unconfirmed
  FROM whatsapp_bulk_sends bulk_send
  WHERE bulk_send.status <> 'ACCEPTING'
  ORDER BY bulk_send.created_at`;

interface AuditRow extends Record<
  | 'unique_recipients'
  | 'sent_count'
  | 'failed_count'
  | 'unconfirmed_count'
  | 'rows_in_all'
  | 'rows_sent'
  | 'rows_failed'
  | 'rows_unconfirmed',
  number | string
> {
  readonly id: string;
  readonly status: string;
  readonly failures: string;
}

/** Every accepted bulk send at this moment. */
export async function audit(dataSource: DataSource): Promise<Audit[]> {
  const rows: AuditRow[] = await dataSource.query(AUDIT);
  return rows.map((row) => {
    const failures: { readonly count: number }[] = JSON.parse(row.failures);
    return {
      id: row.id,
      status: row.status,
      reported: {
        recipients: Number(row.unique_recipients),
        sent: Number(row.sent_count),
        failed: Number(row.failed_count),
        unconfirmed: Number(row.unconfirmed_count),
        failures: failures.reduce((sum, failure) => sum + failure.count, 0),
      },
      counted: {
        recipients: Number(row.rows_in_all),
        sent: Number(row.rows_sent),
        failed: Number(row.rows_failed),
        unconfirmed: Number(row.rows_unconfirmed),
        failures: Number(row.rows_failed),
      },
    };
  });
}

/** Looks again and again, at moments that chance picks, whether the counters are a count of the rows. */
export class AuditWatch implements AsyncDisposable {
  readonly #ended = new AbortController();
  readonly #watched: Promise<Audit[]>;

  constructor(deployment: { audit(): Promise<Audit[]> }, random: SeededRandom) {
    this.#watched = this.#watch(deployment, random);
    this.#watched.catch(() => {}); // heard of by `end`
  }

  /** @returns those that were not */
  end(): Promise<Audit[]> {
    this.#ended.abort();
    return this.#watched;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end().catch(() => {});
  }

  async #watch(deployment: { audit(): Promise<Audit[]> }, random: SeededRandom): Promise<Audit[]> {
    const { signal } = this.#ended;
    const wrong: Audit[] = [];
    while (!signal.aborted) {
      const audits = await deployment.audit();
      wrong.push(...audits.filter(({ reported, counted }) => JSON.stringify(reported) !== JSON.stringify(counted)));
      await delay(random.between(20, 200), undefined, { signal }).catch(() => {});
    }
    return wrong;
  }
}
