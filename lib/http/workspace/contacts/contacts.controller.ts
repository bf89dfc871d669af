import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { ContactsService } from '../../../contacts/contacts.service.js';
import { ValidationError } from '../../../errors.js';
import { type CheckedBody, DtoPipe, ValidDtoPipe } from '../../dto.pipe.js';
import { withFurther } from '../../further-problems.js';
import { Operation } from '../../openapi/operation.js';
import { RequestUrl } from '../../request-url.decorator.js';
import { toPage, IfGiven, PageDto } from '../page.dto.js';
import { paginated } from '../paginator.presenter.js';
import { presentSuccess } from '../success.presenter.js';
import { RowIdPipe } from '../row-id.pipe.js';
import * as operations from './contacts.operations.js';
import type { ContactEntity, ContactType } from '../../../contacts/contact.entity.js';
import { toE164 } from '../../../contacts/phone-number.js';
import { IsIn, IsOptional, IsString, Matches, ValidateIf } from 'class-validator';
import type { ContactFields, ContactUpdate, ListContacts } from '../../../contacts/contacts.inputs.js';
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
class CreateContactDto extends ContactDto {
  @IsFilled()
  firstname!: string;

  @IsFilled()
  phone!: string;
}

/** Body of `PUT /contacts/:id`: what is left out stays, null takes away what need not be there. */
class UpdateContactDto extends ContactDto {
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
class ListContactsDto extends PageDto {
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
function toContact(dto: UpdateContactDto): ContactUpdate {
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
function toFilters({ search, group, type, ...ids }: ListContactsDto): ListContacts {
  const [sourceId, statusId, assignedId] = [ids.source_id, ids.status_id, ids.assigned_id].map((id) =>
    id ? Number(id) : undefined,
  );
  return { search, group, type: type || undefined, sourceId, statusId, assignedId };
}

/** The people that a workspace knows. */
@Controller('contacts')
export class ContactsController {
  constructor(private readonly contacts: ContactsService) {}

  @Get()
  @RequireAbility('contacts.read')
  @Operation(operations.listContactsOperation)
  async list(
    @Query(new ValidDtoPipe(ListContactsDto)) query: ListContactsDto,
    @CurrentCaller() { workspace }: Caller,
    @RequestUrl() url: URL,
  ): Promise<object> {
    const { page, perPage } = toPage(query);
    const { items, total } = await this.contacts.list({ ...toFilters(query), workspace, page, pageSize: perPage });
    const data = paginated(items.map(presentContact), total, { url, page, perPage });
    return presentSuccess('Contacts retrieved successfully', data);
  }

  @Post()
  @RequireAbility('contacts.create')
  @Operation(operations.createContactOperation)
  async create(
    @Body(new DtoPipe(CreateContactDto)) { body, problems }: CheckedBody<CreateContactDto>,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const given = toContact(body);
    const all = withFurther(problems, await this.contacts.check(given, { workspace }));
    if (all.length > 0) throw new ValidationError(all);
    const contact = await this.contacts.create({ ...given, phone: body.phone, workspace });
    return presentSuccess('Contact created successfully', presentContact(contact));
  }

  @Get(':id')
  @RequireAbility('contacts.read')
  @Operation(operations.getContactOperation)
  async get(
    @Param('id', new RowIdPipe('CONTACT')) id: number,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const contact = await this.contacts.get(id, { workspace });
    return presentSuccess('Contact retrieved successfully', presentContact(contact));
  }

  @Put(':id')
  @RequireAbility('contacts.update')
  @Operation(operations.updateContactOperation)
  async update(
    @Param('id', new RowIdPipe('CONTACT')) id: number,
    @Body(new DtoPipe(UpdateContactDto)) { body, problems }: CheckedBody<UpdateContactDto>,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const given = toContact(body);
    await this.contacts.get(id, { workspace });
    const all = withFurther(problems, await this.contacts.check(given, { workspace, id }));
    if (all.length > 0) throw new ValidationError(all);
    const contact = await this.contacts.update(id, given, { workspace });
    return presentSuccess('Contact updated successfully', presentContact(contact));
  }

  @Delete(':id')
  @RequireAbility('contacts.delete')
  @Operation(operations.deleteContactOperation)
  async delete(
    @Param('id', new RowIdPipe('CONTACT')) id: number,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    await this.contacts.delete(id, { workspace });
    return presentSuccess('Contact deleted successfully', { id });
  }
}

/** A contact as this API shows it. Somebody known by a user id alone has no number. */
function presentContact(contact: ContactEntity): object {
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
