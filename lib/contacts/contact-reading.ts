import { Inject, Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { type ValidationProblem, ValidationError } from '../errors.js';
import { ContactCategoryRows } from './contact-category-rows.js';
import { ContactDirectory } from './contact-directory.js';
import { type FiledFields, readContactFields } from './contact-fields.js';
import { ContactEntity } from './contact.entity.js';
import {
  type ContactFields,
  type UpdateContactInput,
  type SaveContactInput,
  CONTACTS_OPTIONS,
  type ContactsOptions,
} from './contacts.inputs.js';
import { normalizePhoneNumber, type PhoneCountryCode, visibleText } from './phone-number.js';
import { isUserId, type ReportedContact } from './reported-contact.js';

/** A contact's number and what is filed about them, as they are stored. */
export interface ReadContact {
  /** Digits with country code. */
  readonly phone: string;
  readonly userId?: undefined;
  readonly fields: FiledFields;
}

/** The same of someone known by Meta's id of them. */
export interface ReadUser {
  readonly phone?: undefined;
  readonly userId: string;
  readonly fields: FiledFields;
}

/** What changes of that; the number may stay. */
export type ContactNews = Pick<ReadContact, 'fields'> & Partial<Pick<ReadContact, 'phone'>>;

type Reading = ContactNews & { readonly problems: readonly ValidationProblem[] };

/** Reads what is to be filed as a contact, and reports what is wrong with it. */
@Injectable()
export class ContactReading {
  constructor(
    @Inject(CONTACTS_OPTIONS) private readonly options: ContactsOptions,
    private readonly directory: ContactDirectory,
    private readonly categories: ContactCategoryRows,
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
  ) {}

  /** Of a contact that there may be already. @throws ValidationError */
  toSave({ userId, ...given }: Omit<SaveContactInput, 'workspace'>): ReadContact | ReadUser {
    if (userId !== undefined) return readUser(userId, given);
    const { phone, fields, problems } = this.#readNew(given);
    if (phone === undefined || problems.length > 0) throw new ValidationError(problems);
    return { phone, fields };
  }

  /** @throws ValidationError when anything but the number's being another's is wrong: then with that, too */
  async toCreate(workspaceId: number, given: UpdateContactInput): Promise<ReadContact> {
    const { phone, fields, problems } = this.#readNew(given);
    if (phone !== undefined && problems.length === 0) return { phone, fields };
    throw new ValidationError([...problems, ...(await this.#taken(workspaceId, { phone, fields }))]);
  }

  /** @throws as `toCreate` does */
  async toUpdate(workspaceId: number, id: number, given: UpdateContactInput): Promise<ContactNews> {
    const { phone, fields, problems } = this.#readUpdate(given);
    if (problems.length === 0) return { phone, fields };
    throw new ValidationError([...problems, ...(await this.#taken(workspaceId, { phone, fields }, id))]);
  }

  /** Everything that is wrong with a new contact, or a contact's change, also that the number is another's. */
  async problemsOf(workspaceId: number, given: UpdateContactInput, id?: number): Promise<readonly ValidationProblem[]> {
    const { phone, fields, problems } = id === undefined ? this.#readNew(given) : this.#readUpdate(given);
    return [...problems, ...(await this.#taken(workspaceId, { phone, fields }, id))];
  }

  #readNew({ phone, ...given }: UpdateContactInput): Reading {
    const { digits, problem } = normalizePhoneNumber(phone, this.options.defaultCountry);
    const { fields, problems } = readContactFields(given);
    if (problem === undefined) return { phone: digits, fields, problems };
    return { fields, problems: [{ path: 'phone', message: problem }, ...problems] };
  }

  #readUpdate({ phone, ...given }: UpdateContactInput): Reading {
    return phone === undefined ? readContactFields(given) : this.#readNew({ phone, ...given });
  }

  /** What is another contact's already, and what does not exist. */
  async #taken(workspaceId: number, { phone, fields }: ContactNews, id?: number): Promise<ValidationProblem[]> {
    const owner = phone === undefined ? null : await this.directory.find(workspaceId, phone);
    const isTaken = owner !== null && owner.deletedAt === null && owner.id !== id;
    const { emailKey } = fields;
    const writer = emailKey ? await this.contacts.findOneBy({ workspaceId, emailKey }) : null;
    const isEmailTaken = writer !== null && writer.id !== id && writer.id !== owner?.id;
    return [
      ...(isTaken ? [{ path: 'phone', message: 'The phone has already been taken.' }] : []),
      ...(isEmailTaken ? [{ path: 'email', message: 'The email has already been taken.' }] : []),
      ...(await this.categories.problemsOf(workspaceId, fields)),
    ];
  }
}

function readUser(userId: string, given: ContactFields): ReadUser {
  const { fields, problems } = readContactFields(given);
  const message = 'must be a business-scoped user id, such as US.13491208655302741918.';
  const all = isUserId(userId) ? problems : [{ path: 'userId', message }, ...problems];
  if (all.length > 0) throw new ValidationError(all);
  return { userId, fields };
}

/** A person as they were named; or what is wrong with that. */
type ReadPerson =
  | {
      readonly problem?: undefined;
      readonly seen: ReportedContact &
        ({ readonly phone: string } | { readonly phone?: undefined; readonly userId: string });
    }
  | { readonly seen?: undefined; readonly problem: string };

/**
 * Reads which person is meant: a phone number, or a business-scoped user id (BSUID).
 * @param defaultCountry country of national numbers, which are taken too
 */
export function readPerson(person: unknown, defaultCountry?: PhoneCountryCode): ReadPerson {
  const userId = typeof person === 'string' ? visibleText(person) : '';
  if (isUserId(userId)) return { seen: { userId } };
  const { digits, problem } = normalizePhoneNumber(person, defaultCountry);
  if (digits !== undefined) return { seen: { phone: digits } };
  return { problem: problem.replace(/\.$/, ', or a business-scoped user id, such as US.13491208655302741918.') };
}
