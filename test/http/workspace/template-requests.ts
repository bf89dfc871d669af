import { someone } from './acme.js';
import type { Parts } from './forms.js';

/** Fields of a template without values. */
export const NO_VALUES = { header_field_1: undefined, field_1: undefined, field_2: undefined };

/** A request for a template with values in header and body. */
export const order = (overrides: object = {}) => ({
  phone_number: someone(),
  template_name: 'order_confirmation',
  template_language: 'en_US',
  header_field_1: '77',
  field_1: 'Ana',
  field_2: 'Friday',
  ...overrides,
});
/** A form for a template whose header is a document, without the document. */
export const invoice = (phone = someone()): Parts => [
  ['phone_number', phone],
  ['template_name', 'invoice_ready'],
  ['template_language', 'en_US'],
  ['field_1', '2026-118'],
];
/** A form for a template whose header is an image, without the image. */
export const sale = (): Parts => [
  ['phone_number', someone()],
  ['template_name', 'summer_sale'],
  ['template_language', 'en_US'],
  ['field_1', 'Ana'],
];
