import type { Param } from '../server/param.js';

const OTHER_NAMES = ['first_name', 'last_name', 'middle_name', 'prefix', 'suffix'];

/** Contact cards: each with a formatted name and at least one more part of it. */
export function checkContacts(contacts: Param): void {
  for (const contact of contacts.itemsBetween(1, 257)) {
    const name = contact.get('name').object();
    name.get('formatted_name').string();
    if (!name.firstOf(...OTHER_NAMES)) throw name.invalid(`must have one of ${OTHER_NAMES.join(', ')}.`);
    for (const phone of contact.get('phones').optionalItems()) phone.get('phone').string();
    for (const email of contact.get('emails').optionalItems()) email.get('email').string();
    for (const url of contact.get('urls').optionalItems()) url.get('url').string();
    const birthday = contact.get('birthday').optionalString();
    if (birthday !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(birthday)) {
      throw contact.get('birthday').invalid('must be written YYYY-MM-DD.');
    }
  }
}
