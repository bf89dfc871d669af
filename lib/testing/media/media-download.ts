import { GraphError } from '../errors/graph-error.js';
import type { Graph } from '../graph.js';
import { permit, type Caller } from '../server/authorization.js';
import type { GraphReply } from '../server/graph-call.js';
import { Media } from './media.js';

/** Where files are downloaded; at Meta it is on another host, so a client must take the whole URL as it was told. */
export const ATTACHMENTS_PATH = '/whatsapp_business/attachments/';

const URL_LIFETIME_SECONDS = 5 * 60;

/** The URL of a file, valid for five minutes. */
export function downloadUrl(graph: Graph, media: Media): string {
  const url = new URL(ATTACHMENTS_PATH, graph.url);
  url.searchParams.set('mid', media.id);
  url.searchParams.set('ext', String(Math.floor(graph.now() / 1000) + URL_LIFETIME_SECONDS));
  url.searchParams.set('hash', media.file.sha256.slice(0, 24));
  return url.href;
}

/** Answers with the bytes of a file; 404 when the URL has expired or the file is gone or too large to have been kept. */
export function downloadMedia(graph: Graph, caller: Caller, query: URLSearchParams): GraphReply {
  const media = graph.nodes.get(query.get('mid') ?? '');
  const isExpired = Number(query.get('ext')) * 1000 <= graph.now();
  if (!(media instanceof Media) || isExpired || query.get('hash') !== media.file.sha256.slice(0, 24)) {
    throw new GraphError(100, { status: 404, message: 'The media URL is not valid any more.' });
  }
  permit(graph, caller, media, 'GET');
  if (!media.file.content)
    throw new GraphError(100, { status: 404, message: 'The media is larger than keepMediaBytes.' });
  return { status: 200, body: media.file.content, headers: { 'Content-Type': media.mimeType } };
}
