import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TemplatesService } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { bootstrap } from './bootstrap.js';
import { showBulkSend } from './demo-bulk-send.js';
import { DemoClient, indent } from './demo-client.js';
import { showConversation } from './demo-conversation.js';
import { LIVE_LIMIT, LIVE_PACE, liveDemo } from './demo-live.js';
import { DemoReplies } from './demo-replies.js';
import { DemoModule } from './demo.module.js';

const API_KEY = 'demo-key-that-opens-only-this-demo';
const RECIPIENT = '+5491112345678';

/**
 * Runs the sample app against the bundled stand-in for Meta and shows what a client sees.
 * @param stay goes on after that, with customers who write and a campaign, until this is aborted
 */
export async function runDemo({ stay }: { readonly stay?: AbortSignal | undefined } = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-whatsapp-demo-'));
  const meta = await GraphApiServer.start({ sample: true, record: stay ? 'messages' : 'everything' });
  meta.phoneNumber.messagingLimit = stay ? LIVE_LIMIT : 'TIER_2K';
  Object.assign(process.env, {
    PORT: stay ? (process.env['PORT'] ?? '0') : '0',
    DATABASE_URL: `sqlite:${join(folder, 'demo.sqlite')}`,
    WHATSAPP_GRAPH_URL: meta.url,
    WHATSAPP_BUSINESS_ACCOUNT_ID: meta.account.id,
    WHATSAPP_PHONE_NUMBER_ID: meta.phoneNumber.id,
    WHATSAPP_ACCESS_TOKEN: meta.accessToken,
    WHATSAPP_APP_SECRET: meta.appSecret,
    WHATSAPP_VERIFY_TOKEN: 'demo-verify-token',
    WHATSAPP_API_KEY: API_KEY,
    ...(stay && { WHATSAPP_MESSAGES_PER_SECOND: String(LIVE_PACE) }),
  });
  const app = await bootstrap(['warn', 'error', 'fatal'], DemoModule);
  try {
    const url = await app.getUrl();
    console.log(`The sample app listens on ${url}; a stand-in for Meta on ${meta.url}.\n`);
    meta.webhooks = { url: `${url}/whatsapp/webhook` };
    const client = new DemoClient(url, API_KEY);
    await sendOneTemplate(client, meta);
    await showBulkSend(client, meta, stay ? 40 : 400);
    await showConversation(client, meta);
    if (!stay || stay.aborted) return;
    await app.get(TemplatesService).sync();
    app.get(DemoReplies).share = 3;
    console.log(`Open ${url}/whatsapp/console and sign in with the key ${API_KEY}`);
    console.log('Customers write, and a campaign runs. Ctrl+C ends it.');
    await liveDemo(client, meta, stay);
  } finally {
    await app.close();
    await meta.close();
    rmSync(folder, { recursive: true });
  }
}

async function sendOneTemplate(client: DemoClient, meta: GraphApiServer): Promise<void> {
  const { name, language } = sampleTemplates.named;
  const send = (variables: object) =>
    client.show('POST', '/api/v1/meta-templates/send/', {
      phone_number_id: meta.phoneNumber.id,
      template_name: name,
      language,
      recipient_phone: RECIPIENT,
      variables,
    });
  await send({ name: 'Juan', compny: 'Acme' });
  const sent = await send({ name: 'Juan', company: 'Acme' });
  await client.show('GET', `/api/v1/meta-templates/messages/${String(sent['message_id'])}/`);

  console.log(`Meta was called ${meta.messages.length} time to send, and got:`);
  console.log(indent(meta.messages.map(({ body }) => body)));
}
