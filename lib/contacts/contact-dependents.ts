import { Injectable } from '@nestjs/common';
import type { ContactIdentityEntity } from './contact-identity.entity.js';
import type { Statements } from '../store/statement.js';

/** Who is to be erased. */
export interface ErasedPerson {
  readonly workspaceId: number;
  /** Row id of their contact; null when they have none. */
  readonly id: number | null;
  /** When each identity belonged to them: before and after that, it belongs to another person. */
  readonly times: readonly Pick<ContactIdentityEntity, 'identity' | 'since' | 'until'>[];
}

/** What a room above keeps about contacts, and must change when one of them becomes another, or is erased. */
export interface ContactDependent {
  /** Gives what is one contact's to another; part of the transaction in which the first one ends. */
  merge?(from: number, into: number): Statements<void>;
  /** Whether something is kept that depends on the contact's row, which must stay then. */
  needs?(contactId: number): Statements<boolean>;
  /** Removes contents and identity from what is kept of a person; called again when it was broken off. */
  erase?(person: ErasedPerson, identities: readonly string[]): Promise<void>;
}

/** Everything that hangs on contacts: rooms above name themselves here, for this room does not know them. */
@Injectable()
export class ContactDependents {
  readonly #dependents: ContactDependent[] = [];

  add(dependent: ContactDependent): void {
    this.#dependents.push(dependent);
  }

  *merge(from: number, into: number): Statements<void> {
    for (const dependent of this.#dependents) {
      const merging = dependent.merge?.(from, into);
      if (merging) yield* merging;
    }
  }

  *need(contactId: number): Statements<boolean> {
    for (const dependent of this.#dependents) {
      const needs = dependent.needs?.(contactId);
      if (needs && (yield* needs)) return true;
    }
    return false;
  }

  async erase(person: ErasedPerson, identities: readonly string[]): Promise<void> {
    for (const dependent of this.#dependents) await dependent.erase?.(person, identities);
  }
}
