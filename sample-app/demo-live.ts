import { setTimeout as delay } from 'node:timers/promises';
import { type GraphApiServer, sampleTemplates, type WebhookStep } from 'nestjs-whatsapp/testing';
import type { DemoClient } from './demo-client.js';
import { person, type Person, repeatable, TEXTS } from './demo-people.js';
import { picture } from './demo-picture.js';

/** Messages per second: slow enough to be watched. */
export const LIVE_PACE = 4;

/** People in 24 hours: those of the first campaign fit in, those of the second do not. */
export const LIVE_LIMIT = 'TIER_250';

const CAMPAIGNS = ['Novidades de dezembro', 'Summer sale', 'Recordatorio de turnos', 'Nouvelle collection'];
const CAMPAIGN_SIZE = 180;
const WAITING_SIZE = 160;

/** Of so many people one gets nothing, for one of these reasons. */
const FAILS = 14;
const ERRORS = [131026, 131049, 130472, 131026];

const BREAK = 60_000;

/** Has customers write and campaigns run, as on a busy day, until it is aborted. */
export async function liveDemo(client: DemoClient, meta: GraphApiServer, ending: AbortSignal): Promise<void> {
  const random = repeatable(7);
  meta.webhooks = {
    url: `${client.url}/whatsapp/webhook`,
    delayMs: () => 300 + random() * random() * 9_000,
    statuses: () => stepsOf(random()),
  };
  const parts = [customers(meta, random, ending), campaigns(client, meta, ending), templates(meta, ending)];
  await Promise.all(parts.map((part) => untilAborted(part, ending)));
}

async function untilAborted(part: Promise<void>, ending: AbortSignal): Promise<void> {
  await part.catch((error: unknown) => {
    if (!ending.aborted) throw error;
  });
}

/** How far a message comes. @param luck from 0 to below 1 */
function stepsOf(luck: number): readonly WebhookStep[] {
  if (luck < 0.62) return ['sent', 'delivered', 'read'];
  if (luck < 0.91) return ['sent', 'delivered'];
  if (luck < 0.97) return ['sent'];
  return ['sent', { status: 'failed', code: 131049 }];
}

/** People write every few seconds: texts, answers to what was sent, pictures and reactions. */
async function customers(meta: GraphApiServer, random: () => number, ending: AbortSignal): Promise<void> {
  const image = await uploaded(meta);
  for (let count = 0; ; count += 1) {
    // A few at once, so that there is something to see; and most of those who write have written before.
    const who = person(Math.floor(random() * (count < 8 ? CAMPAIGN_SIZE : 40)));
    write(meta, who, random, image);
    await delay(count < 8 ? 200 : 1_500 + random() * 3_500, undefined, { signal: ending });
  }
}

function write(meta: GraphApiServer, { name, phone, language }: Person, random: () => number, image: string): void {
  const from = { from: phone, profileName: name };
  const texts = TEXTS[language];
  const body = texts[Math.floor(random() * texts.length)] ?? '';
  const last = meta.messagesTo(phone).at(-1);
  const luck = random();
  if (last && luck < 0.15) {
    meta.phoneNumber.receive({ ...from, type: 'reaction', reaction: { message_id: last.id, emoji: '❤️' } });
  } else if (luck < 0.25) {
    meta.phoneNumber.receive({ ...from, type: 'image', image: { id: image, mime_type: 'image/png', caption: body } });
  } else {
    const context = last && luck < 0.55 ? { from: meta.phoneNumber.displayPhoneNumber, id: last.id } : undefined;
    meta.phoneNumber.receive({ ...from, type: 'text', text: { body }, ...(context && { context }) });
  }
}

/** Gives Meta the picture that customers send. @returns its id */
async function uploaded(meta: GraphApiServer): Promise<string> {
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', 'image/png');
  form.set('file', new Blob([new Uint8Array(picture())], { type: 'image/png' }), 'picture.png');
  const answer = await fetch(`${meta.url}/v25.0/${meta.phoneNumber.id}/media`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${meta.accessToken}` },
    body: form,
  });
  const { id }: { id?: unknown } = JSON.parse(await answer.text());
  return String(id);
}

/** One campaign after the other to the same people, and one to others, which waits for the limit. */
async function campaigns(client: DemoClient, meta: GraphApiServer, ending: AbortSignal): Promise<void> {
  const people = Array.from({ length: CAMPAIGN_SIZE }, (_, index) => person(index));
  const others = Array.from({ length: WAITING_SIZE }, (_, index) => person(1_000 + index));
  for (let round = 0; ; round += 1) {
    for (const [index, { phone }] of people.entries()) {
      const code = ERRORS[Math.floor(index / FAILS) % ERRORS.length];
      if ((index + round) % FAILS !== 5 || code === undefined) continue;
      meta.faults.nextSend({ kind: 'error', code }, { recipient: phone });
    }
    const id = await send(client, meta, CAMPAIGNS[round % CAMPAIGNS.length] ?? '', people);
    await ended(client, id, ending);
    if (round === 0) await send(client, meta, 'Black Friday', others);
    await delay(BREAK, undefined, { signal: ending });
  }
}

async function send(
  client: DemoClient,
  meta: GraphApiServer,
  name: string,
  people: readonly Person[],
): Promise<string> {
  const { name: template_name, language } = sampleTemplates.named;
  const answer = await client.fetch('/api/v1/meta-templates/send-bulk/', {
    method: 'POST',
    body: JSON.stringify({
      name,
      phone_number_id: meta.phoneNumber.id,
      template_name,
      language,
      recipients: people.map((one) => ({ phone: one.phone, variables: { name: one.name, company: 'Acme' } })),
    }),
  });
  const { bulk_send_id: id }: { bulk_send_id?: unknown } = JSON.parse(await answer.text());
  return String(id);
}

async function ended(client: DemoClient, id: string, ending: AbortSignal): Promise<void> {
  for (;;) {
    await delay(1_000, undefined, { signal: ending });
    const answer = await client.fetch(`/api/v1/meta-templates/bulk-sends/${id}/`);
    const { completed_at: at }: { completed_at?: unknown } = JSON.parse(await answer.text());
    if (at !== null) return;
  }
}

/** Meta rejects one template and pauses another. */
async function templates(meta: GraphApiServer, ending: AbortSignal): Promise<void> {
  const find = (name: string) => meta.account.templates.find((template) => template.name === name);
  await delay(5_000, undefined, { signal: ending });
  const [paused, rejected] = [find(sampleTemplates.copyCode.name), find(sampleTemplates.catalog.name)];
  if (paused) Object.assign(paused, { qualityScore: 'RED', status: 'PAUSED' });
  if (rejected) Object.assign(rejected, { rejectedReason: 'INVALID_FORMAT', status: 'REJECTED' });
}
