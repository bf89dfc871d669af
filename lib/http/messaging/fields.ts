import { integer, nullable, string, type Schema } from '../openapi/schema.js';

/** Fields that several bodies of this API have, as API documents describe them. */
export const phone: Schema = string({
  description: 'Recipient: 8 to 15 digits that begin with a country code, with or without `+`.',
  example: '919876543210',
});

export const accountId: Schema = nullable(
  integer({ description: 'Row id of the phone number that sends; the workspace’s primary one when left out.' }),
);
