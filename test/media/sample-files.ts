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
