import { countCharacters } from '../../server/characters.js';
import type { Param } from '../../server/param.js';
import { placeholdersOf } from '../placeholders.js';
import { templateError } from '../template-error.js';
import type { ComponentContext } from './component-context.js';
import { checkVariables } from './variable-rules.js';

const HEADER_FORMATS = ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION', 'GIF', 'PRODUCT'];
const WITH_SAMPLE_FILE = new Set(['IMAGE', 'VIDEO', 'DOCUMENT', 'GIF']);

/** Where a body stands decides how long it may be. */
export type BodyPlace = 'message' | 'card';

/** At most 1,024 characters, in a carousel's card 160. */
export function checkBody(body: Param, { format }: ComponentContext, place: BodyPlace): void {
  limit(body.get('text').string(), place === 'message' ? 1024 : 160, body);
  checkVariables(body, 'body', format);
}

/** A text of at most 60 characters with one variable, or a file, location or product. */
export function checkHeader(header: Param | undefined, { format }: ComponentContext, hasOffer: boolean): void {
  if (!header) return;
  const kind = header.get('format').oneOf(HEADER_FORMATS);
  if (hasOffer && kind !== 'IMAGE' && kind !== 'VIDEO') {
    throw templateError('header', 'A limited-time offer can have an image or a video as its header.');
  }
  if (kind === 'TEXT') {
    limit(header.get('text').string(), 60, header);
    checkVariables(header, 'header', format);
  }
  if (WITH_SAMPLE_FILE.has(kind)) {
    const [handle] = header.get('example').get('header_handle').optionalItems();
    if (!handle)
      throw templateError('header', `A header of format ${kind} needs a sample file in example.header_handle.`);
    handle.string();
  }
}

/** At most 60 characters, no variable, and not beside a limited-time offer. */
export function checkFooter(footer: Param | undefined, hasOffer: boolean): void {
  if (!footer) return;
  if (hasOffer) throw templateError('footer', 'A limited-time offer cannot have a footer.');
  const text = footer.get('text').string();
  limit(text, 60, footer);
  if (placeholdersOf(text).length > 0) throw templateError('footer', 'A footer cannot have variables.');
}

/** A text of at most 16 characters. */
export function checkLimitedTimeOffer(offer: Param | undefined): void {
  if (!offer) return;
  limit(offer.get('limited_time_offer').object().get('text').string(), 16, offer);
}

function limit(text: string, max: number, component: Param): void {
  if (countCharacters(text) <= max) return;
  throw templateError('tooLong', `The text of ${component.path} can have ${max} characters.`);
}
