import type { ContactEntity } from '../../contacts/contact.entity.js';
import type { ContactSession } from '../../messages/contact-sessions.js';

/** The answer for a number that nobody is known by. */
export const NOT_FOUND = {
  found: false,
  contact: null,
  hasReplied: false,
  lastReplyAt: null,
  sessionWindowActive: false,
  sessionExpiresAt: null,
};

/** Answer of `GET /contact-lookup/`. */
export function presentLookup(contact: ContactEntity, { lastReplyAt, expiresAt, isActive }: ContactSession): object {
  const { id, phone, email, createdAt } = contact;
  return {
    found: true,
    contact: {
      id,
      fullName: fullNameOf(contact),
      phone: phone && `+${phone}`,
      email,
      // The module keeps neither lists nor where a contact came from.
      contactListId: null,
      contactListName: null,
      source: null,
      createdAt,
    },
    hasReplied: lastReplyAt !== null,
    lastReplyAt,
    sessionWindowActive: isActive,
    sessionExpiresAt: expiresAt,
  };
}

/** As the host names the person, else as they name themselves. */
function fullNameOf({ firstName, lastName, profileName }: ContactEntity): string | null {
  const given = [firstName, lastName].filter((name) => name !== null && name !== '').join(' ');
  return given === '' ? profileName : given;
}
