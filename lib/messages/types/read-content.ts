import type { Problem } from '../../errors.js';
import { Given } from './checks/given.js';
import { checkContacts } from './checks/contacts-check.js';
import { checkInteractive } from './checks/interactive-check.js';
import { checkMedia } from './checks/media-check.js';
import { checkLocation, checkReaction, checkText } from './checks/plain-checks.js';
import type { FreeFormType } from './message-content.js';

/** A content that Meta takes, or everything that is wrong with it. */
export type ContentReading =
  | { readonly type: FreeFormType; readonly content: object; readonly problems?: undefined }
  | { readonly problems: readonly Problem[] };

/** What a `text` column of MySQL holds, less a little. */
const LARGEST_CONTENT = 60_000;

const CHECKS: Readonly<Record<FreeFormType, (content: Given) => void>> = {
  text: checkText,
  image: (image) => checkMedia(image, { caption: true }),
  video: (video) => checkMedia(video, { caption: true }),
  audio: (audio) => checkMedia(audio, { caption: false }),
  document: (document) => checkMedia(document, { caption: true }),
  sticker: (sticker) => checkMedia(sticker, { caption: false }),
  location: checkLocation,
  contacts: checkContacts,
  reaction: checkReaction,
  interactive: checkInteractive,
};

/** Whether a word is a type of message that needs no template. */
export const isFreeFormType = (type: unknown): type is FreeFormType =>
  typeof type === 'string' && Object.hasOwn(CHECKS, type);

/**
 * Reads what stands under the name of its type. Fields that this module does not know go to Meta as they are: what Meta
 * adds can be sent the day it is there.
 */
export function readContent(type: unknown, given: unknown): ContentReading {
  if (!isFreeFormType(type)) {
    return { problems: [{ path: 'type', message: `must be one of ${Object.keys(CHECKS).join(', ')}.` }] };
  }
  const written = type === 'text' && typeof given === 'string' ? { body: given } : given;
  const problems: Problem[] = [];
  const root = new Given(written, type, problems);
  if (type === 'contacts' || root.object()) CHECKS[type](root);
  if (problems.length > 0 || !isContent(written)) return { problems };
  const content = type === 'location' ? inNumbers(written) : written;
  if (Buffer.byteLength(JSON.stringify(content)) <= LARGEST_CONTENT) return { type, content };
  return { problems: [{ path: type, message: `is over ${LARGEST_CONTENT} bytes as JSON.` }] };
}

function inNumbers(location: object): object {
  const { latitude, longitude }: { latitude?: unknown; longitude?: unknown } = location;
  return { ...location, latitude: Number(latitude), longitude: Number(longitude) };
}

const isContent = (value: unknown): value is object => typeof value === 'object' && value !== null;
