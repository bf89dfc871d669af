import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import type { Form } from '../../bodies/multipart/form.js';

/** An idempotency key with what was asked for: its files, too, by their hashes. */
export function keyOfForm(idempotency: IdempotencyInput | undefined, form: Form): IdempotencyInput | undefined {
  if (!idempotency || form.files.size === 0) return idempotency && { ...idempotency, body: form.fields };
  const files = Array.from(form.files, ([name, { sha256, filename }]) => ({ name, sha256, filename }));
  return { ...idempotency, body: { fields: form.fields, files } };
}
