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
  // What people send by mistake, and Meta refuses: told by name rather than taken for a file of unknown kind.
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

/** Bytes of a file that are enough to tell its type. */
export const HEAD_LENGTH = 128;

/** The types that a file may have by its first bytes, the likeliest first; none when they say nothing. */
export function typesOf(head: Uint8Array): readonly string[] {
  const text = Buffer.from(head.subarray(0, HEAD_LENGTH)).toString('latin1');
  const signature = SIGNATURES.find(({ bytes, at = 0 }) =>
    typeof bytes === 'string' ? text.startsWith(bytes, at) : bytes.test(text),
  );
  return signature?.types ?? [];
}
