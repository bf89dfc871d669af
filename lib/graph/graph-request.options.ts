import type { MetaErrorCircumstances } from './error-catalogue.js';
import type { GraphCredential } from './graph-credential.js';
import type { GraphQuery } from './graph-path.js';
import type { GraphUsage } from './graph-usage.js';
import type { JsonObject } from './json-object.js';
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
  /** What is known about the request, in which an error of Meta's may mean something else. */
  readonly circumstances?: MetaErrorCircumstances | undefined;
  /** Told how much of Meta's limits on calls is used, when an answer says so. What it throws is lost. */
  readonly onUsage?: ((usage: GraphUsage) => void) | undefined;
}

/** What a request that changes something takes. @typeParam T what is made of the answer */
export interface GraphCallOptions<T = unknown> extends GraphRequestOptions {
  /** Sent as JSON. */
  readonly body?: object | undefined;
  /**
   * Makes of Meta's answer what the caller needs of it. Whatever it throws, about an id that is missing say, means that the
   * answer is of no use: then the outcome is unknown. Without it the answer's type is the caller's claim.
   */
  readonly read?: ((answer: JsonObject) => T) | undefined;
}

/** What a download takes. */
export type GraphDownloadOptions = Pick<GraphRequestOptions, 'credential' | 'signal'>;

/** What an upload takes. */
export interface GraphUploadOptions<T = unknown> extends GraphRequestOptions, Pick<GraphCallOptions<T>, 'read'> {
  readonly upload: GraphUpload;
}
