import { IsIn, IsOptional, IsString, Matches, ValidateIf } from 'class-validator';
import type { ContactFields, ContactUpdate, ListContacts } from '../../../contacts/contacts.inputs.js';
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
  country_id?: number | null;
  zip?: string | null;
  city?: string | null;
  state?: string | null;
  address?: string | null;
  source_id?: number | null;
  status_id?: number | null;
  assigned_id?: number | null;
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

const ROW_ID = /^[1-9]\d{0,8}$/;
const IS_ROW_ID = { message: 'must be an id: a whole number from 1.' };

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

  @IfGiven()
  @Matches(ROW_ID, IS_ROW_ID)
  source_id?: string;

  @IfGiven()
  @Matches(ROW_ID, IS_ROW_ID)
  status_id?: string;

  @IfGiven()
  @Matches(ROW_ID, IS_ROW_ID)
  assigned_id?: string;
}

/** The same in the words of `ContactsService`. */
export function toContact(dto: UpdateContactDto): ContactUpdate {
  const { phone, email, type, company, description, country, zip, city, state, address, groups } = dto;
  const names: ContactFields = { firstName: dto.firstname, lastName: dto.lastname };
  const ids: ContactFields = {
    countryId: dto.country_id,
    sourceId: dto.source_id,
    statusId: dto.status_id,
    assignedId: dto.assigned_id,
  };
  return { phone, ...names, email, type, company, description, country, zip, city, state, address, ...ids, groups };
}

/** The filters of a list in the words of `ContactsService`. */
export function toFilters({ search, group, type, ...ids }: ListContactsDto): ListContacts {
  const [sourceId, statusId, assignedId] = [ids.source_id, ids.status_id, ids.assigned_id].map((id) =>
    id ? Number(id) : undefined,
  );
  return { search, group, type: type || undefined, sourceId, statusId, assignedId };
}
