import type { MediaParameter, MediaReference } from '../../message-component.js';
import { isObject, refused, typeInWords, type Reading, textFieldProblems } from './text-value.js';

/** Header formats that are a file. */
export type MediaKind = 'IMAGE' | 'VIDEO' | 'GIF' | 'DOCUMENT';

const REMEDY = 'write a public http(s) address, or the id of media uploaded to Meta (digits, in quotes)';

/**
 * Reads the medium of a header: text (an address, or an id when all digits), `{ link }` or `{ id }`; a document may
 * have a `filename`, whose ending decides the icon.
 */
export function readMedia(kind: MediaKind, value: unknown): Reading<MediaParameter> {
  if (typeof value === 'string') return parameterOf(kind, isDigits(value) ? readId(value) : readLink(value));
  if (!isObject(value)) return refused(`is ${typeInWords(value)}; ${REMEDY}.`);
  const { id, link, filename } = value;
  if ((id === undefined) === (link === undefined)) return refused('needs either an id or a link, and not both.');
  const reference = id === undefined ? readLink(link, '.link') : readId(id, '.id');
  return parameterOf(kind, reference, kind === 'DOCUMENT' ? filename : undefined);
}

function parameterOf(kind: MediaKind, reading: Reading<MediaReference>, filename?: unknown): Reading<MediaParameter> {
  const problems = [...('problems' in reading ? reading.problems : []), ...textFieldProblems(filename, '.filename')];
  if ('problems' in reading || problems.length > 0) return { problems };
  const { parameter: reference } = reading;
  if (kind === 'IMAGE') return { parameter: { type: 'image', image: reference } };
  if (kind === 'GIF') return { parameter: { type: 'gif', gif: reference } };
  if (kind === 'VIDEO') return { parameter: { type: 'video', video: reference } };
  const document = typeof filename === 'string' ? { ...reference, filename } : reference;
  return { parameter: { type: 'document', document } };
}

function readId(id: unknown, path = ''): Reading<MediaReference> {
  if (typeof id === 'string' && isDigits(id)) return { parameter: { id } };
  return { problems: [{ path, message: "is no media id; write Meta's digits, in quotes." }] };
}

function readLink(link: unknown, path = ''): Reading<MediaReference> {
  if (typeof link !== 'string' || !isWebAddress(link)) {
    return { problems: [{ path, message: `is no media; ${REMEDY}.` }] };
  }
  if (new URL(link).hostname.endsWith('.whatsapp.net')) {
    // Meta's own fetcher is answered 403 there, and the message fails after it was accepted (131053).
    const message = "is an address of Meta's own, which Meta cannot fetch; upload the file and write its media id.";
    return { problems: [{ path, message }] };
  }
  return { parameter: { link } };
}

function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

function isWebAddress(text: string): boolean {
  // A URL parser drops spaces and line breaks that Meta would be sent.
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}
