import type { Answer } from '../../support/test-app.js';
import type { Acme } from './acme.js';

/** A file of a form. */
export interface FileGiven {
  readonly file: Buffer;
  readonly name?: string;
  /** What the client says it is. */
  readonly type?: string;
}

/** Parts in their order; one name may stand there twice. */
export type Parts = readonly (readonly [name: string, value: string | FileGiven])[];

/** Posts a form below `/api/v1/acme`. */
export async function postForm(
  acme: Acme,
  path: string,
  parts: Parts,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value.file)], { type: value.type ?? '' }), value.name ?? 'file');
  }
  const response = await acme.app.fetch(`/api/v1/acme${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${acme.key}`, ...headers },
    body: form,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** A form as it goes over the wire; without its end where it breaks off. */
export function writtenForm(boundary: string, parts: Parts, { isWhole = true } = {}): Buffer {
  const pieces = parts.flatMap(([name, value]) => {
    if (typeof value === 'string') {
      return [`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`];
    }
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${value.name ?? 'file'}"`;
    return [`${head}\r\nContent-Type: ${value.type ?? 'application/octet-stream'}\r\n\r\n`, value.file, '\r\n'];
  });
  const end = isWhole ? [`--${boundary}--\r\n`] : [];
  return Buffer.concat([...pieces, ...end].map((piece) => Buffer.from(piece)));
}
