/** The headers of a request, as Node, Express and Fastify hand them over: names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const BEARER = /^bearer\s+(.+)$/i;

/**
 * The different keys that a request presents in `X-API-Key` and `Authorization: Bearer`. Other schemes are somebody
 * else's, and the query string is not looked at: it ends up in logs.
 */
export function presentedKeys(headers: RequestHeaders): string[] {
  const bearers = valuesOf(headers['authorization']).map((value) => BEARER.exec(value)?.[1] ?? '');
  const keys = [...valuesOf(headers['x-api-key']), ...bearers].map((key) => key.trim());
  return [...new Set(keys)].filter((key) => key !== '');
}

function valuesOf(header: string | readonly string[] | undefined): string[] {
  const lines = typeof header === 'string' ? [header] : [...(header ?? [])];
  // Node joins a header that was sent twice with a comma and a space; a key has no space.
  return lines.flatMap((line) => line.split(', '));
}
