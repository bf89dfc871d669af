import type { Problem } from '../../../errors.js';
import type { ActionParameter, ProductSection } from '../../message-component.js';
import { idProblems } from './product-value.js';
import { isObject, refused, typeInWords, type Reading } from './reading.js';
import { textFieldProblems, textOf } from './text-value.js';

const MAX_SECTIONS = 10;
const MAX_PRODUCTS = 30;

/** Reads the product whose picture a catalog button shows: its id, or `{ thumbnail_product_retailer_id }`. */
export function readCatalog(value: unknown): Reading<ActionParameter> {
  const id = isObject(value) ? value.thumbnail_product_retailer_id : textOf(value);
  if (id === undefined && !isObject(value)) return refused(`is ${typeInWords(value)}; write a product's id as text.`);
  const problems = idProblems(id, isObject(value) ? '.thumbnail_product_retailer_id' : '');
  if (problems.length > 0 || typeof id !== 'string') return { problems };
  return { parameter: { type: 'action', action: { thumbnail_product_retailer_id: id } } };
}

/** Reads what a multi-product button shows: a product for the picture, and 1 to 10 sections with up to 30 products. */
export function readMultiProduct(value: unknown): Reading<ActionParameter> {
  if (!isObject(value)) {
    return refused(`is ${typeInWords(value)}; write an object with thumbnail_product_retailer_id and sections.`);
  }
  const { thumbnail_product_retailer_id: id } = value;
  const sections = Array.isArray(value.sections) ? value.sections.map(readSection) : [];
  const problems = [
    ...idProblems(id, '.thumbnail_product_retailer_id'),
    ...sections.flatMap((reading, index) =>
      reading.problems.map(({ path, message }) => ({ path: `.sections[${index}]${path}`, message })),
    ),
  ];
  if (sections.length < 1 || sections.length > MAX_SECTIONS) {
    problems.push({ path: '.sections', message: `must be a list of 1 to ${MAX_SECTIONS} sections.` });
  }
  const products = sections.reduce((sum, { section }) => sum + section.product_items.length, 0);
  if (products > MAX_PRODUCTS) {
    problems.push({ path: '.sections', message: `holds ${products} products; Meta takes at most ${MAX_PRODUCTS}.` });
  }
  if (problems.length > 0 || typeof id !== 'string') return { problems };
  const action = { thumbnail_product_retailer_id: id, sections: sections.map(({ section }) => section) };
  return { parameter: { type: 'action', action } };
}

function readSection(value: unknown): { section: ProductSection; problems: Problem[] } {
  const { title, product_items } = isObject(value) ? value : {};
  const ids = Array.isArray(product_items)
    ? product_items.map((item: unknown) => (isObject(item) ? item.product_retailer_id : undefined))
    : [];
  const problems = [
    ...textFieldProblems(title ?? '', '.title'),
    ...ids.flatMap((id, index) => idProblems(id, `.product_items[${index}].product_retailer_id`)),
  ];
  if (ids.length === 0) problems.push({ path: '.product_items', message: 'must be a list of at least one product.' });
  const product_items_read = ids.flatMap((id) => (typeof id === 'string' ? { product_retailer_id: id } : []));
  return { section: { title: typeof title === 'string' ? title : '', product_items: product_items_read }, problems };
}
