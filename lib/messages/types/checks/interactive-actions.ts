import { checkList, checkReplyButtons } from './choice-actions.js';
import type { Given } from './given.js';
import { checkProduct, checkProductList } from './product-actions.js';

/** What an interactive type takes around its action, and how the action is checked. */
export interface InteractiveRule {
  /** `any` is a text or a file, and the default. */
  readonly header?: 'any' | 'text' | 'required text' | 'none';
  readonly body?: 'optional';
  /** In characters; by default 1,024. */
  readonly maxBody?: number;
  readonly check?: (action: Given) => void;
}

/** The interactive types and their rules. */
export const ACTIONS: ReadonlyMap<string, InteractiveRule> = new Map<string, InteractiveRule>([
  ['button', { check: checkReplyButtons }],
  ['list', { header: 'text', maxBody: 4096, check: checkList }],
  ['cta_url', { check: checkUrl }],
  ['flow', { check: checkFlow }],
  ['location_request_message', { header: 'none', check: named('send_location') }],
  ['catalog_message', { header: 'none', check: named('catalog_message') }],
  ['product', { header: 'none', body: 'optional', check: checkProduct }],
  ['product_list', { header: 'required text', check: checkProductList }],
  ['voice_call', { header: 'none', check: checkVoiceCall }],
  ['call_permission_request', { header: 'none', body: 'optional', check: named('call_permission_request') }],
  ['request_contact_info', { header: 'none', check: named('request_contact_info') }],
  ['contact_request', { header: 'none', check: named('request_contact_info') }],
  ['carousel', { header: 'none', check: checkCarousel }],
]);

function named(name: string): (action: Given) => void {
  return (action) => {
    action.get('name').oneOf([name]);
  };
}

function checkUrl(action: Given): void {
  named('cta_url')(action);
  const parameters = action.get('parameters').object();
  parameters?.get('display_text').text(20);
  const url = parameters?.get('url');
  if (url && !(typeof url.value === 'string' && /^https?:\/\/\S+$/i.test(url.value) && URL.canParse(url.value))) {
    url.refuse('must be a web address, such as https://example.com.');
  }
}

function checkFlow(action: Given): void {
  named('flow')(action);
  const parameters = action.get('parameters').object();
  if (!parameters) return;
  parameters.get('flow_message_version').oneOf(['3']);
  parameters.get('flow_cta').text(30);
  if (parameters.get('flow_id').isThere === parameters.get('flow_name').isThere) {
    parameters.refuse('needs either flow_id or flow_name, and not both.');
  }
  const [flowAction, mode] = [parameters.get('flow_action'), parameters.get('mode')];
  if (flowAction.isThere) flowAction.oneOf(['navigate', 'data_exchange']);
  if (mode.isThere) mode.oneOf(['draft', 'published']);
}

function checkVoiceCall(action: Given): void {
  named('voice_call')(action);
  action.get('parameters').get('display_text').optionalText(20);
  const minutes = action.get('parameters').get('ttl_minutes');
  if (minutes.isThere) minutes.numberBetween(1, 43_200);
}

function checkCarousel(action: Given): void {
  for (const [index, card] of action.get('cards').items(2, 10).entries()) {
    if (!card.object()) continue;
    if (card.get('card_index').value !== index) card.get('card_index').refuse(`must be ${index} here.`);
    if (isProductCard(card)) {
      for (const name of ['header', 'footer'] as const) refuseOnProduct(card.get(name));
      const product = card.get('action').object();
      if (product) checkProduct(product);
      continue;
    }
    card.get('header').object()?.get('type').oneOf(['image', 'video']);
    if (card.get('body').isThere) card.get('body').get('text').text(160);
    card.get('action').object();
  }
}

/** A card that shows a product of a catalog, which brings its picture and its text. */
const isProductCard = (card: Given): boolean =>
  card.get('type').value === 'product' || card.get('action').get('product_retailer_id').isThere;

function refuseOnProduct(part: Given): void {
  if (part.isThere) part.refuse('is not taken with a product, which has its own; leave it out.');
}
