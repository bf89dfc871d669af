import { IsIn, IsOptional, IsString, ValidateIf } from 'class-validator';
import type { ContactFields, ContactUpdate } from '../../../contacts/contacts.inputs.js';
import type { ContactType } from '../../../contacts/contact.entity.js';
import { IfGiven, PageDto } from '../page.dto.js';
import { IsFilled } from '../is-filled.js';

/** What is filed about a contact; `ContactsService` checks what has no decorator here. */
class ContactDto {
  lastname?: string | null;
  email?: string | null;
  type?: ContactType | null;
  company?: string | null;
  description?: string | null;
  country?: string | null;
  groups?: readonly string[] | string | null;
}

/** Body of `POST /contacts`. */
export class CreateContactDto extends ContactDto {
  @IsFilled()
  firstname!: string;

  @IsFilled()
  phone!: string;
}

/** Body of `PUT /contacts/:id`: what is left out stays, null takes away what need not be there. */
export class UpdateContactDto extends ContactDto {
  @ValidateIf(({ firstname }: UpdateContactDto) => firstname !== undefined)
  @IsFilled()
  firstname?: string;

  @ValidateIf(({ phone }: UpdateContactDto) => phone !== undefined)
  @IsFilled()
  phone?: string;
}

const TYPES: readonly ContactType[] = ['lead', 'customer'];

/** Query of `GET /contacts`; a filter without a value is none. */
export class ListContactsDto extends PageDto {
  @IsOptional()
  @IsString({ message: 'must be a text.' })
  search?: string;

  @IfGiven()
  @IsIn(TYPES, { message: `must be one of ${TYPES.join(', ')}.` })
  type?: ContactType | '';

  @IsOptional()
  @IsString({ message: 'must be the name of a group.' })
  group?: string;
}

/** The same in the words of `ContactsService`. */
export function toContact({
  firstname,
  lastname,
  phone,
  email,
  type,
  company,
  ...more
}: UpdateContactDto): ContactUpdate {
  const { description, country, groups } = more;
  const names: ContactFields = { firstName: firstname, lastName: lastname };
  return { phone, ...names, email, type, company, description, country, groups };
}
