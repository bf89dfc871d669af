import type { Readable } from 'node:stream';
import type { InWorkspace } from '../accounts/workspaces.service.js';

/**
 * Which number's media are meant.
 *
 * @publicApi
 */
export interface MediaOfNumber extends InWorkspace {
  /** Meta's id of the number; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
}

/**
 * A file to upload.
 *
 * @publicApi
 */
export interface UploadMediaInput extends MediaOfNumber {
  /**
   * The file: its bytes, a stream of them, or its address, which must be https on the public Internet unless the option
   * `mediaUrls` says otherwise. A stream is read to its end once, through a temporary file.
   */
  readonly file: Uint8Array | AsyncIterable<Uint8Array> | string | URL;
  /** Such as `image/jpeg`; found from the file's first bytes and its name when left out. */
  readonly mimeType?: string;
  /** Its ending helps to find the type. Customers never see it: a document's own `filename` is what they are shown. */
  readonly filename?: string;
}

/**
 * A file that Meta has.
 *
 * @publicApi
 */
export interface UploadedMedia {
  /** Meta's id, for `image: { id }` and the like. */
  readonly mediaId: string;
  /** Meta's id of the number that it was uploaded for; no other can send it. */
  readonly phoneNumberId: string;
  /** Such as `image/jpeg`. */
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** Of its bytes, in hex. */
  readonly sha256: string;
  /** When Meta forgets it. */
  readonly expiresAt: Date;
}

/**
 * A file that is being downloaded.
 *
 * @publicApi
 */
export interface DownloadedMedia {
  /** Must be read to its end or destroyed: until then it holds a connection. */
  readonly stream: Readable;
  /** Such as `image/jpeg`, as Meta reports it. */
  readonly mimeType: string | undefined;
  /** Bytes. */
  readonly size: number | undefined;
  /** Of its bytes, as Meta reports it. */
  readonly sha256: string | undefined;
}
