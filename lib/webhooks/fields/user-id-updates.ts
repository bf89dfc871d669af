import { Injectable } from '@nestjs/common';
import { ContactDirectory } from '../../contacts/contact-directory.js';
import { identitiesOf, type ReportedContact } from '../../contacts/reported-contact.js';
import { isJsonObject } from '../../graph/json.js';
import { WebhookItemError } from '../webhook-arrivals.js';
import {
  type AccountChange,
  dateOfSeconds,
  type FieldReader,
  type FieldUpdate,
  reportedUntil,
  textOrNumber,
} from './field-update.js';

interface UserIdChange {
  readonly from: ReportedContact;
  readonly to: ReportedContact;
}

/**
 * User ids that Meta made anew for people that it knew by others. Meta reports this by a message of type `system` (see
 * `numberChangeIn`), and described this field before that.
 */
@Injectable()
export class UserIdUpdates {
  readonly readers: readonly FieldReader[] = [{ fields: ['user_id_update'], read: (change) => this.#ids(change) }];

  constructor(private readonly directory: ContactDirectory) {}

  #ids(change: AccountChange): FieldUpdate {
    const { user_id_update: given } = change.value;
    const changes = (Array.isArray(given) ? given : [given]).map((one) => changeIn(one, change));
    return async () => {
      for (const { from, to } of changes) await this.directory.changeNumber(change.account.workspaceId, from, to);
      return [];
    };
  }
}

/** @throws WebhookItemError */
function changeIn(given: unknown, change: AccountChange): UserIdChange {
  const update = isJsonObject(given) ? given : {};
  const [own, parent] = [update['user_id'], update['parent_user_id']].map((ids) => (isJsonObject(ids) ? ids : {}));
  const from = { userId: textOrNumber(own?.['previous']), parentUserId: textOrNumber(parent?.['previous']) };
  const to = {
    waId: textOrNumber(update['wa_id']),
    userId: textOrNumber(own?.['current']),
    parentUserId: textOrNumber(parent?.['current']),
    at: dateOfSeconds(update['timestamp']) ?? reportedUntil(change),
  };
  if (identitiesOf(from).length > 0 && identitiesOf(to).length > 0) return { from, to };
  throw new WebhookItemError('Invalid item of user_id_update: expected user_id with previous and current.');
}
