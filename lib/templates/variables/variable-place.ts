import { parsePlaceholders, type TemplatePart } from './template-part.js';
import type { TemplateVariable } from './template-variable.js';

const CONTEXT = 30;

/** Where a template needs a value, for the text of a problem: `the body says "Hello {{name}}, your order…"`. */
export function placeOf(part: TemplatePart, variable: TemplateVariable): string {
  if (variable.component === 'BUTTON') return placeOfButton(part, variable);
  switch (variable.kind) {
    case 'IMAGE':
    case 'VIDEO':
    case 'DOCUMENT':
      return `the header is ${variable.kind === 'IMAGE' ? 'an' : 'a'} ${variable.kind.toLowerCase()}: give its public address or media id`;
    case 'GIF':
      return 'the header plays like a GIF: give the public address or media id of an mp4 file of at most 3.5 MB';
    case 'LOCATION':
      return 'the header is a location: give an object with latitude, longitude, name and address';
    case 'PRODUCT':
      return 'the header is a product: give an object with catalog_id and product_retailer_id';
    case 'OFFER_EXPIRATION':
      return 'the limited-time offer counts down to it: give an ISO 8601 time or Unix milliseconds';
    default:
      return placeInText(part, variable);
  }
}

/** A button as people and Meta know it: `button 0 ("Track order", URL)`. */
export function buttonInWords(part: TemplatePart, index: number): string {
  const button = part.buttons[index];
  return `button ${index} (${button?.text ? `"${button.text}", ` : ''}${button?.type ?? 'none'})`;
}

function placeOfButton(part: TemplatePart, variable: TemplateVariable): string {
  const index = variable.buttonIndex ?? -1;
  const button = buttonInWords(part, index);
  switch (variable.kind) {
    case 'URL_SUFFIX':
      return `it ends the address ${part.buttons[index]?.url ?? ''} of ${button}`;
    case 'COUPON_CODE':
      return `it is the code that ${button} copies`;
    case 'ONE_TIME_CODE':
      return `it is the one-time code of ${button}`;
    case 'MULTI_PRODUCT':
      return `${button} shows products: give an object with thumbnail_product_retailer_id and sections`;
    default:
      return `it belongs to ${button}`;
  }
}

function placeInText(part: TemplatePart, variable: TemplateVariable): string {
  const name = variable.placeholder ?? variable.name;
  const inHeader = excerptOf(part.header?.text ?? '', name);
  const isOnlyInBody = variable.component === 'BODY' && (!part.named || !inHeader);
  return isOnlyInBody ? `the body says "${excerptOf(part.body?.text ?? '', name)}"` : `the header says "${inHeader}"`;
}

function excerptOf(text: string, name: string): string {
  const placeholder = parsePlaceholders(text).find((one) => one.name === name);
  if (!placeholder) return '';
  const before = Array.from(text.slice(0, placeholder.index));
  const after = Array.from(text.slice(placeholder.index + placeholder.source.length));
  return [
    before.length > CONTEXT ? '…' : '',
    ...before.slice(-CONTEXT),
    placeholder.source,
    ...after.slice(0, CONTEXT),
    after.length > CONTEXT ? '…' : '',
  ]
    .join('')
    .replace(/\s+/g, ' ');
}
