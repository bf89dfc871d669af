import { typesOf } from './media-signature.js';
import { MEDIA_TYPES, plainType, typeOfName } from './media-types.js';
import { InvalidMediaError } from './media.errors.js';

/** What is known of a file's type before it is looked at. */
export interface ToldType {
  /** As the caller says. */
  readonly mimeType?: string | undefined;
  /** As the server says that the file comes from. */
  readonly contentType?: string | undefined;
  readonly filename?: string | undefined;
}

/**
 * The type of a file, by the caller's word and the file's first bytes; where those leave a choice, or say nothing, by what
 * its server and its name say.
 * @throws InvalidMediaError when Meta takes no such type, when the bytes are of another, or when nothing tells it
 */
export function mediaTypeOf({ mimeType, contentType, filename }: ToldType, head: Uint8Array): string {
  const seen = typesOf(head);
  if (mimeType !== undefined) return assertTaken(assertSeen(plainType(mimeType), seen), 'mimeType');
  const told = [contentType && plainType(contentType), filename && typeOfName(filename)];
  const known = told.find((type) => type && MEDIA_TYPES.has(type) && (seen.length === 0 || seen.includes(type)));
  const type = known || seen[0];
  if (type !== undefined) return assertTaken(type, 'file');
  throw new InvalidMediaError({
    path: 'mimeType',
    message: 'is needed: neither the name nor the first bytes of the file tell its type.',
  });
}

/** @throws InvalidMediaError when a caller's type is none that Meta takes */
export function assertTaken(type: string, path: 'file' | 'mimeType'): string {
  if (MEDIA_TYPES.has(type)) return type;
  const types = [...MEDIA_TYPES.keys()].join(', ');
  throw new InvalidMediaError({ path, message: `is ${JSON.stringify(type.slice(0, 80))}; Meta takes ${types}.` });
}

/** Files whose first bytes nobody knows are taken at the caller's word: Meta looks for itself. */
function assertSeen(type: string, seen: readonly string[]): string {
  if (seen.length === 0 || seen.includes(type)) return type;
  const message = `is said to be ${type}, but its first bytes are those of ${seen.join(' or ')}.`;
  throw new InvalidMediaError({ path: 'file', message });
}
