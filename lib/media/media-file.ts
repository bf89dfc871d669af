import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HEAD_LENGTH } from './media-types.js';
import { InvalidMediaError } from './media.errors.js';

/** Bytes that are read at a time: what was sent stays in memory until V8 collects it, and small pieces are reused sooner. */
const PIECE = 16 * 1024;

/** A file that can be read as often as need be, with what must be known of it before it is uploaded. */
export interface MediaFile {
  /** Bytes. */
  readonly size: number;
  /** In hex. */
  readonly sha256: string;
  /** Its first bytes. */
  readonly head: Uint8Array;
  open(): Uint8Array | AsyncIterable<Uint8Array>;
  /** Must be called when done with it. */
  remove(): Promise<void>;
}

/** A file that its owner keeps and removes. */
export type KeptFile = Omit<MediaFile, 'remove'>;

/** A file that is in memory already. */
export function fileInMemory(bytes: Uint8Array): MediaFile {
  return {
    size: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    head: bytes.subarray(0, HEAD_LENGTH),
    open: () => bytes,
    remove: async () => {},
  };
}

/**
 * Writes a stream to a temporary file, so that it can be hashed before it is uploaded and is never held in memory whole.
 * @param most bytes of a file worth going on with
 * @throws InvalidMediaError when it is larger
 */
export async function spooledFile(stream: AsyncIterable<Uint8Array>, most: number): Promise<MediaFile> {
  const folder = await mkdtemp(join(tmpdir(), 'whatsapp-media-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'file');
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let size = 0;
  async function* measured(): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of stream) {
      // Not copied: what is copied waits for the collector as long as what came.
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      size += bytes.byteLength;
      if (size > most) throw tooLarge(most);
      if (head.byteLength < HEAD_LENGTH) head = Buffer.concat([head, bytes]).subarray(0, HEAD_LENGTH);
      hash.update(bytes);
      yield bytes;
    }
  }
  try {
    await pipeline(measured(), createWriteStream(path, { highWaterMark: PIECE }));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    size,
    sha256: hash.digest('hex'),
    head,
    open: () => createReadStream(path, { highWaterMark: PIECE }),
    remove,
  };
}

/** @throws InvalidMediaError when the file is empty, or larger than Meta takes of its type */
export function assertSize({ size }: KeptFile, most: number): void {
  if (size > most) throw tooLarge(most);
  if (size === 0) throw new InvalidMediaError({ path: 'file', message: 'is empty.' });
}

function tooLarge(most: number): InvalidMediaError {
  return new InvalidMediaError({ path: 'file', message: `is larger than Meta takes: at most ${most} bytes.` });
}
