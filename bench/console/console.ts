import { join } from 'node:path';
import type { Http } from '../library/http.process.js';
import type { LibraryOptions } from '../library/library.module.js';
import { Child } from '../processes/child.js';
import { type Figure, figure, milliseconds } from '../report/figure.js';
import { template } from '../recipients.js';
import { Database } from '../servers/postgres.js';
import { RedisSpace } from '../servers/redis.js';
import { startStandIn, unlimited } from '../stand-in/start.js';

const MESSAGES = 5_000_000;
const CALLS = 20;

const DAY = 86_400_000;

/** What a page may take until it has its first data. */
const MOST_MS = 300;

/** How soon each page of the console has its first data, when there are millions of messages. */
export async function* consolePages(): AsyncGenerator<Figure> {
  await using standIn = await startStandIn(unlimited);
  await using database = await Database.create();
  await using redis = new RedisSpace();
  const meta = await standIn.call('access');
  const options: LibraryOptions = { meta, databaseUrl: database.url, redis: { url: redis.url, prefix: redis.prefix } };
  await using http = await Child.start<Http>(join(__dirname, '../library/http.process.js'), options);
  await fill(database, meta.phoneNumberIds[0] ?? '');

  const { url, apiKey } = await http.call('access');
  const client = await signIn(`${url}/whatsapp/console`, apiKey);
  for (const [name, path] of PAGES) {
    const took: number[] = [];
    for (let call = 0; call < CALLS; call += 1) took.push(await client(path));
    took.sort((one, other) => one - other);
    yield figure(`${name}: median of ${CALLS}`, took[CALLS / 2] ?? 0, milliseconds, { atMost: MOST_MS });
    yield figure(`${name}: slowest`, took.at(-1) ?? 0, milliseconds);
  }
}

const BULK_SEND = '00000000-0000-4000-8000-000000000001';
const SMALLER_BULK_SEND = '00000000-0000-4000-8000-000000000002';

const PAGES: readonly (readonly [name: string, path: string])[] = [
  ['overview', 'overview'],
  ['overview, numbers', 'numbers'],
  ['messages', 'messages'],
  ['messages that failed', 'messages?status=failed'],
  ['messages with an error that is rare', 'messages?error_code=131049'],
  ['messages to a number', 'messages?phone=%2B5491100012345'],
  ['messages of a template', `messages?template=${template.name}`],
  ['search for a number', 'messages/search?q=%2B5491100012345'],
  ['search for a wamid', 'messages/search?q=wamid.2500000'],
  ['a message', 'messages/2500000'],
  ['bulk sends', 'bulk-sends?page_size=50'],
  ['a bulk send of 1,000,000', `bulk-sends/${BULK_SEND}`],
  ['a bulk send of 100,000: results', `bulk-sends/${SMALLER_BULK_SEND}/breakdown`],
  ['inbox', 'conversations'],
  ['inbox, unread', 'conversations?unread=true'],
  ['inbox, search for a name', 'conversations?q=Person%2012345'],
  ['a conversation', 'conversations/12345'],
  ['a conversation: messages', 'conversations/12345/messages'],
  ['templates', 'templates'],
  ['contacts', 'contacts'],
  ['contacts, search for a name', 'contacts?q=Person%2012345'],
  ['a contact', 'contacts/12345'],
];

/** Signs in as a person does. @returns what makes a call, and says how many milliseconds its answer took */
async function signIn(console: string, key: string): Promise<(path: string) => Promise<number>> {
  const headers = { 'X-WhatsApp-Console': '1', 'Content-Type': 'application/json' };
  const answer = await fetch(`${console}/api/session`, { method: 'POST', headers, body: JSON.stringify({ key }) });
  const [cookie = ''] = answer.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
  return async (path) => {
    const start = performance.now();
    const response = await fetch(`${console}/api/${path}`, { headers: { cookie } });
    const body = await response.text();
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${body}`);
    return performance.now() - start;
  };
}

/** Four of five messages belong to bulk sends, one of 1,000,000 and others of 100,000; the rest to 20,000 conversations. */
async function fill(database: Database, phoneNumberId: string): Promise<void> {
  const { name, language } = template;
  const now = Date.now();
  const [found] = await database.query<{ id: number; workspace_id: number; account_id: number }>(
    `SELECT t.id, a.workspace_id, t.account_id FROM whatsapp_templates t
     JOIN whatsapp_business_accounts a ON a.id = t.account_id WHERE t.name = $1`,
    [name],
  );
  if (!found) throw new Error(`There is no template ${name}.`);
  const { id: templateId, workspace_id: workspaceId, account_id: accountId } = found;
  await database.query(
    `INSERT INTO whatsapp_bulk_sends (id, task_id, number, workspace_id, account_id, phone_number_id, template_id, template_name,
       template_language, template_category, carries_code, name, status, accepted_by, total_recipients, unique_recipients,
       sent_count, delivered_count, read_count, failed_count, failures, created_at, started_at, completed_at)
     SELECT '00000000-0000-4000-8000-' || lpad(n::text, 12, '0'), 'task-' || n, n, $1, $2, $3, $4, $5, $6, 'MARKETING', false,
       'Campaign ' || n, 'PARTIAL', 'bench', size, size, size * 9 / 10, size * 8 / 10, size / 2, size / 10, '[]',
       at, at, at
     FROM generate_series(1, 31) n, LATERAL (SELECT CASE n WHEN 1 THEN 1000000 ELSE 100000 END AS size,
       ${now} - n * 2 * ${DAY}::bigint AS at) AS of_send`,
    [workspaceId, accountId, phoneNumberId, templateId, name, language],
  );
  await database.query(
    `INSERT INTO whatsapp_contacts (workspace_id, phone, wa_id, profile_name, created_at, updated_at)
     SELECT $1, '54911' || lpad(n::text, 8, '0'), '54911' || lpad(n::text, 8, '0'), 'Person ' || n, ${now}, ${now}
     FROM generate_series(1, 20000) n`,
    [workspaceId],
  );
  await database.query(
    `INSERT INTO whatsapp_contact_identities (workspace_id, identity, since, present, contact_id, seen_at)
     SELECT workspace_id, phone, created_at, 1, id, created_at FROM whatsapp_contacts`,
  );
  await database.query(
    `INSERT INTO whatsapp_conversations (workspace_id, phone_number_id, contact_id, status, unread_count, last_message_at,
       last_message, last_inbound_at, created_at)
     SELECT workspace_id, $1, id, 'active', id % 3, ${now} - id * 60000::bigint, 'Hello ' || id,
       ${now} - id * 60000::bigint, ${now} - 60 * ${DAY}::bigint
     FROM whatsapp_contacts`,
    [phoneNumberId],
  );
  // The newest have the highest ids, a day being 83,333 of them.
  await database.query(
    `INSERT INTO whatsapp_messages (id, workspace_id, phone_number_id, direction, type, status, recipient_phone, wa_id, wamid,
       attempt, bulk_send_id, seq, template_name, template_language, template_category, content, error_code, error_message,
       created_at, sent_at, delivered_at, read_at, failed_at)
     SELECT n, $1, $2, CASE WHEN inbound THEN 'inbound' ELSE 'outbound' END,
       CASE WHEN bulk THEN 'template' ELSE 'text' END,
       CASE WHEN inbound THEN 'received' WHEN failed THEN 'failed' WHEN n % 3 = 0 THEN 'delivered' ELSE 'read' END,
       '54911' || lpad((CASE WHEN bulk THEN n ELSE 1 + n % 20000 END)::text, 8, '0'),
       '54911' || lpad((CASE WHEN bulk THEN n ELSE 1 + n % 20000 END)::text, 8, '0'), 'wamid.' || n, 1,
       CASE WHEN bulk THEN '00000000-0000-4000-8000-' ||
         lpad((CASE WHEN n <= 1000000 THEN 1 ELSE 2 + (n - 1000001) / 100000 END)::text, 12, '0') END,
       CASE WHEN bulk THEN CASE WHEN n <= 1000000 THEN n ELSE 1 + (n - 1000001) % 100000 END END,
       CASE WHEN bulk THEN $3 END, CASE WHEN bulk THEN $4 END, CASE WHEN bulk THEN 'MARKETING' END,
       CASE WHEN bulk THEN '{"name":"Ana","company":"Acme"}' ELSE '{"body":"Hello"}' END,
       CASE WHEN failed THEN CASE WHEN n % 100000 = 10 THEN '131049' ELSE '131026' END END,
       CASE WHEN failed THEN 'Message undeliverable.' END,
       at, CASE WHEN NOT inbound THEN at END, CASE WHEN NOT inbound AND NOT failed THEN at + 2000 END,
       CASE WHEN NOT inbound AND NOT failed AND n % 3 <> 0 THEN at + 60000 END,
       CASE WHEN failed THEN at + 1000 END
     FROM (SELECT n, n <= 4000000 AS bulk, n > 4000000 AND n % 2 = 0 AS inbound, n <= 4000000 AND n % 10 = 0 AS failed,
         ${now} - (${MESSAGES} - n) * 60 * ${DAY} / ${MESSAGES} AS at
       FROM generate_series(1::bigint, ${MESSAGES}) n) AS generated`,
    [workspaceId, phoneNumberId, name, language],
  );
  await database.query('ANALYZE');
}
