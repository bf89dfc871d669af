import type { Param } from '../server/param.js';
import { invalidValue } from '../errors/graph-error.js';
import { Media } from '../media/media.routes.js';
import type { MessageContext } from './recipient.js';
import { isWamid } from './wamid.js';

/** What an interactive type must have around its action, and how the action is checked. */
export interface InteractiveRule {
  /** `text` allows a text alone, `required` a text that must be there, `any` also media. */
  readonly header: 'any' | 'text' | 'required' | 'none';
  readonly body: 'required' | 'optional';
  /** In characters; by default 1,024. */
  readonly maxBody?: number;
  check(action: Param): void;
}

/** The interactive types and their rules. See Meta's page "Interactive messages". */
export const ACTIONS: ReadonlyMap<string, InteractiveRule> = new Map<string, InteractiveRule>([
  ['button', { header: 'any', body: 'required', check: checkReplyButtons }],
  ['list', { header: 'text', body: 'required', maxBody: 4096, check: checkList }],
  ['cta_url', { header: 'any', body: 'required', check: checkCtaUrl }],
  ['flow', { header: 'any', body: 'required', check: checkFlow }],
  ['location_request_message', { header: 'none', body: 'required', check: named('send_location') }],
  ['catalog_message', { header: 'none', body: 'required', check: named('catalog_message') }],
  ['product', { header: 'none', body: 'optional', check: checkProduct }],
  ['product_list', { header: 'required', body: 'required', check: checkProductList }],
  ['voice_call', { header: 'none', body: 'required', check: checkVoiceCall }],
  ['call_permission_request', { header: 'none', body: 'optional', check: named('call_permission_request') }],
  ['request_contact_info', { header: 'none', body: 'required', check: named('request_contact_info') }],
  ['carousel', { header: 'none', body: 'required', check: checkCarousel }],
]);

function named(name: string): (action: Param) => void {
  return (action) => {
    action.get('name').oneOf([name]);
  };
}

function checkList(action: Param): void {
  action.get('button').text(20);
  checkSections(action.get('sections'));
}

function checkCtaUrl(action: Param): void {
  named('cta_url')(action);
  const parameters = action.get('parameters').object();
  parameters.get('display_text').text(20);
  const url = parameters.get('url');
  if (!/^https?:\/\/\S+$/i.test(url.string())) throw url.invalid('is not a valid URI.');
}

function checkFlow(action: Param): void {
  named('flow')(action);
  const parameters = action.get('parameters').object();
  parameters.get('flow_message_version').oneOf(['3']);
  parameters.get('flow_cta').text(30);
  if (parameters.get('flow_id').given === parameters.get('flow_name').given) {
    throw parameters.invalid('must have either flow_id or flow_name.');
  }
  if (parameters.get('flow_action').given) parameters.get('flow_action').oneOf(['navigate', 'data_exchange']);
  if (parameters.get('mode').given) parameters.get('mode').oneOf(['draft', 'published']);
}

function checkProduct(action: Param): void {
  action.get('catalog_id').string();
  action.get('product_retailer_id').string();
}

function checkProductList(action: Param): void {
  action.get('catalog_id').string();
  const sections = action.get('sections').itemsBetween(1, 10);
  const products = sections.flatMap((section) => {
    if (sections.length > 1) section.get('title').text(24);
    return section.get('product_items').items();
  });
  for (const product of products) product.get('product_retailer_id').string();
  if (products.length === 0 || products.length > 30) {
    throw action.get('sections').invalid('must have between 1 and 30 products in total.');
  }
}

function checkVoiceCall(action: Param): void {
  named('voice_call')(action);
  const parameters = action.get('parameters');
  parameters.get('display_text').optionalText(20);
  if (parameters.get('ttl_minutes').given) parameters.get('ttl_minutes').numberBetween(1, 43_200);
}

function checkCarousel(action: Param): void {
  for (const [index, card] of action.get('cards').itemsBetween(2, 10).entries()) {
    if (card.get('card_index').integer() !== index) throw card.get('card_index').invalid(`must be ${index} here.`);
    if (card.get('type').value === 'product') {
      if (card.get('header').given) throw card.get('header').invalid('is not supported for product cards.');
      checkProduct(card.get('action').object());
      continue;
    }
    card.get('header').object().get('type').oneOf(['image', 'video']);
    if (card.get('body').given) card.get('body').get('text').text(160);
    card.get('action').object();
  }
}

/** One to three reply buttons with ids and titles of their own. */
function checkReplyButtons(action: Param): void {
  const replies = action
    .get('buttons')
    .itemsBetween(1, 3)
    .map((button) => {
      button.get('type').oneOf(['reply']);
      return button.get('reply').object();
    });
  unique(
    action.get('buttons'),
    'id',
    replies.map((reply) => reply.get('id').text(256)),
  );
  unique(
    action.get('buttons'),
    'title',
    replies.map((reply) => reply.get('title').text(20)),
  );
}

/** At most ten sections with ten rows in total; sections need titles when there is more than one. */
function checkSections(sections: Param): void {
  const all = sections.itemsBetween(1, 10);
  const rows = all.flatMap((section) => {
    if (all.length > 1) section.get('title').text(24);
    else section.get('title').optionalText(24);
    return section.get('rows').items();
  });
  if (rows.length === 0 || rows.length > 10) throw sections.invalid('must have between 1 and 10 rows in total.');
  unique(
    sections,
    'id',
    rows.map((row) => row.get('id').text(200)),
  );
  for (const row of rows) {
    row.get('title').text(24);
    row.get('description').optionalText(72);
  }
}

function unique(list: Param, name: string, values: readonly string[]): void {
  if (new Set(values).size < values.length) throw list.invalid(`must not have the same ${name} twice.`);
}

/** A text of at most 4,096 characters. */
export function checkText(text: Param): void {
  text.object().get('body').text(4096);
  const preview = text.get('preview_url');
  if (preview.given && typeof preview.value !== 'boolean') throw preview.invalid('must be a boolean.');
}

/** A place on earth; numbers may be written as strings. */
export function checkLocation(location: Param): void {
  location.object().get('latitude').numberBetween(-90, 90);
  location.get('longitude').numberBetween(-180, 180);
  location.get('name').optionalString();
  location.get('address').optionalString();
}

/** An emoji on a message; an empty one takes the reaction back. */
export function checkReaction(reaction: Param): void {
  const id = reaction.object().get('message_id');
  if (!isWamid(id.string())) throw invalidValue(`The parameter ${id.path} is not the id of a message.`);
  const emoji = reaction.get('emoji').required();
  if (typeof emoji.value !== 'string') throw emoji.invalid('must be a string.');
}

/** An uploaded file by its id, or a link to one; never both. A link is fetched later, so only its form is checked. */
export function checkMedia(media: Param, context: MessageContext, { caption }: { caption: boolean }): void {
  media.object();
  const id = media.get('id');
  const link = media.get('link');
  if (id.given && link.given) throw media.invalid('must have either id or link, not both.');
  if (link.given) checkLink(link);
  else checkId(id, context);
  if (media.get('caption').given) {
    if (!caption) throw media.get('caption').invalid('is not supported for this type of media.');
    media.get('caption').text(1024);
  }
  media.get('filename').optionalString();
}

const LARGEST_GIF = 3.5 * 1024 * 1024;

/** What plays as a GIF is a short mp4. */
export function checkGif(id: Param, { call }: MessageContext): void {
  const media = call.graph.nodes.get(String(id.value));
  if (!(media instanceof Media)) return;
  if (media.mimeType !== 'video/mp4' || media.file.size > LARGEST_GIF) {
    throw id.invalid('is not an mp4 file of at most 3.5 MB, as a GIF header needs.');
  }
}

function checkLink(link: Param): void {
  const text = link.string();
  const isWeb = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isWeb) throw link.invalid('is not a valid URI.');
}

function checkId(id: Param, { account, call }: MessageContext): void {
  const node = call.graph.nodes.get(String(id.required().value));
  const isThere = node instanceof Media && node.account === account && !node.isExpired(call.graph.now());
  if (!isThere) throw id.invalid('is not a valid whatsapp business account media attachment ID');
}
