import type { Problem } from '../../../errors.js';
import type { ProductParameter } from '../../message-component.js';
import { isObject, refused, typeInWords, type Reading } from './reading.js';
import { characterProblems } from './text-value.js';

/** Reads the product of a product header. */
export function readProduct(value: unknown): Reading<ProductParameter> {
  if (!isObject(value)) {
    return refused(`is ${typeInWords(value)}; write an object with catalog_id and product_retailer_id.`);
  }
  const { catalog_id, product_retailer_id } = value;
  const problems = [
    ...idProblems(catalog_id, '.catalog_id'),
    ...idProblems(product_retailer_id, '.product_retailer_id'),
  ];
  if (problems.length > 0 || typeof catalog_id !== 'string' || typeof product_retailer_id !== 'string') {
    return { problems };
  }
  return { parameter: { type: 'product', product: { catalog_id, product_retailer_id } } };
}

/** What is wrong with an id of a catalog or product. */
export function idProblems(id: unknown, path: string): Problem[] {
  if (id === undefined) return [{ path, message: 'is missing; write its id.' }];
  if (typeof id !== 'string') return [{ path, message: `is ${typeInWords(id)}; write its id as text, in quotes.` }];
  return characterProblems(id).map((message) => ({ path, message }));
}
