import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Agent, Dispatcher } from 'undici';
import { messageOf } from '../foreign-errors.js';
import { undici } from '../lazy-packages.js';
import { InvalidMediaError } from './media.errors.js';
import { lookupPublic, problemOfUrl } from '../remote-urls.js';

/** The module's options for media. */
export interface MediaOptions {
  /**
   * Addresses that files to upload may come from: https on the public Internet, or any, such as a file server of the
   * host's own network.
   */
  readonly mediaUrls: 'public' | 'any';
}

export const MEDIA_OPTIONS = Symbol('MEDIA_OPTIONS');

/** A file on its way from someone's server. */
export interface RemoteFile {
  /** Must be read to its end or destroyed. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly contentType: string | undefined;
  /** The last part of its address. */
  readonly filename: string | undefined;
}

const MOST_REDIRECTS = 3;

/** Milliseconds to connect, and then to the answer's head and from piece to piece. */
const CONNECT_TIMEOUT = 5_000;
const RESPONSE_TIMEOUT = 30_000;

/** Fetches files by their address; none from the host's own network, unless the options allow it. */
@Injectable()
export class RemoteFiles implements OnApplicationShutdown {
  #agent: Agent | undefined;

  constructor(@Inject(MEDIA_OPTIONS) private readonly options: MediaOptions) {}

  /** @throws InvalidMediaError when the address is not to be asked, or gives no file */
  async open(address: string | URL): Promise<RemoteFile> {
    let url = this.#read(String(address));
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const { statusCode, headers, body } = await this.#get(url);
      if (statusCode === 200)
        return { body, contentType: headerText(headers['content-type']), filename: filenameIn(url) };
      await body.dump();
      const next = headerText(headers.location);
      if (statusCode < 300 || statusCode >= 400 || next === undefined) {
        throw unavailable(`its server answered HTTP ${statusCode}`);
      }
      url = this.#read(next, url);
    }
    throw unavailable(`its server redirected more than ${MOST_REDIRECTS} times`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#agent?.close();
  }

  async #get(url: URL): Promise<Dispatcher.ResponseData> {
    const { Agent, request } = undici();
    const connect = { timeout: CONNECT_TIMEOUT, ...(!this.#takesAny && { lookup: lookupPublic }) };
    this.#agent ??= new Agent({ connect, headersTimeout: RESPONSE_TIMEOUT, bodyTimeout: RESPONSE_TIMEOUT });
    try {
      return await request(url, { dispatcher: this.#agent });
    } catch (error) {
      throw unavailable(messageOf(error));
    }
  }

  #read(address: string, base?: URL): URL {
    const url = URL.canParse(address, base?.href) ? new URL(address, base) : undefined;
    if (url && problemOfUrl(url.href, this.options.mediaUrls, 'mediaUrls') === undefined) return url;
    const kind = this.#takesAny ? 'http or https' : 'public https';
    throw new InvalidMediaError({ path: 'file', message: `must be a ${kind} address, bytes or a stream of bytes.` });
  }

  get #takesAny(): boolean {
    return this.options.mediaUrls === 'any';
  }
}

const headerText = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

function filenameIn(url: URL): string | undefined {
  return url.pathname.split('/').at(-1) || undefined;
}

function unavailable(why: string): InvalidMediaError {
  return new InvalidMediaError({ path: 'file', message: `could not be downloaded: ${why}.` });
}
