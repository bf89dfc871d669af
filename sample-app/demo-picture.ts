import { crc32, deflateSync } from 'node:zlib';

const [WIDTH, HEIGHT] = [320, 240];

/** A picture as a customer would send one: a PNG of a parcel, near enough. */
export function picture(): Buffer {
  const rows = Array.from({ length: HEIGHT }, (_, y) => {
    const pixels = Array.from({ length: WIDTH }, (__, x) => colorAt(x, y));
    return Buffer.from([0, ...pixels.flat()]);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  // Eight bits each of red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colorAt(x: number, y: number): readonly [number, number, number] {
  const isParcel = x > 70 && x < 250 && y > 60 && y < 200;
  if (!isParcel) return [214 - Math.floor(y / 6), 220 - Math.floor(y / 8), 214];
  const isTape = Math.abs(x - 160) < 14 || Math.abs(y - 120) < 6;
  return isTape ? [201, 170, 118] : [176 - Math.floor(y / 8), 132 - Math.floor(y / 10), 84];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
