import { recipientKey } from '../records/recipient-key.js';

/** Whom a phone number has blocked; the latest last. */
export class BlockedUsers {
  /** By the key of what Meta knows the user as: `wa_id`, or a business-scoped user id. */
  readonly #users = new Map<string, string>();

  get waIds(): readonly string[] {
    return [...this.#users.values()];
  }

  has(waId: string): boolean {
    return this.#users.has(recipientKey(waId));
  }

  add(waId: string): void {
    this.#users.set(recipientKey(waId), waId);
  }

  delete(waId: string): void {
    this.#users.delete(recipientKey(waId));
  }
}
