import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';

/** A file as it arrived in a multipart body. */
export interface UploadedFile {
  readonly filename: string;
  readonly mimeType: string;
  /** In bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** The bytes, or undefined when there were more than the server keeps. */
  readonly content?: Buffer;
}

export interface MultipartBody {
  readonly fields: Readonly<Record<string, string>>;
  readonly file?: UploadedFile;
}

/** Reads a multipart body as a stream; of each file at most `keepBytes` stay in memory. */
export async function readMultipart(
  request: IncomingMessage,
  contentType: string,
  keepBytes: number,
): Promise<MultipartBody> {
  const fields: Record<string, string> = {};
  const files: Promise<UploadedFile>[] = [];
  const busboy = new Busboy({ headers: { ...request.headers, 'content-type': contentType } });
  busboy.on('field', (name, value) => {
    fields[name] = value;
  });
  busboy.on('file', (name, stream, filename, _encoding, mimeType) => {
    if (name === 'file') files.push(readFile(stream, filename, mimeType, keepBytes));
    else stream.resume();
  });
  await new Promise<void>((resolve, reject) => {
    busboy.on('finish', resolve);
    busboy.on('error', reject);
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('The client went away.')));
    request.pipe(busboy);
  });
  const [file] = await Promise.all(files);
  return { fields, file };
}

async function readFile(
  stream: Readable,
  filename: string,
  mimeType: string,
  keepBytes: number,
): Promise<UploadedFile> {
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    hash.update(bytes);
    size += bytes.length;
    if (size <= keepBytes) kept.push(bytes);
    else kept.length = 0;
  }
  const content = size <= keepBytes ? Buffer.concat(kept) : undefined;
  return { filename, mimeType, size, sha256: hash.digest('hex'), content };
}
