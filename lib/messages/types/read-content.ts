import type { ValidationProblem } from '../../errors.js';
import { Given } from './checks/given.js';
import type { FreeFormMessageType } from './message-content.js';
import { isIdentifier } from '../../identifier.js';
import { ACTIONS, type InteractiveRule } from './checks/interactive-actions.js';
import { readMedia } from '../../templates/variables/values/media-value.js';

/** A content that Meta takes, or everything that is wrong with it. */
export type ContentReading =
  | { readonly type: FreeFormMessageType; readonly content: object; readonly problems?: undefined }
  | { readonly problems: readonly ValidationProblem[] };

/** What a `text` column of MySQL holds, less a little. */
const LARGEST_CONTENT = 60_000;

const CHECKS: Readonly<Record<FreeFormMessageType, (content: Given) => void>> = {
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
export const isFreeFormType = (type: unknown): type is FreeFormMessageType =>
  typeof type === 'string' && Object.hasOwn(CHECKS, type);

/**
 * Reads what is under the name of its type. Fields that this module does not know go to Meta as they are: what Meta
 * adds can be sent the day it is there.
 */
export function readContent(type: unknown, given: unknown): ContentReading {
  if (!isFreeFormType(type)) {
    return { problems: [{ path: 'type', message: `must be one of ${Object.keys(CHECKS).join(', ')}.` }] };
  }
  const written = type === 'text' && typeof given === 'string' ? { body: given } : given;
  const problems: ValidationProblem[] = [];
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

/** A text of at most 4,096 characters. */
function checkText(text: Given): void {
  text.get('body').text(4096);
  text.get('preview_url').optionalBoolean();
}

/** A place on earth. */
function checkLocation(location: Given): void {
  location.get('latitude').degreesWithin(90);
  location.get('longitude').degreesWithin(180);
  location.get('name').optionalText();
  location.get('address').optionalText();
}

/** An emoji on a message; an empty one takes the reaction back. */
function checkReaction(reaction: Given): void {
  const id = reaction.get('message_id');
  if (!isIdentifier(id.value, 255)) id.refuse('is required; write the wamid of the message to react to.');
  const emoji = reaction.get('emoji');
  if (emoji.value !== '') emoji.text(LONGEST_EMOJI);
}

/** Characters of the longest emoji in use, a couple or family with skin tones, and some more for those to come. */
const LONGEST_EMOJI = 20;

/** Meta's pages: a message with more is refused. */
const MOST_CONTACTS = 257;

const OTHER_NAMES = ['first_name', 'last_name', 'middle_name', 'prefix', 'suffix'];

/** Contact cards, each with a formatted name and at least one part of it. */
function checkContacts(contacts: Given): void {
  for (const contact of contacts.items(1, MOST_CONTACTS)) if (contact.object()) checkContact(contact);
}

function checkContact(contact: Given): void {
  const name = contact.get('name').object();
  name?.get('formatted_name').text();
  if (name && !OTHER_NAMES.some((part) => name.get(part).isThere)) {
    name.refuse(`needs another part than formatted_name: ${OTHER_NAMES.join(', ')}.`);
  }
  for (const part of OTHER_NAMES) name?.get(part).optionalText();
  checkEach(contact.get('phones'), 'phone');
  checkEach(contact.get('emails'), 'email');
  checkEach(contact.get('urls'), 'url');
  if (contact.get('addresses').isThere) for (const address of contact.get('addresses').items(0, 100)) address.object();
  if (contact.get('org').isThere) contact.get('org').object();
  const birthday = contact.get('birthday');
  if (birthday.isThere && !(typeof birthday.value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(birthday.value))) {
    birthday.refuse('must be written YYYY-MM-DD.');
  }
}

function checkEach(list: Given, required: string): void {
  if (!list.isThere) return;
  for (const item of list.items(0, 100)) item.object()?.get(required).text();
}

/** Meta's limits, in characters. */
const HEADER_LENGTH = 60;

const BODY_LENGTH = 1024;

const FOOTER_LENGTH = 60;

const FILES = ['image', 'video', 'document'] as const;

/**
 * A message with something to tap. A type that this module does not know goes to Meta as it is, with what all types share
 * checked.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-messages
 */
function checkInteractive(interactive: Given): void {
  const type = interactive.get('type').text();
  if (type === undefined) return;
  const rule = ACTIONS.get(type) ?? {};
  checkHeader(interactive.get('header'), rule);
  const body = interactive.get('body');
  if (rule.body !== 'optional' || body.isThere)
    body
      .object()
      ?.get('text')
      .text(rule.maxBody ?? BODY_LENGTH);
  if (interactive.get('footer').isThere) interactive.get('footer').object()?.get('text').text(FOOTER_LENGTH);
  const action = interactive.get('action').object();
  if (action) rule.check?.(action);
}

function checkHeader(header: Given, { header: allowed = 'any' }: InteractiveRule): void {
  if (!header.isThere) {
    if (allowed === 'required text') header.refuse('is required; write { type: "text", text }.');
    return;
  }
  if (allowed === 'none') return header.refuse('is not taken with this type; leave it out.');
  if (!header.object()) return;
  const kind = header.get('type').oneOf(allowed === 'any' ? ['text', ...FILES] : ['text']);
  if (kind === 'text') header.get('text').text(HEADER_LENGTH);
  else if (kind !== undefined && header.get(kind).object()) checkMedia(header.get(kind), { caption: false });
}

/** An uploaded file by its id, or the public address of one. */
function checkMedia(media: Given, { caption }: { readonly caption: boolean }): void {
  const { id, link } = { id: media.get('id').value ?? undefined, link: media.get('link').value ?? undefined };
  const reading = readMedia('IMAGE', { ...(id !== undefined && { id }), ...(link !== undefined && { link }) });
  if ('problems' in reading) for (const { path, message } of reading.problems) at(media, path).refuse(message);
  if (caption) media.get('caption').optionalText(1024);
  else if (media.get('caption').isThere) media.get('caption').refuse('is not taken with this type; leave it out.');
  media.get('filename').optionalText();
  media.get('voice').optionalBoolean();
}

const at = (media: Given, path: string): Given => (path === '' ? media : media.get(path.slice(1)));
