import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Pool } from 'pg';
import { Agent, request } from 'undici';
import { serve } from '../processes/serve.js';
import { payloadFor } from '../recipients.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';
import { Work } from './work.js';

export interface BareSenderOptions {
  readonly meta: MetaAccess;
  readonly databaseUrl: string;
}

const API_KEY = 'bench';

const TABLE = `CREATE TABLE bare_messages (
  id bigserial PRIMARY KEY, idempotency_key varchar(64) NOT NULL UNIQUE, status varchar(16) NOT NULL,
  recipient varchar(32) NOT NULL, content json NOT NULL, wamid varchar(255), sent_at bigint)`;

/** Connections to Postgres: TypeORM's default. */
const POOL = 10;

/** The least that a single send with an idempotency key can cost: the key is looked up, a row inserted, Meta called, the row updated. */
async function bareSender({ meta, databaseUrl }: BareSenderOptions) {
  const work = new Work();
  const pool = new Pool({ connectionString: databaseUrl, max: POOL });
  await pool.query(TABLE);
  const agent = new Agent({ connections: 512 });
  const url = `${meta.url}/v25.0/${meta.phoneNumberIds[0]}/messages`;
  const headers = { authorization: `Bearer ${meta.accessToken}`, 'content-type': 'application/json' };

  async function send(key: string, { recipient_phone: phone, variables }: SendBody): Promise<string> {
    const hash = createHash('sha256').update(key).digest('hex');
    const { rows: known } = await pool.query('SELECT wamid FROM bare_messages WHERE idempotency_key = $1', [hash]);
    if (known[0]) return known[0].wamid;
    const { rows } = await pool.query(
      `INSERT INTO bare_messages (idempotency_key, status, recipient, content) VALUES ($1, 'sending', $2, $3) RETURNING id`,
      [hash, phone, JSON.stringify(variables)],
    );
    const body = payloadFor({ phone, variables });
    const response = await request(url, { method: 'POST', headers, body, dispatcher: agent });
    const answer: MetaAnswer = JSON.parse(await response.body.text());
    const wamid = answer.messages[0]?.id ?? '';
    const sent = `UPDATE bare_messages SET status = 'sent', wamid = $1, sent_at = $2 WHERE id = $3`;
    await pool.query(sent, [wamid, Date.now(), rows[0].id]);
    return wamid;
  }

  async function answerTo(incoming: IncomingMessage): Promise<string> {
    const { 'x-api-key': apiKey, 'idempotency-key': key } = incoming.headers;
    if (apiKey !== API_KEY) throw new Error('The API key is wrong.');
    return send(String(key), await readJson(incoming));
  }

  const server = createServer((incoming, outgoing) => {
    const answer = (status: number, body: object) =>
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    answerTo(incoming).then(
      (wamid) => answer(200, { message_id: wamid }),
      (error: unknown) => answer(500, { error: String(error) }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    access: () => ({ url: `http://127.0.0.1:${port}`, apiKey: API_KEY }),
    work: () => work.done(),
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await agent.close();
      await pool.end();
    },
  };
}

interface MetaAnswer {
  readonly messages: readonly { readonly id: string }[];
}

interface SendBody {
  readonly recipient_phone: string;
  readonly variables: { readonly '1': string; readonly '2': string };
}

async function readJson(incoming: IncomingMessage): Promise<SendBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

export type BareSender = Awaited<ReturnType<typeof bareSender>>;

serve(bareSender);
