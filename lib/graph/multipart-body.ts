import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { types } from 'node:util';
import { ValidationError } from '../errors.js';

/** A file for Meta, and the fields that go with it. */
export interface GraphUpload {
  readonly file: Uint8Array | AsyncIterable<Uint8Array>;
  /** Bytes of a streamed file, where known; without it the body is sent in chunks of unstated length. */
  readonly size?: number | undefined;
  /** With an extension: Meta refuses files without one. */
  readonly filename: string;
  /** Such as `image/jpeg`. */
  readonly mimeType: string;
  /** Other form fields, such as `messaging_product` and `type`. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** A body of `multipart/form-data` and the headers that describe it. */
export interface MultipartBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** What the file's own stream failed with, if it did: Meta then never got a whole body. */
  readonly failure: () => { readonly error: unknown } | undefined;
}

/**
 * Writes an upload as `multipart/form-data`, the file last, never holding more of it than one piece.
 *
 * @param progressed called whenever a piece was taken
 * @throws ValidationError when the type of the file is not one
 */
export function multipartBody(upload: GraphUpload, progressed: () => void): MultipartBody {
  if (!/^[\w.+-]+\/[\w.+-]+(?:\s*;\s*[\w.+-]+=[\w.+-]+)*$/.test(upload.mimeType)) {
    throw new ValidationError([{ path: 'mimeType', message: 'Write the type of the file, such as image/jpeg.' }]);
  }
  const boundary = `whatsapp-${randomUUID()}`;
  const fields = Object.entries(upload.fields ?? {}).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"\r\n\r\n${value}\r\n`,
  );
  const head = Buffer.from(
    `${fields.join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"; ` +
      `filename="${quote(upload.filename)}"\r\nContent-Type: ${upload.mimeType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const size = types.isUint8Array(upload.file) ? upload.file.byteLength : upload.size;
  let failure: { readonly error: unknown } | undefined;
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    yield head;
    try {
      for await (const piece of types.isUint8Array(upload.file) ? [upload.file] : upload.file) {
        progressed();
        yield piece;
      }
    } catch (error) {
      failure = { error };
      throw error;
    }
    progressed();
    yield tail;
  }
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      ...(size !== undefined && { 'content-length': String(head.length + size + tail.length) }),
    },
    body: Readable.from(pieces(), { objectMode: false }),
    failure: () => failure,
  };
}

/** As browsers write names in `Content-Disposition`. */
function quote(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
