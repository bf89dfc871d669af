const bytes = (start: string, size: number): Buffer =>
  Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(Math.max(0, size - start.length), 7)]);

/** How files of each kind begin. */
export const BEGINNINGS = {
  jpeg: '\xff\xd8\xff\xe0',
  png: '\x89PNG\r\n\x1a\n',
  stillWebp: 'RIFF\0\0\0\0WEBPVP8 ',
  animatedWebp: 'RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02',
  mp4: '\0\0\0\x20ftypisom',
  m4a: '\0\0\0\x20ftypM4A ',
  threeGp: '\0\0\0\x20ftyp3gp4',
  ogg: 'OggS\0\x02',
  mp3: 'ID3\x04',
  mp3Frames: '\xff\xfb\x90',
  aac: '\xff\xf1\x50',
  amr: '#!AMR\n',
  pdf: '%PDF-1.7',
  zip: 'PK\x03\x04',
  ole: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
  gif: 'GIF89a',
  heic: '\0\0\0\x24ftypheic\0\0\0\0mif1heic',
  heicByCompatibility: '\0\0\0\x24ftypmif1\0\0\0\0mif1heic',
  avif: '\0\0\0\x20ftypavif\0\0\0\0avifmif1',
  avifByCompatibility: '\0\0\0\x20ftypmif1\0\0\0\0mif1avif',
  mov: '\0\0\0\x14ftypqt  \0\0\0\0qt  ',
  opus: `OggS\0\x02${'\0'.repeat(20)}\x01\x13OpusHead\x01`,
  vorbis: `OggS\0\x02${'\0'.repeat(20)}\x01\x1e\x01vorbis\0`,
  theora: `OggS\0\x02${'\0'.repeat(20)}\x01\x2a\x80theora\x03`,
  webm: '\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm',
  mkv: '\x1a\x45\xdf\xa3\xa3B\x86\x81\x01B\x82\x88matroska',
  docx: `PK\x03\x04${'\0'.repeat(26)}word/document.xml`,
  odt: `PK\x03\x04${'\0'.repeat(26)}mimetypeapplication/vnd.oasis.opendocument.text`,
  flac: 'fLaC\0\0\0\x22',
  text: 'Hola',
} as const;

/** A file that begins like one of its kind, and is of that size. */
export function fileOf(kind: keyof typeof BEGINNINGS, size = 1_000): Buffer {
  return bytes(BEGINNINGS[kind], size);
}

/** The same in pieces, none of which is larger. */
export async function* piecesOf(file: Buffer, size = 64 * 1024): AsyncGenerator<Buffer> {
  for (let from = 0; from < file.length; from += size) yield file.subarray(from, from + size);
}
