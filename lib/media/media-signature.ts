interface Signature {
  /** A text stands at `at`, which is the first byte unless told; an expression sees all bytes. Both in Latin-1. */
  readonly bytes: string | RegExp;
  readonly at?: number;
  /** Types that begin so, the likeliest first. */
  readonly types: readonly string[];
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** How the files that Meta takes begin; plain text begins as it likes. */
const SIGNATURES: readonly Signature[] = [
  { bytes: '\xff\xd8\xff', types: ['image/jpeg'] },
  { bytes: '\x89PNG\r\n\x1a\n', types: ['image/png'] },
  { bytes: /^RIFF.{4}WEBP/s, types: ['image/webp'] },
  { bytes: 'ftyp3g', at: 4, types: ['video/3gpp'] },
  { bytes: 'ftypM4A', at: 4, types: ['audio/mp4'] },
  { bytes: 'ftyp', at: 4, types: ['video/mp4', 'audio/mp4', 'video/3gpp'] },
  { bytes: 'OggS', types: ['audio/ogg'] },
  { bytes: 'ID3', types: ['audio/mpeg', 'audio/aac'] },
  // Both are streams of frames: the two bits of the layer are 00 in AAC, and not in MPEG audio.
  { bytes: /^\xff[\xf0\xf1\xf8\xf9]/, types: ['audio/aac'] },
  { bytes: /^\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]/, types: ['audio/mpeg'] },
  { bytes: '#!AMR', types: ['audio/amr'] },
  { bytes: '%PDF-', types: ['application/pdf'] },
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
  // What people send by mistake, and Meta refuses: told by name rather than taken for a file of unknown kind.
  { bytes: 'GIF8', types: ['image/gif'] },
  { bytes: '\x1a\x45\xdf\xa3', types: ['video/webm'] },
  { bytes: /^RIFF.{4}WAVE/s, types: ['audio/wav'] },
  { bytes: /^RIFF.{4}AVI /s, types: ['video/x-msvideo'] },
];

/** Bytes of a file that are enough to tell its type. */
export const HEAD_LENGTH = 64;

/** The types that a file may have by its first bytes, the likeliest first; none when they say nothing. */
export function typesOf(head: Uint8Array): readonly string[] {
  const text = Buffer.from(head.subarray(0, HEAD_LENGTH)).toString('latin1');
  const signature = SIGNATURES.find(({ bytes, at = 0 }) =>
    typeof bytes === 'string' ? text.startsWith(bytes, at) : bytes.test(text),
  );
  return signature?.types ?? [];
}
