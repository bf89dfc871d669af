import { typesOf } from './media-signature.js';
import { MEDIA_TYPES, typeOfName } from './media-types.js';

/** What a file is sent as. */
export type MediaKind = 'image' | 'video' | 'document' | 'audio';

const MIB = 1024 * 1024;

/**
 * Bytes that Meta takes of each kind.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
 */
export const LARGEST_OF_KIND: Readonly<Record<MediaKind, number>> = {
  image: 5 * MIB,
  video: 16 * MIB,
  document: 100 * MIB,
  audio: 16 * MIB,
};

/** The type of a file that can be sent as that kind, or what is wrong with it. */
export type TypeOfKind = { readonly mimeType: string } | { readonly problem: string };

/** The files of the office programs begin alike: only their names tell them apart. */
const TOLD_BY_NAME: ReadonlySet<string> = new Set(['PK', '\xd0\xcf']);

/**
 * The type of a file by its first bytes, whatever anybody says of it; its name is asked where those leave a choice, as
 * between the files of office programs, and for plain text, which begins as it likes.
 */
export function mediaTypeOfKind(kind: MediaKind, head: Uint8Array, filename: string): TypeOfKind {
  const takenTypes = Array.from(MEDIA_TYPES.keys()).filter((type) => isOfKind(type, kind));
  const seen = typesOf(head);
  const named = typeOfName(filename);
  if (seen.length === 0) {
    if (kind === 'document' && named === 'text/plain' && isText(head)) return { mimeType: named };
    return { problem: `is of no type that can be sent as ${inWords(kind)}; Meta takes ${takenTypes.join(', ')}.` };
  }
  const candidates = seen.filter((type) => takenTypes.includes(type));
  if (candidates.length === 0) {
    return { problem: `is ${seen[0]}, which cannot be sent as ${inWords(kind)}; Meta takes ${takenTypes.join(', ')}.` };
  }
  if (named !== undefined && candidates.includes(named)) return { mimeType: named };
  const [likeliest = ''] = candidates;
  if (!TOLD_BY_NAME.has(Buffer.from(head.subarray(0, 2)).toString('latin1'))) return { mimeType: likeliest };
  const endings = candidates.map((type) => `.${MEDIA_TYPES.get(type)?.extensions[0]}`).join(', ');
  return { problem: `needs a name that tells its type, which ends in one of ${endings}.` };
}

/** A WebP is a sticker, which is no image of a message. */
function isOfKind(type: string, kind: MediaKind): boolean {
  if (kind === 'document') return /^(?:application|text)\//.test(type);
  return type.startsWith(`${kind}/`) && type !== 'image/webp';
}

/** Control characters but tabs and the ends of lines and pages stand in no text. */
const isText = (head: Uint8Array): boolean => head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));

const inWords = (kind: MediaKind): string => (kind === 'image' || kind === 'audio' ? `an ${kind}` : `a ${kind}`);
