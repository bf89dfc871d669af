import type { Given } from './given.js';

/** Meta's pages: a message with more is refused. */
const MOST_CONTACTS = 257;

const OTHER_NAMES = ['first_name', 'last_name', 'middle_name', 'prefix', 'suffix'];

/** Contact cards, each with a formatted name and at least one part of it. */
export function checkContacts(contacts: Given): void {
  for (const contact of contacts.items(1, MOST_CONTACTS)) if (contact.object()) checkContact(contact);
}

function checkContact(contact: Given): void {
  const name = contact.get('name').object();
  name?.get('formatted_name').text();
  if (name && !OTHER_NAMES.some((part) => name.get(part).isThere)) {
    name.refuse(`needs a part beside formatted_name: ${OTHER_NAMES.join(', ')}.`);
  }
  for (const part of OTHER_NAMES) name?.get(part).optionalText();
  checkEach(contact.get('phones'), 'phone');
  checkEach(contact.get('emails'), 'email');
  checkEach(contact.get('urls'), 'url');
  if (contact.get('addresses').isThere) for (const address of contact.get('addresses').items(0, 100)) address.object();
  if (contact.get('org').isThere) contact.get('org').object();
  const birthday = contact.get('birthday');
  if (birthday.isThere && !(typeof birthday.value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(birthday.value))) {
    birthday.refuse('must be written YYYY-MM-DD.');
  }
}

function checkEach(list: Given, required: string): void {
  if (!list.isThere) return;
  for (const item of list.items(0, 100)) item.object()?.get(required).text();
}
