import type { GraphCredential } from './graph-credential.js';
import type { GraphQuery } from './graph-path.js';
import type { GraphUsage } from './graph-usage.js';
import type { GraphUpload } from './multipart-body.js';

/** What every request to the Graph API takes. */
export interface GraphRequestOptions {
  readonly credential: GraphCredential;
  readonly query?: GraphQuery | undefined;
  /** Gives the request up. Once it was written, a `POST` or `DELETE` then has an unknown outcome. */
  readonly signal?: AbortSignal | undefined;
  /** The request is not written once this has passed; the answer to one that was is waited for nevertheless. */
  readonly deadline?: Date | undefined;
  /** Texts beside the credential that must be in no error, should Meta repeat them: one-time codes. */
  readonly secrets?: readonly string[] | undefined;
  /** Told how much of Meta's limits on calls is used, when an answer says so. What it throws is lost. */
  readonly onUsage?: ((usage: GraphUsage) => void) | undefined;
}

/** What a request that changes something takes. */
export interface GraphCallOptions extends GraphRequestOptions {
  /** Sent as JSON. */
  readonly body?: object | undefined;
}

/** What a download takes. */
export type GraphDownloadOptions = Pick<GraphRequestOptions, 'credential' | 'signal'>;

/** What an upload takes. */
export interface GraphUploadOptions extends GraphRequestOptions {
  readonly upload: GraphUpload;
}
