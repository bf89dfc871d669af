import { createHmac } from 'node:crypto';
import type { Database } from '../servers/postgres.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';
import type { ClientRequest } from './load.js';

/** Webhooks with one thing each, as Meta posts them. */
interface WebhookRequests {
  /** Texts from people who have not written before. */
  readonly strangers: readonly ClientRequest[];
  /** Texts from the same people. */
  readonly known: readonly ClientRequest[];
  /** That a message was delivered which was sent. */
  readonly statuses: readonly ClientRequest[];
}

interface SentMessage {
  readonly id: string;
  readonly wamid: string;
  readonly recipient: string;
}

/** @param round of several, each about other messages and people */
export async function webhookRequests(
  appUrl: string,
  database: Database,
  meta: MetaAccess,
  count: number,
  round: number,
): Promise<WebhookRequests> {
  const url = `${appUrl}/whatsapp/webhook`;
  const [installation] = await database.query<{ installation_id: string }>('SELECT * FROM whatsapp_installation');
  const sent = await database.query<SentMessage>(
    `SELECT id, wamid, recipient_phone AS recipient FROM whatsapp_messages WHERE status = 'sent' ORDER BY id LIMIT $1`,
    [count],
  );
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const textsOf = (turn: string) =>
    Array.from({ length: count }, (_, index) => {
      const from = String(4_917_600_000_000 + round * count + index);
      return {
        contacts: [{ profile: { name: `Customer ${index}` }, wa_id: from }],
        messages: [{ from, id: `wamid.${turn}${from}`, timestamp, type: 'text', text: { body: 'When does it come?' } }],
      };
    });
  const statuses = sent.map(({ id, wamid, recipient }) => ({
    statuses: [
      {
        id: wamid,
        status: 'delivered',
        timestamp,
        recipient_id: recipient,
        biz_opaque_callback_data: `${installation?.installation_id}.${id}.1`,
      },
    ],
  }));
  const signed = (value: object) => signedRequest(url, value, meta);
  return {
    strangers: textsOf('first').map(signed),
    known: textsOf('second').map(signed),
    statuses: statuses.map(signed),
  };
}

function signedRequest(
  url: string,
  value: object,
  { appSecret, businessAccountId, phoneNumberIds }: MetaAccess,
): ClientRequest {
  const metadata = { display_phone_number: '15550000000', phone_number_id: phoneNumberIds[0] };
  const changes = [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } }];
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: businessAccountId, changes }] });
  const signature = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
  return { url, headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature }, body };
}
