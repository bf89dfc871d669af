import type { OwnMariaDb } from '../servers/own-mariadb.js';
import type { OwnPostgres } from '../servers/own-postgres.js';
import type { Books, RowState } from './audit.js';

const PAGE = 20_000;

const COUNTERS = [
  'unique_recipients',
  'sent_count',
  'delivered_count',
  'read_count',
  'failed_count',
  'unconfirmed_count',
];

/** What the library's tables say. */
export class LibraryBooks implements Books {
  readonly hasRowsFromTheStart = true;

  constructor(private readonly database: OwnPostgres | OwnMariaDb) {}

  async waiting(): Promise<number> {
    const [row] = await this.database.query<{ waiting: number | string }>(
      `SELECT COUNT(*) AS waiting FROM whatsapp_messages WHERE status IN ('pending', 'sending')`,
    );
    return Number(row?.waiting);
  }

  /** How many messages or bulk sends have no end yet. */
  async open(): Promise<number> {
    const [row] = await this.database.query<{ open: number | string }>(
      `SELECT (SELECT COUNT(*) FROM whatsapp_bulk_sends WHERE completed_at IS NULL) +
        (SELECT COUNT(*) FROM whatsapp_messages WHERE lapses_at IS NOT NULL) AS open`,
    );
    return Number(row?.open);
  }

  async rows(): Promise<Map<string, RowState>> {
    const states = new Map<string, RowState>();
    for (let after = 0; ;) {
      const page = await this.database.query<{ id: string; phone: string; status: string; code: string | null }>(
        `SELECT id, recipient_phone AS phone, status, error_code AS code FROM whatsapp_messages
         WHERE id > ${after} ORDER BY id LIMIT ${PAGE}`,
      );
      for (const { phone, status, code } of page) states.set(phone.replace(/\D/g, ''), stateOf(status, code));
      if (page.length < PAGE) return states;
      after = Number(page.at(-1)?.id);
    }
  }

  async lookInto(phone: string, times: number): Promise<void> {
    const rows = await this.database.query(`SELECT * FROM whatsapp_messages WHERE recipient_phone LIKE '%${phone}'`);
    console.error(`Sent ${times} times:`, rows);
  }

  async miscounted(): Promise<number> {
    const rows = await this.database.query<Record<string, number | string>>(
      `SELECT ${COUNTERS.map((name) => `b.${name}`).join()},
         COUNT(m.id) AS unique_recipients_counted,
         COALESCE(SUM(CASE WHEN m.status IN ('sent', 'delivered', 'read') THEN 1 ELSE 0 END), 0) AS sent_count_counted,
         COALESCE(SUM(CASE WHEN m.status IN ('delivered', 'read') THEN 1 ELSE 0 END), 0) AS delivered_count_counted,
         COALESCE(SUM(CASE WHEN m.status = 'read' THEN 1 ELSE 0 END), 0) AS read_count_counted,
         COALESCE(SUM(CASE WHEN m.status = 'failed' THEN 1 ELSE 0 END), 0) AS failed_count_counted,
         COALESCE(SUM(CASE WHEN m.status = 'unconfirmed' THEN 1 ELSE 0 END), 0) AS unconfirmed_count_counted
       FROM whatsapp_bulk_sends b LEFT JOIN whatsapp_messages m ON m.bulk_send_id = b.id
       GROUP BY b.id, ${COUNTERS.map((name) => `b.${name}`).join()}`,
    );
    const wrong = rows.filter((row) => COUNTERS.some((name) => Number(row[name]) !== Number(row[`${name}_counted`])));
    if (wrong.length > 0) console.error(wrong.slice(0, 3));
    return wrong.length;
  }
}

function stateOf(status: string, code: string | null): RowState {
  if (['sent', 'delivered', 'read'].includes(status)) return 'sent';
  if (status !== 'failed') return 'open';
  return code === 'OUTCOME_UNKNOWN' ? 'in doubt' : 'failed';
}
