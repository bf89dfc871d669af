import { checkSectionTitle } from './choice-actions.js';
import type { Given } from './given.js';

/** One product of a catalog. */
export function checkProduct(action: Given): void {
  action.get('catalog_id').text();
  action.get('product_retailer_id').text();
}

/** At most 30 products of one catalog in at most ten sections. */
export function checkProductList(action: Given): void {
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
