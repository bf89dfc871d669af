import type { Readable } from 'node:stream';
import type { InWorkspace } from '../accounts/accounts.service.js';
import type { MediaFile } from './media-file.js';

/** Which number's media are meant. */
export interface MediaOfNumber extends InWorkspace {
  /** Meta's id of the number; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
}

/** A file that its owner keeps, and of which is known what must be known before it is uploaded. */
export type KeptFile = Omit<MediaFile, 'remove'>;

/** A file to upload. */
export interface UploadMediaInput extends MediaOfNumber {
  /**
   * The file: its bytes, a stream of them, or its address, which must be https on the public Internet unless the option
   * `mediaUrls` says otherwise. A stream is read to its end once, through a temporary file; a file that can be read again
   * is read from where it is, and is the caller's to remove.
   */
  readonly file: Uint8Array | AsyncIterable<Uint8Array> | string | URL | KeptFile;
  /** Such as `image/jpeg`; found from the file's first bytes and its name when left out. */
  readonly mimeType?: string;
  /** Its ending helps to find the type. Customers never see it: a document's own `filename` is what they are shown. */
  readonly filename?: string;
}

/** A file that Meta has. */
export interface UploadedMedia {
  /** Meta's id, for `image: { id }` and the like. */
  readonly mediaId: string;
  readonly phoneNumberId: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** Of its bytes, in hex. */
  readonly sha256: string;
  /** When Meta forgets it. */
  readonly expiresAt: Date;
}

/** A file that is being downloaded. */
export interface DownloadedMedia {
  /** Must be read to its end or destroyed: until then it holds a connection. */
  readonly stream: Readable;
  readonly mimeType: string | undefined;
  /** Bytes. */
  readonly size: number | undefined;
  /** Of its bytes, as Meta reports it. */
  readonly sha256: string | undefined;
}
