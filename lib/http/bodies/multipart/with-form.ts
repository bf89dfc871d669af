import type { ByteStream } from '../body-stream.decorator.js';
import type { Form, FormFileRules } from './form.js';
import { FormParts } from './form-parts.js';
import { readMultipart } from './read-multipart.js';

/** What a handler with `@StreamedBody(MULTIPART)` was sent. */
export interface SentForm {
  /** Undefined when JSON was sent. */
  readonly stream: ByteStream | undefined;
  readonly json: unknown;
}

/**
 * Hands a form on, once it was read to its end; its temporary files are gone when that is done, whatever comes of it.
 * @param rules the files that the form may have; others are dropped
 * @throws ValidationError when it cannot be read
 */
export async function withForm<Result>(
  { stream, json }: SentForm,
  rules: FormFileRules,
  use: (form: Form) => Promise<Result>,
): Promise<Result> {
  if (!stream) return use({ fields: json, files: new Map(), problems: [] });
  const parts = new FormParts(rules);
  try {
    await readMultipart(stream, parts, rules);
    return await use(await parts.spooled());
  } finally {
    await parts.remove();
  }
}
