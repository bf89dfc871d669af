import { request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends a request with the path exactly as given, which `fetch` would normalize. */
export function rawRequest(url: string, path: string, options: RawRequest = {}): Promise<RawAnswer> {
  const { method = 'POST', headers = {}, body = '' } = options;
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request({
      hostname,
      port,
      path,
      method,
      headers: { 'content-length': Buffer.byteLength(body), ...headers },
    });
    call.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString(),
        }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}
