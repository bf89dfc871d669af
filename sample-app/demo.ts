import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { bootstrap } from './bootstrap.js';
import { showBulkSend } from './demo-bulk-send.js';

const API_KEY = 'demo-key-that-opens-only-this-demo';
const RECIPIENT = '+5491112345678';

/** Runs the sample app against the bundled stand-in for Meta and shows what a client sees. */
async function demo(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-whatsapp-demo-'));
  const meta = await GraphApiServer.start({ sample: true });
  meta.phoneNumber.messagingLimit = 'TIER_2K';
  Object.assign(process.env, {
    PORT: '0',
    DATABASE_URL: `sqlite:${join(folder, 'demo.sqlite')}`,
    WHATSAPP_GRAPH_URL: meta.url,
    WHATSAPP_BUSINESS_ACCOUNT_ID: meta.account.id,
    WHATSAPP_PHONE_NUMBER_ID: meta.phoneNumber.id,
    WHATSAPP_ACCESS_TOKEN: meta.accessToken,
    WHATSAPP_API_KEY: API_KEY,
  });
  const app = await bootstrap(['warn', 'error', 'fatal']);
  try {
    const url = await app.getUrl();
    console.log(`The sample app listens on ${url}; a stand-in for Meta on ${meta.url}.\n`);
    await sendOneTemplate(url, meta);
    await showBulkSend(url, API_KEY, meta);
  } finally {
    await app.close();
    await meta.close();
    rmSync(folder, { recursive: true });
  }
}

async function sendOneTemplate(url: string, meta: GraphApiServer): Promise<void> {
  const { name, language } = sampleTemplates.named;
  const send = (variables: object) =>
    show(url, 'POST', '/api/v1/meta-templates/send/', {
      phone_number_id: meta.phoneNumber.id,
      template_name: name,
      language,
      recipient_phone: RECIPIENT,
      variables,
    });
  await send({ name: 'Juan', compny: 'Acme' });
  const sent = await send({ name: 'Juan', company: 'Acme' });
  await show(url, 'GET', `/api/v1/meta-templates/messages/${String(sent['message_id'])}/`);

  console.log(`Meta was called ${meta.messages.length} time to send, and got:`);
  console.log(indent(meta.messages.map(({ body }) => body)));
}

async function show(url: string, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  console.log(`${method} ${path}${body ? `\n${indent(body)}` : ''}`);
  const response = await fetch(url + path, {
    method,
    headers: { 'X-API-Key': API_KEY, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const answer: Record<string, unknown> = JSON.parse(await response.text());
  console.log(`→ ${response.status}\n${indent(answer)}\n`);
  return answer;
}

const indent = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll(/^/gm, '    ');

demo().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
