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

/** Bytes of the largest mp4 that Meta takes as a GIF header. */
const LARGEST_GIF = 3.5 * MIB;

/** Whether a file can be the GIF header of a template. */
export const isGifHeader = ({ mimeType, size }: { readonly mimeType: string; readonly size: number }): boolean =>
  mimeType === 'video/mp4' && size <= LARGEST_GIF;

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

interface Signature {
  /** A text is at `at`, which is the first byte by default; an expression sees all bytes. Both in Latin-1. */
  readonly bytes: string | RegExp;
  readonly at?: number;
  /** Types that begin so, the likeliest first. */
  readonly types: readonly string[];
}

/** How the files that Meta takes begin; plain text begins as it likes. */
const SIGNATURES: readonly Signature[] = [
  { bytes: '\xff\xd8\xff', types: ['image/jpeg'] },
  { bytes: '\x89PNG\r\n\x1a\n', types: ['image/png'] },
  { bytes: /^RIFF.{4}WEBP/s, types: ['image/webp'] },
  { bytes: /^.{4}ftyp(?:avi[fs]|mif1.*avif|msf1.*avis)/s, types: ['image/avif'] },
  { bytes: /^.{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)/s, types: ['image/heic'] },
  { bytes: 'ftypqt', at: 4, types: ['video/quicktime'] },
  { bytes: 'ftyp3g2', at: 4, types: ['video/3gpp2'] },
  { bytes: 'ftyp3g', at: 4, types: ['video/3gpp'] },
  { bytes: /^.{4}ftyp(?:M4[ABP]|F4[AB])/s, types: ['audio/mp4'] },
  { bytes: 'ftyp', at: 4, types: ['video/mp4', 'audio/mp4', 'video/3gpp'] },
  // Of Ogg Meta takes Opus alone; the first page names the codec.
  { bytes: /^OggS.{22,}.vorbis/s, types: ['audio/ogg; codecs=vorbis'] },
  { bytes: /^OggS.{22,}.FLAC/s, types: ['audio/ogg; codecs=flac'] },
  { bytes: /^OggS.{22,}Speex/s, types: ['audio/ogg; codecs=speex'] },
  { bytes: /^OggS.{22,}(?:\x80theora|fishead)/s, types: ['video/ogg'] },
  { bytes: 'OggS', types: ['audio/ogg'] },
  { bytes: 'ID3', types: ['audio/mpeg', 'audio/aac'] },
  // Both are streams of frames: the two bits of the layer are 00 in AAC, and not in MPEG audio.
  { bytes: /^\xff[\xf0\xf1\xf8\xf9]/, types: ['audio/aac'] },
  { bytes: /^\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]/, types: ['audio/mpeg'] },
  { bytes: '#!AMR', types: ['audio/amr'] },
  { bytes: '%PDF-', types: ['application/pdf'] },
  { bytes: /^PK.{28}mimetype.*opendocument/s, types: ['application/vnd.oasis.opendocument'] },
  { bytes: /^PK.{28}mimetype.*epub/s, types: ['application/epub+zip'] },
  { bytes: /^PK.{28}(?:META-INF\/|AndroidManifest)/s, types: ['application/java-archive'] },
  { bytes: /^PK.{28}word\//s, types: [`${OFFICE}.wordprocessingml.document`] },
  { bytes: /^PK.{28}xl\//s, types: [`${OFFICE}.spreadsheetml.sheet`] },
  { bytes: /^PK.{28}ppt\//s, types: [`${OFFICE}.presentationml.presentation`] },
  {
    bytes: 'PK\x03\x04',
    types: [
      `${OFFICE}.wordprocessingml.document`,
      `${OFFICE}.spreadsheetml.sheet`,
      `${OFFICE}.presentationml.presentation`,
    ],
  },
  {
    bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
    types: ['application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint'],
  },
  // What people send by mistake, and Meta refuses: named rather than taken for a file of unknown kind.
  { bytes: 'GIF8', types: ['image/gif'] },
  { bytes: /^.E\xdf\xa3.*matroska/s, types: ['video/x-matroska'] },
  { bytes: '\x1a\x45\xdf\xa3', types: ['video/webm'] },
  { bytes: 'fLaC', types: ['audio/flac'] },
  { bytes: /^FORM.{4}AIF[FC]/s, types: ['audio/aiff'] },
  { bytes: '\x30\x26\xb2\x75\x8e\x66\xcf\x11', types: ['video/x-ms-asf'] },
  { bytes: 'FLV\x01', types: ['video/x-flv'] },
  { bytes: 'II*\0', types: ['image/tiff'] },
  { bytes: 'MM\0*', types: ['image/tiff'] },
  { bytes: /^RIFF.{4}WAVE/s, types: ['audio/wav'] },
  { bytes: /^RIFF.{4}AVI /s, types: ['video/x-msvideo'] },
];

/** Bytes of a file that are enough to find its type. */
export const HEAD_LENGTH = 128;

/** The types that a file may have by its first bytes, the likeliest first; none when they say nothing. */
export function typesOf(head: Uint8Array): readonly string[] {
  const text = Buffer.from(head.subarray(0, HEAD_LENGTH)).toString('latin1');
  const signature = SIGNATURES.find(({ bytes, at = 0 }) =>
    typeof bytes === 'string' ? text.startsWith(bytes, at) : bytes.test(text),
  );
  return signature?.types ?? [];
}

/** What a file is sent as. */
export type MediaKind = 'image' | 'video' | 'document' | 'audio';

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
type TypeOfKind = { readonly mimeType: string } | { readonly problem: string };

/** The files of the office programs begin alike: only their names distinguish them. */
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
  return { problem: `needs a name that shows its type: one that ends in ${endings}.` };
}

/** A WebP is a sticker, which is no image of a message. */
function isOfKind(type: string, kind: MediaKind): boolean {
  if (kind === 'document') return /^(?:application|text)\//.test(type);
  return type.startsWith(`${kind}/`) && type !== 'image/webp';
}

/** Control characters but tabs and the ends of lines and pages are in no text. */
const isText = (head: Uint8Array): boolean => head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));

const inWords = (kind: MediaKind): string => (kind === 'image' || kind === 'audio' ? `an ${kind}` : `a ${kind}`);
