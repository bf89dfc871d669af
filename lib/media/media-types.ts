const MIB = 1024 * 1024;
const KIB = 1024;
const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** A type of file that Meta takes. */
interface MediaType {
  /** Bytes. */
  readonly most: number;
  /** Endings of file names, the usual one first. */
  readonly extensions: readonly [string, ...string[]];
}

const audio = (...extensions: [string, ...string[]]): MediaType => ({ most: 16 * MIB, extensions });
const document = (...extensions: [string, ...string[]]): MediaType => ({ most: 100 * MIB, extensions });

/**
 * What Meta takes for sending, and how much of it.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
 */
export const MEDIA_TYPES: ReadonlyMap<string, MediaType> = new Map<string, MediaType>([
  ['audio/aac', audio('aac')],
  ['audio/amr', audio('amr')],
  ['audio/mpeg', audio('mp3')],
  ['audio/mp4', audio('m4a')],
  ['audio/ogg', audio('ogg', 'oga', 'opus')],
  ['text/plain', document('txt', 'csv', 'log')],
  ['application/pdf', document('pdf')],
  ['application/msword', document('doc')],
  ['application/vnd.ms-excel', document('xls')],
  ['application/vnd.ms-powerpoint', document('ppt')],
  [`${OFFICE}.wordprocessingml.document`, document('docx')],
  [`${OFFICE}.spreadsheetml.sheet`, document('xlsx')],
  [`${OFFICE}.presentationml.presentation`, document('pptx')],
  ['image/jpeg', { most: 5 * MIB, extensions: ['jpg', 'jpeg'] }],
  ['image/png', { most: 5 * MIB, extensions: ['png'] }],
  // An animated sticker may be this large, a still one not.
  ['image/webp', { most: 500 * KIB, extensions: ['webp'] }],
  ['video/mp4', { most: 16 * MIB, extensions: ['mp4', 'm4v'] }],
  ['video/3gpp', { most: 16 * MIB, extensions: ['3gp', '3gpp'] }],
]);

const LARGEST_STILL_STICKER = 100 * KIB;

/** Bytes of the largest file that Meta takes of any type. */
export const LARGEST_MEDIA = 100 * MIB;

/** How long Meta keeps what was uploaded, in ms. */
export const MEDIA_LIFETIME = 30 * 24 * 60 * 60 * 1000;

/** A type without its parameters, as `MEDIA_TYPES` spells it: `audio/ogg` for `audio/ogg; codecs=opus`. */
export function plainType(mimeType: string): string {
  return mimeType.replace(/;.*$/s, '').trim().toLowerCase();
}

/** The type that a file's name speaks for. */
export function typeOfName(filename: string): string | undefined {
  const extension = /\.(\w+)$/.exec(filename)?.[1]?.toLowerCase();
  if (extension === undefined) return undefined;
  for (const [type, { extensions }] of MEDIA_TYPES) if (extensions.includes(extension)) return type;
  return undefined;
}

/**
 * Bytes that Meta takes of a file.
 * @param head its first bytes
 */
export function largestOf(mimeType: string, head: Uint8Array): number {
  if (mimeType === 'image/webp' && !isAnimated(head)) return LARGEST_STILL_STICKER;
  return MEDIA_TYPES.get(mimeType)?.most ?? 0;
}

/** The extended format of WebP has a byte of flags. https://developers.google.com/speed/webp/docs/riff_container */
function isAnimated(head: Uint8Array): boolean {
  const isExtended = Buffer.from(head.subarray(12, 16)).toString('latin1') === 'VP8X';
  return isExtended && ((head[20] ?? 0) & 0x02) !== 0;
}
