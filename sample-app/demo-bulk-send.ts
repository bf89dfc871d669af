import { SingleBar } from 'cli-progress';
import { type GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import type { DemoClient } from './demo-client.js';
import { untilReported } from './demo-conversation.js';

/** Of these Meta says that they have no WhatsApp. */
const UNREACHABLE = 3;

/** What is shown of the status object. */
interface Status {
  readonly status: string;
  readonly total_recipients: number;
  readonly sent_count: number;
  readonly failed_count: number;
}

/** Sends one template to so many people and follows it by its server-sent events. */
export async function showBulkSend(client: DemoClient, meta: GraphApiServer, count: number): Promise<void> {
  for (let index = 0; index < UNREACHABLE; index += 1) {
    const unreachable = Math.floor(((index + 0.5) * count) / UNREACHABLE);
    meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient: phone(unreachable) });
  }
  const { name, language } = sampleTemplates.named;
  const path = '/api/v1/meta-templates/send-bulk/';
  console.log(`POST ${path} with ${count} recipients`);
  const accepted = await client.fetch(path, {
    method: 'POST',
    body: JSON.stringify({
      name: 'Welcome, new customers',
      phone_number_id: meta.phoneNumber.id,
      template_name: name,
      language,
      recipients: Array.from({ length: count }, (_, index) => ({
        phone: phone(index),
        variables: { name: `Customer ${index + 1}`, company: 'Acme' },
      })),
    }),
  });
  const answer: Record<string, unknown> = JSON.parse(await accepted.text());
  console.log(`→ ${accepted.status}\n${JSON.stringify(answer, null, 2).replaceAll(/^/gm, '    ')}\n`);

  const id = String(answer['bulk_send_id']);
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value}/{total} | {rate}/s | {eta_formatted} left',
    noTTYOutput: true,
  });
  const startedAt = Date.now();
  bar.start(count, 0, { rate: 0 });
  let last: Status | undefined;
  for await (const status of statusEvents(client, `/api/v1/meta-templates/bulk-sends/${id}/events/`)) {
    const done = status.sent_count + status.failed_count;
    bar.update(done, { rate: Math.round(done / ((Date.now() - startedAt) / 1_000)) });
    last = status;
  }
  bar.stop();
  await untilReported(meta);
  console.log();
  await client.show('GET', `/api/v1/meta-templates/bulk-sends/${id}/`);
  const twice = [...meta.sendCounts.values()].filter((times) => times > 1).length;
  console.log(
    `Meta took ${last?.sent_count ?? 0} messages, refused ${meta.refusals.get(130429) ?? 0} for coming too fast, and ${twice} people got it twice.\n`,
  );
}

const phone = (index: number): string => `+54911${20_000_000 + index}`;

/** The status object each time that it changes, until the bulk send has ended. */
async function* statusEvents(client: DemoClient, path: string): AsyncGenerator<Status> {
  const { body } = await client.fetch(path);
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const line = event.split('\n').find((candidate) => candidate.startsWith('data:'));
      if (line !== undefined) yield JSON.parse(line.slice('data:'.length));
    }
  }
}
