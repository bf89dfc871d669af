import type { ContactEntity } from '../../contacts/contact.entity.js';

/** One of `GET /blocked`. */
export function presentBlockedUser({ phone, blockedAt, blockReason }: ContactEntity): object {
  return { phone_number: phone, blocked_at: blockedAt, reason: blockReason };
}
