import type { ContactEntity } from '../../../contacts/contact.entity.js';
import { toE164 } from '../../../contacts/phone-number.js';

/** A contact as this API shows it. Somebody known by a user id alone has no number. */
export function presentContact(contact: ContactEntity): object {
  const phone = contact.phone === null ? null : toE164(contact.phone);
  return {
    id: contact.id,
    // In this API every contact has a first name.
    firstname: contact.firstName ?? phone,
    lastname: contact.lastName,
    phone,
    email: contact.email,
    type: contact.type,
    company: contact.company,
    description: contact.description,
    country: contact.country,
    country_id: contact.countryId,
    zip: contact.zip,
    city: contact.city,
    state: contact.state,
    address: contact.address,
    source_id: contact.sourceId,
    status_id: contact.statusId,
    assigned_id: contact.assignedId,
    groups: contact.groups ?? [],
    created_at: contact.createdAt,
    updated_at: contact.updatedAt,
  };
}
