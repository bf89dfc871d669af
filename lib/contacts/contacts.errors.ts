import { ConflictError } from '../errors.js';

/**
 * The number is another contact's already, in whatever spelling.
 *
 * @publicApi
 */
export class ContactExistsError extends ConflictError {
  constructor() {
    super('CONTACT_EXISTS', 'There is a contact of this number already.');
  }
}

/**
 * The email is another contact's already, in capitals or not.
 *
 * @publicApi
 */
export class ContactEmailTakenError extends ConflictError {
  constructor() {
    super('CONTACT_EMAIL_TAKEN', 'Another contact has this email already.');
  }
}
