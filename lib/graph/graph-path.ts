import { ValidationError } from '../errors.js';

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
