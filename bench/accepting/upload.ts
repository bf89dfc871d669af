import { Readable } from 'node:stream';
import { request } from 'undici';
import type { HttpAccess } from '../library/http.process.js';
import { recipients, template } from '../recipients.js';

const LINES_A_CHUNK = 500;
/** Long enough for a million rows on a slow disk. */
const ANSWER_MS = 300_000;

interface Upload {
  readonly contentType: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

/** `POST /meta-templates/send-bulk/` with everything in one JSON body; resolves with the seconds until it was accepted. */
export function uploadJson(access: HttpAccess, phoneNumberId: string, count: number, when: Date): Promise<number> {
  const body = JSON.stringify({
    ...names(phoneNumberId),
    scheduled_at: when.toISOString(),
    recipients: [...recipients(count)],
  });
  return upload(access, count, { contentType: 'application/json', body });
}

/** The same with a recipient a line, streamed. */
export function uploadNdjson(access: HttpAccess, phoneNumberId: string, count: number): Promise<number> {
  const body = Readable.from(chunks(count));
  return upload(access, count, { contentType: 'application/x-ndjson', query: names(phoneNumberId), body });
}

const names = (phoneNumberId: string) => ({
  phone_number_id: phoneNumberId,
  template_name: template.name,
  language: template.language,
});

async function upload(
  { url, apiKey }: HttpAccess,
  count: number,
  { contentType, query, body }: Upload,
): Promise<number> {
  const startedAt = performance.now();
  const response = await request(`${url}/api/v1/meta-templates/send-bulk/`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': contentType },
    query,
    body,
    headersTimeout: ANSWER_MS,
  });
  const text = await response.body.text();
  if (response.statusCode !== 202) throw new Error(`${response.statusCode}: ${text.slice(0, 500)}`);
  const answer: { unique_recipients?: number } = JSON.parse(text);
  if (answer.unique_recipients !== count) throw new Error(`Not all ${count} recipients were taken: ${text}`);
  return (performance.now() - startedAt) / 1_000;
}

function* chunks(count: number): Generator<string> {
  let lines = '';
  let index = 0;
  for (const recipient of recipients(count)) {
    lines += `${JSON.stringify(recipient)}\n`;
    index += 1;
    if (index % LINES_A_CHUNK !== 0) continue;
    yield lines;
    lines = '';
  }
  yield lines;
}
