import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import type { MetaAccess } from '../stand-in/stand-in.process.js';

/** One POST of Meta's. */
export interface SignedBody {
  readonly body: string;
  readonly signature: string;
}

/** Statuses in one POST. */
export const BATCH = 100;

const STATUSES = ['sent', 'delivered', 'read'];

interface SentMessage {
  readonly id: string;
  readonly attempt: number;
  readonly wamid: string;
  readonly recipient: string;
}

/** The statuses of every message that a number has sent, as Meta would post them: each status of all before the next one. */
export async function statusBodies(
  databaseUrl: string,
  phoneNumberId: string,
  { appSecret, businessAccountId }: MetaAccess,
): Promise<SignedBody[]> {
  const { installationId, messages } = await sentMessages(databaseUrl, phoneNumberId);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const statuses = STATUSES.flatMap((status) =>
    messages.map(({ id, attempt, wamid, recipient }) => ({
      id: wamid,
      status,
      timestamp,
      recipient_id: recipient,
      biz_opaque_callback_data: `${installationId}.${id}.${attempt}`,
      ...(status === 'sent' && {
        pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' },
      }),
    })),
  );
  const metadata = { display_phone_number: '15550000000', phone_number_id: phoneNumberId };
  const bodies: SignedBody[] = [];
  for (let from = 0; from < statuses.length; from += BATCH) {
    const value = { messaging_product: 'whatsapp', metadata, statuses: statuses.slice(from, from + BATCH) };
    const entry = [{ id: businessAccountId, changes: [{ field: 'messages', value }] }];
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
    bodies.push({ body, signature: `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}` });
  }
  return bodies;
}

async function sentMessages(databaseUrl: string, phoneNumberId: string) {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const installations = await client.query<{ installation_id: string }>('SELECT * FROM whatsapp_installation');
    const { rows: messages } = await client.query<SentMessage>(
      `SELECT id, attempt, wamid, recipient_phone AS recipient FROM whatsapp_messages
       WHERE phone_number_id = $1 AND wamid IS NOT NULL ORDER BY seq`,
      [phoneNumberId],
    );
    return { installationId: installations.rows[0]?.installation_id ?? '', messages };
  } finally {
    await client.end();
  }
}
