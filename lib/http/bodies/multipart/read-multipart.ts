import { pipeline } from 'node:stream/promises';
import type { BusboyInstance } from '@fastify/busboy';
import { busboy as busboyPackage } from '../../../lazy-packages.js';
import { ValidationError } from '../../../errors.js';
import type { ByteStream } from '../body.decorators.js';
import { BodyTooLargeError, UnreadableBodyError } from '../body.errors.js';
import { type FormFileRules, LARGEST_FIELD, LARGEST_FORM, LARGEST_HEADERS, type Form } from './form.js';
import { FormParts } from './form-parts.js';

/** What a handler with `@StreamedBody(MULTIPART)` was sent. */
export interface SentForm {
  /** Undefined when JSON was sent. */
  readonly stream: ByteStream | undefined;
  readonly json: unknown;
}

/**
 * Hands a form on, once it was read to its end; its temporary files are gone when that is done, whatever comes of it.
 * @param rules the files that the form may have; others are dropped
 * @throws ValidationError when it cannot be read
 */
export async function withForm<Result>(
  { stream, json }: SentForm,
  rules: FormFileRules,
  use: (form: Form) => Promise<Result>,
): Promise<Result> {
  if (!stream) return use({ fields: json, files: new Map(), problems: [] });
  const parts = new FormParts(rules);
  try {
    await readMultipart(stream, parts, rules);
    return await use(await parts.spooled());
  } finally {
    await parts.remove();
  }
}

/** The media type of forms with files. */
export const MULTIPART = 'multipart/form-data';

/**
 * Reads a form to its end, its files into `parts`.
 * @throws UnreadableBodyError when it is no form, or incomplete
 * @throws BodyTooLargeError
 */
async function readMultipart({ bytes, contentType }: ByteStream, parts: FormParts, rules: FormFileRules) {
  const busboy = busboyFor(contentType, rules);
  busboy.on('field', (name, value, _nameTruncated, isTruncated) => {
    if (name) parts.addField(name, value, isTruncated);
  });
  busboy.on('file', (name, stream, filename) => parts.addFile(name || '', stream, filename || ''));
  // It may find more fault with a form that was given up.
  busboy.on('error', () => {});
  const reading: { failure?: unknown } = {};
  try {
    await pipeline(upTo(LARGEST_FORM, bytes, reading), busboy);
  } catch {
    parts.breakOff();
    throw unreadable(reading.failure);
  }
}

function busboyFor(contentType: string, rules: FormFileRules): BusboyInstance {
  try {
    const { Busboy } = busboyPackage();
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { fieldSize: LARGEST_FIELD, headerSize: LARGEST_HEADERS },
      // Not every client gives the file a name; and a text under a file's name is no field of the form.
      isPartAFile: (name, type, filename) =>
        filename !== undefined || type === 'application/octet-stream' || Object.hasOwn(rules, name ?? ''),
    });
  } catch {
    throw unreadable();
  }
}

async function* upTo(
  most: number,
  bytes: AsyncIterable<Uint8Array>,
  reading: { failure?: unknown },
): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of bytes) {
      size += piece.byteLength;
      if (size > most) throw new BodyTooLargeError(`The body is over the limit of ${most} bytes.`);
      yield piece;
    }
  } catch (error) {
    reading.failure = error;
    throw error;
  }
}

/** @param failure of the client's sending; else the parser found fault with what came */
function unreadable(failure?: unknown): unknown {
  if (failure === undefined) return new UnreadableBodyError('is no well-formed multipart/form-data.');
  if (!(failure instanceof ValidationError)) return failure;
  return new UnreadableBodyError(failure.problems.map(({ message }) => message).join(' '));
}
