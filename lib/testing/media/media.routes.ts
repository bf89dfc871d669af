import { PhoneNumber } from '../accounts/phone-number.js';
import { invalidParam, missingInManagement, unknownObject, GraphError } from '../errors/graph-error.js';
import { permit, type Caller } from '../server/authorization.js';
import { ok, SUCCESS, type GraphCall, type GraphReply, on } from '../server/graph-call.js';
import type { Graph } from '../graph.js';
import type { AccountNode, GraphNode } from '../graph-node.js';
import type { UploadedFile } from '../server/multipart-body.js';

/** Days that an uploaded file can be sent. */
const LIFETIME_MS = 30 * 86_400_000;

/** An uploaded file. */
export class Media implements GraphNode {
  constructor(
    readonly id: string,
    readonly phoneNumber: PhoneNumber,
    readonly mimeType: string,
    readonly file: UploadedFile,
    /** Epoch milliseconds. */
    readonly uploadedAt: number,
  ) {}

  get account(): AccountNode {
    return this.phoneNumber.account;
  }

  isExpired(now: number): boolean {
    return now >= this.uploadedAt + LIFETIME_MS;
  }
}

/** Endpoints of media. See Meta's page "Media". */
export const mediaRoutes = [
  on(PhoneNumber, 'POST', 'media', upload),
  on(Media, 'GET', undefined, describe),
  on(Media, 'DELETE', undefined, (media, call) => {
    checkOwner(media, call);
    call.graph.nodes.delete(media.id);
    return SUCCESS;
  }),
];

function upload(phoneNumber: PhoneNumber, call: GraphCall): GraphReply {
  const body = call.body(missingInManagement);
  if (!call.multipart) throw invalidParam('', 'must be sent as multipart/form-data.');
  body.get('messaging_product').oneOf(['whatsapp']);
  const { file } = call.multipart;
  if (!file) throw missingInManagement('file');
  const mimeType = plainType(body.get('type').string());
  for (const type of [mimeType, plainType(file.mimeType)]) checkType(type);
  if (!/\.\w+$/.test(file.filename)) throw invalidParam('file', 'must have a filename with an extension.');
  const max = MEDIA_TYPES.get(mimeType) ?? 0;
  if (file.size === 0) throw invalidParam('file', 'must not be empty.');
  if (file.size > max) throw invalidParam('file', `must be at most ${max} bytes of type '${mimeType}'.`);

  const media = new Media(call.graph.newId(), phoneNumber, mimeType, file, call.graph.now());
  call.graph.register(media);
  return ok({ id: media.id });
}

function describe(media: Media, call: GraphCall): GraphReply {
  checkOwner(media, call);
  return ok({
    messaging_product: 'whatsapp',
    url: downloadUrl(call.graph, media),
    mime_type: media.mimeType,
    sha256: media.file.sha256,
    file_size: String(media.file.size),
    id: media.id,
  });
}

/** A file that is too old is as good as gone, and so is one of another number when a number is named. */
function checkOwner(media: Media, call: GraphCall): void {
  const phoneNumberId = call.query.get('phone_number_id');
  const isForeign = phoneNumberId !== null && phoneNumberId !== media.phoneNumber.id;
  if (isForeign || media.isExpired(call.graph.now())) throw unknownObject(call.method, media.id);
}

function plainType(type: string): string {
  return type.replace(/;.*$/s, '').trim().toLowerCase();
}

function checkType(type: string): void {
  if (MEDIA_TYPES.has(type)) return;
  const types = [...MEDIA_TYPES.keys()].join(', ');
  throw invalidParam(
    'file',
    `must be a file with one of the following types: ${types}. Received file of type '${type}'.`,
  );
}

const MIB = 1024 * 1024;

const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** MIME types that can be uploaded, and how many bytes of each. See Meta's page "Media", supported media types. */
const MEDIA_TYPES: ReadonlyMap<string, number> = new Map([
  ['audio/aac', 16 * MIB],
  ['audio/amr', 16 * MIB],
  ['audio/mpeg', 16 * MIB],
  ['audio/mp4', 16 * MIB],
  ['audio/ogg', 16 * MIB],
  ['text/plain', 100 * MIB],
  ['application/pdf', 100 * MIB],
  ['application/msword', 100 * MIB],
  ['application/vnd.ms-excel', 100 * MIB],
  ['application/vnd.ms-powerpoint', 100 * MIB],
  [`${OFFICE}.wordprocessingml.document`, 100 * MIB],
  [`${OFFICE}.spreadsheetml.sheet`, 100 * MIB],
  [`${OFFICE}.presentationml.presentation`, 100 * MIB],
  ['image/jpeg', 5 * MIB],
  ['image/png', 5 * MIB],
  // Stickers; an animated one may be this large.
  ['image/webp', 500 * 1024],
  ['video/mp4', 16 * MIB],
  ['video/3gpp', 16 * MIB],
]);

/** Where files are downloaded; at Meta it is on another host, so a client must take the whole URL as it was returned. */
export const ATTACHMENTS_PATH = '/whatsapp_business/attachments/';

const URL_LIFETIME_SECONDS = 5 * 60;

/** The URL of a file, valid for five minutes. */
function downloadUrl(graph: Graph, media: Media): string {
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
  permit(graph, caller, media, { method: 'GET', edge: 'media' });
  if (!media.file.content)
    throw new GraphError(100, { status: 404, message: 'The media is larger than keepMediaBytes.' });
  return { status: 200, body: media.file.content, headers: { 'Content-Type': media.mimeType } };
}
