import type { Given } from './given.js';

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
  ['contact_request', { header: 'none', check: checkFormerName }],
  ['carousel', { header: 'none', check: checkCarousel }],
]);

function named(name: string): (action: Given) => void {
  return (action) => {
    action.get('name').oneOf([name]);
  };
}

/** Meta's name of the type until May 2026. */
function checkFormerName(action: Given): void {
  action.refuse('is of a type that Meta calls request_contact_info by now; write that as the type.');
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

/** One product of a catalog. */
function checkProduct(action: Given): void {
  action.get('catalog_id').text();
  action.get('product_retailer_id').text();
}

/** At most 30 products of one catalog in at most ten sections. */
function checkProductList(action: Given): void {
  action.get('catalog_id').text();
  const sections = action.get('sections');
  const all = sections.items(1, 10);
  const products = all.flatMap((section) => {
    if (!section.object()) return [];
    checkSectionTitle(section, all.length > 1);
    return section.get('product_items').items(1, Infinity);
  });
  for (const product of products) product.object()?.get('product_retailer_id').text();
  if (products.length > 30) sections.refuse(`have ${products.length} products in total; Meta takes at most 30.`);
}

/** One to three reply buttons, with ids and titles of their own. */
function checkReplyButtons(action: Given): void {
  const buttons = action.get('buttons');
  const replies = buttons.items(1, 3).flatMap((button) => {
    if (!button.object()) return [];
    button.get('type').oneOf(['reply']);
    return button.get('reply').object() ?? [];
  });
  const ids = replies.map((reply) => reply.get('id').text(256));
  const titles = replies.map((reply) => reply.get('title').text(20));
  refuseRepeated(buttons, 'id', ids);
  refuseRepeated(buttons, 'title', titles);
}

/** At most ten rows in at most ten sections; sections need titles when there is more than one. */
function checkList(action: Given): void {
  action.get('button').text(20);
  const sections = action.get('sections');
  const all = sections.items(1, 10);
  const rows = all.flatMap((section) => rowsOf(section, all.length > 1));
  if (rows.length > 10) sections.refuse(`have ${rows.length} rows in total; Meta takes at most 10.`);
  refuseRepeated(
    sections,
    'id',
    rows.map((row) => row.get('id').text(200)),
  );
  for (const row of rows) {
    row.get('title').text(24);
    row.get('description').optionalText(72);
  }
}

function rowsOf(section: Given, needsTitle: boolean): readonly Given[] {
  if (!section.object()) return [];
  checkSectionTitle(section, needsTitle);
  // The limit of ten is one of all sections together.
  return section
    .get('rows')
    .items(1, Infinity)
    .flatMap((row) => row.object() ?? []);
}

/** The title of a section of a list, of rows or of products. */
function checkSectionTitle(section: Given, needsTitle: boolean): void {
  if (needsTitle) section.get('title').text(24);
  else section.get('title').optionalText(24);
}

function refuseRepeated(list: Given, name: string, values: readonly (string | undefined)[]): void {
  const known = values.filter((value) => value !== undefined);
  if (new Set(known).size < known.length) list.refuse(`have the same ${name} twice; each needs its own.`);
}
