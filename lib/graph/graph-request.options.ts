import type { MetaErrorCircumstances } from './error-catalogue.js';
import type { GraphCredential } from './graph-credential.js';
import type { GraphUsage } from './graph-usage.js';
import type { JsonObject } from './json.js';
import type { GraphUpload } from './multipart-body.js';
import { ValidationError } from '../errors.js';

/** What every request to the Graph API takes. */
export interface GraphRequestOptions {
  readonly credential: GraphCredential;
  readonly query?: GraphQuery | undefined;
  /** Gives the request up. Once it was written, a `POST` or `DELETE` then has an unknown outcome. */
  readonly signal?: AbortSignal | undefined;
  /** The request is not written once this has passed; the answer to one that was is waited for nevertheless. */
  readonly deadline?: Date | undefined;
  /** Texts, in addition to the credential, that must be in no error, should Meta repeat them: one-time codes. */
  readonly secrets?: readonly string[] | undefined;
  /** What is known about the request, in which an error of Meta's may mean something else. */
  readonly circumstances?: MetaErrorCircumstances | undefined;
  /** Called with how much of Meta's limits on calls is used, when an answer says so. What it throws is ignored. */
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

/**
 * A path below the version: its segments, such as `[phoneNumberId, 'messages']`, each of which stays one segment whatever
 * is in it; or a text, such as `106540352242922/messages`, which is an id and at most one edge of it. An id that came from
 * outside and was not checked belongs in a list.
 */
export type GraphPath = string | readonly string[];

/** Query parameters; absent ones are left out, lists are joined by commas, as Meta takes `fields`. */
export type GraphQuery = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * Writes path and query of a request.
 *
 * @throws ValidationError when a segment would end, or climb out of, its place in the path
 */
export function requestTarget(pathPrefix: string, path: GraphPath, query: GraphQuery = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.append(name, String(value));
  }
  const search = parameters.size > 0 ? `?${parameters.toString()}` : '';
  return [pathPrefix, ...segmentsOf(path).map(encodeSegment)].join('/') + search;
}

function segmentsOf(path: GraphPath): readonly string[] {
  if (typeof path !== 'string') return path;
  const [id = '', edge, ...rest] = path.split('/');
  // In a text, an id with a slash in it would look like an edge: so there is room for one edge, which is no id.
  if (rest.length > 0 || (edge !== undefined && !/^[a-z_]+$/.test(edge))) throw invalidSegment(path);
  return edge === undefined ? [id] : [id, edge];
}

function encodeSegment(segment: string): string {
  // Proxies decode %2F and %2E before they route, so that encoding alone would not keep an id in its segment.
  if (!/^[^\s\p{Cc}\p{Cs}/\\?#%]+$/u.test(segment) || /^\.+$/.test(segment)) throw invalidSegment(segment);
  return encodeURIComponent(segment).replaceAll('%3A', ':');
}

function invalidSegment(segment: string): ValidationError {
  const quoted = JSON.stringify(segment.slice(0, 80));
  return new ValidationError([
    { path: 'id', message: `${quoted} is no id of Meta's; ids are digits, such as 106540352242922.` },
  ]);
}
