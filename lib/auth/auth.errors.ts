import { WhatsAppError } from '../errors.js';
import type { ApiKeyAbility } from './ability.js';

/**
 * No one knows who calls: 401.
 *
 * @publicApi
 */
export class UnauthenticatedError extends WhatsAppError {
  constructor(
    /** `missing`: no key was sent. `invalid`: one was, and it is unknown, revoked, expired or not the only one. */
    readonly reason: 'missing' | 'invalid',
    message = reason === 'missing'
      ? 'There is no API key: send it as "X-API-Key: <key>" or as "Authorization: Bearer <key>".'
      : 'The API key is unknown, revoked or expired: send one that is valid.',
  ) {
    super('UNAUTHENTICATED', message);
  }
}

/**
 * The caller is known and may not do this: 403.
 *
 * @publicApi
 */
export class ForbiddenError extends WhatsAppError {
  constructor(
    /** What the caller would have to be able to do. */
    readonly ability: ApiKeyAbility,
    message = `The caller lacks the ability "${ability}": use an API key that has it.`,
  ) {
    super('FORBIDDEN', message);
  }
}

/** A change that did not come from the console's own page: 403. */
export class ForeignPageError extends WhatsAppError {
  /** @param header that the console's page sends */
  constructor(header: string) {
    super('FOREIGN_PAGE', `Changes are taken from the console's own page alone, with the header "${header}: 1".`);
  }
}
