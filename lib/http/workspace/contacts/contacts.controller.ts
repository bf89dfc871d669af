import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import { WorkspacesService } from '../../../accounts/workspaces.service.js';
import { ContactReading } from '../../../contacts/contact-reading.js';
import type { WhatsAppContact } from '../../../contacts/contact.view.js';
import { ContactsService } from '../../../contacts/contacts.service.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../../../errors.js';
import { type CheckedBody, DtoPipe, ValidDtoPipe, withFurther, Field } from '../../surface/dto.js';
import { Operation } from '../../openapi/operation.js';
import { array, integer, string } from '../../openapi/schema.js';
import { IsWholeNumber } from '../../surface/is-whole-number.decorator.js';
import { RequestUrl } from '../../surface/handler-parameters.js';
import { toPage, IfGiven, PageDto } from '../page.dto.js';
import { pageAnswer, paginated } from '../paginator.presenter.js';
import { success, successAnswer } from '../success.js';
import { DeletedRow, RowIdPipe } from '../row-id.pipe.js';
import type { ContactType } from '../../../contacts/contact.entity.js';
import { toE164 } from '../../../contacts/phone-number.js';
import { IsIn, IsOptional, IsString, ValidateIf } from 'class-validator';
import type { ContactFields, UpdateContactInput, ListContacts } from '../../../contacts/contacts.inputs.js';
import { IsFilled } from '../is-filled.js';

const TYPES: readonly ContactType[] = ['lead', 'customer'];

const ROW_ID = { oneOf: [integer({ minimum: 1 }), string()] } as const;

/** Fields of a contact; `ContactsService` checks what has no class-validator decorator but `IsOptional`. */
class ContactDto {
  @IsOptional()
  @Field({ maxLength: 255, example: 'Díaz', service: 'lastName' })
  lastname?: string | null;

  @IsOptional()
  @Field({ description: 'No other contact may have it.', maxLength: 255, example: 'ana@example.com' })
  email?: string | null;

  @IsOptional()
  @Field({ enum: TYPES, example: 'customer' })
  type?: ContactType | null;

  @IsOptional()
  @Field({ maxLength: 255, example: 'Díaz SRL' })
  company?: string | null;

  /** A note about the person. */
  @IsOptional()
  @Field({ maxLength: 10_000 })
  description?: string | null;

  @IsOptional()
  @Field({ maxLength: 64, example: 'AR' })
  country?: string | null;

  @IsOptional()
  @Field({ ...ROW_ID, description: 'Id of a country in a list of yours.', service: 'countryId' })
  country_id?: number | null;

  /** Postal code. */
  @IsOptional()
  @Field({ maxLength: 32 })
  zip?: string | null;

  @IsOptional()
  @Field({ maxLength: 255, example: 'Buenos Aires' })
  city?: string | null;

  /** State or province. */
  @IsOptional()
  @Field({ maxLength: 255 })
  state?: string | null;

  /** Street and number. */
  @IsOptional()
  @Field({ maxLength: 1_000 })
  address?: string | null;

  @IsOptional()
  @Field({ ...ROW_ID, description: 'One of `GET /sources`.', service: 'sourceId' })
  source_id?: number | null;

  @IsOptional()
  @Field({ ...ROW_ID, description: 'One of `GET /statuses`.', service: 'statusId' })
  status_id?: number | null;

  @IsOptional()
  @Field({ ...ROW_ID, description: 'Id of the user of yours in charge of the contact.', service: 'assignedId' })
  assigned_id?: number | null;

  @IsOptional()
  @Field({
    description: 'Names, in a list or separated by commas: at most 100, of at most 100 characters each.',
    oneOf: [array(string({ maxLength: 100 }), { maxItems: 100 }), string()],
    example: ['vip', 'newsletter'],
  })
  groups?: readonly string[] | string | null;
}

const FIRSTNAME = { minLength: 1, maxLength: 255, service: 'firstName' } as const;
const PHONE = { description: 'In any spelling; no other contact may have it.' } as const;

/** Body of `POST /contacts`. */
export class CreateContactDto extends ContactDto {
  @IsFilled()
  @Field({ ...FIRSTNAME, example: 'Ana' })
  firstname!: string;

  @IsFilled()
  @Field({ ...PHONE, example: '+54 9 11 1234-5678' })
  phone!: string;
}

/** Body of `PUT /contacts/:id`: what is left out stays, null removes what may be missing. */
export class UpdateContactDto extends ContactDto {
  /** Given name. */
  @ValidateIf(({ firstname }: UpdateContactDto) => firstname !== undefined)
  @IsFilled()
  @Field({ ...FIRSTNAME, optional: true })
  firstname?: string;

  @ValidateIf(({ phone }: UpdateContactDto) => phone !== undefined)
  @IsFilled()
  @Field({ ...PHONE, optional: true })
  phone?: string;
}

const IsRowId = (): PropertyDecorator => IsWholeNumber(999_999_999, 'must be an id: a whole number from 1.');

/** Query of `GET /contacts`; an empty filter is ignored. */
export class ListContactsDto extends PageDto {
  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @Field({
    description: 'A number in any spelling or a part of it; or words that names, email or company have in them.',
    example: 'ana',
  })
  search?: string;

  @IfGiven()
  @IsIn(TYPES, { message: `must be one of ${TYPES.join(', ')}.` })
  @Field({ description: 'Only these.', optional: true })
  type?: ContactType | '';

  @IsOptional()
  @IsString({ message: 'must be the name of a group.' })
  @Field({ description: 'Only those in the group of this name.', example: 'vip' })
  group?: string;

  @IfGiven()
  @IsRowId()
  @Field({ description: 'Only those from this source.', optional: true })
  source_id?: string;

  @IfGiven()
  @IsRowId()
  @Field({ description: 'Only those with this status.', optional: true })
  status_id?: string;

  @IfGiven()
  @IsRowId()
  @Field({ description: 'Only those assigned to this user.', optional: true })
  assigned_id?: string;
}

/** A contact as this API shows it. A person known by a user id alone has no number. */
export class ContactView {
  @Field({ type: 'integer', example: 7 })
  id!: number;

  @Field({ nullable: true, example: 'Ana' })
  firstname!: string | null;

  @Field({ nullable: true, example: 'Díaz' })
  lastname!: string | null;

  @Field({ description: 'Digits with country code, after a plus.', nullable: true, example: '+5491112345678' })
  phone!: string | null;

  @Field({ nullable: true, example: 'ana@example.com' })
  email!: string | null;

  @Field({ enum: TYPES, nullable: true, example: 'customer' })
  type!: ContactType | null;

  @Field({ nullable: true, example: 'Díaz SRL' })
  company!: string | null;

  /** A note about the person. */
  @Field({ nullable: true, example: null })
  description!: string | null;

  @Field({ nullable: true, example: 'AR' })
  country!: string | null;

  @Field({ type: 'integer', nullable: true, example: null })
  country_id!: number | null;

  /** Postal code. */
  @Field({ nullable: true, example: 'C1000' })
  zip!: string | null;

  @Field({ nullable: true, example: 'Buenos Aires' })
  city!: string | null;

  /** State or province. */
  @Field({ nullable: true, example: null })
  state!: string | null;

  /** Street and number. */
  @Field({ nullable: true, example: 'Av. Corrientes 1234' })
  address!: string | null;

  @Field({ type: 'integer', nullable: true, example: 3 })
  source_id!: number | null;

  @Field({ type: 'integer', nullable: true, example: 2 })
  status_id!: number | null;

  @Field({ type: 'integer', nullable: true, example: 1 })
  assigned_id!: number | null;

  @Field({ each: true, example: ['vip', 'newsletter'] })
  groups!: readonly string[];

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  created_at!: Date;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  updated_at!: Date;
}

const OF_ONE = {
  params: { id: { description: 'Row id of the contact.', schema: integer({ example: 7 }) } },
  throws: [new NotFoundError('CONTACT_NOT_FOUND', 'There is no contact 7.')],
} as const;

/** The same in the words of `ContactsService`. */
function toContact(dto: UpdateContactDto): UpdateContactInput {
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

/** The contacts of a workspace. */
@Controller('contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly reading: ContactReading,
    private readonly workspaces: WorkspacesService,
  ) {}

  @Get()
  @RequireAbility('contacts.read')
  @Operation({
    summary: 'List contacts',
    description: 'The newest first: those that were created here, and everyone who wrote or was written to.',
    answers: { 200: pageAnswer('contacts', ContactView) },
    errors: [400, 422, 429],
  })
  async list(
    @Query(new ValidDtoPipe(ListContactsDto)) query: ListContactsDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
    @RequestUrl() url: URL,
  ): Promise<object> {
    const { page, perPage } = toPage(query);
    const { items, total } = await this.contacts.list({ ...toFilters(query), workspace, page, pageSize: perPage });
    const data = paginated(items.map(presentContact), total, { url, page, perPage });
    return success('Contacts retrieved successfully', data);
  }

  @Post()
  @RequireAbility('contacts.create')
  @Operation({
    summary: 'Create a contact',
    description:
      'A contact that was deleted before becomes the same one again, without the former fields; an opt-out of marketing ' +
      'and a block still hold.',
    answers: { 201: successAnswer('The contact.', 'Contact created successfully', ContactView) },
    errors: [400, 413, 422, 429],
  })
  async create(
    @Body(new DtoPipe(CreateContactDto)) { body, problems }: CheckedBody<CreateContactDto>,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<object> {
    const given = toContact(body);
    const all = withFurther(problems, await this.#problemsOf(given, workspace));
    if (all.length > 0) throw new ValidationError(all);
    const contact = await this.contacts.create({ ...given, phone: body.phone, workspace });
    return success('Contact created successfully', presentContact(contact));
  }

  @Get(':id')
  @RequireAbility('contacts.read')
  @Operation({
    ...OF_ONE,
    summary: 'Get a contact',
    answers: { 200: successAnswer('The contact.', 'Contact retrieved successfully', ContactView) },
    errors: [400, 404, 429],
  })
  async get(
    @Param('id', new RowIdPipe('CONTACT')) id: number,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<object> {
    const contact = await this.contacts.get(id, { workspace });
    return success('Contact retrieved successfully', presentContact(contact));
  }

  @Put(':id')
  @RequireAbility('contacts.update')
  @Operation({
    ...OF_ONE,
    summary: 'Change a contact',
    description: 'What is left out stays as it is; null removes what may be missing.',
    example: { type: 'customer', company: 'Díaz SRL', groups: 'vip, newsletter', description: null },
    answers: { 200: successAnswer('The contact.', 'Contact updated successfully', ContactView) },
    errors: [400, 404, 413, 422, 429],
  })
  async update(
    @Param('id', new RowIdPipe('CONTACT')) id: number,
    @Body(new DtoPipe(UpdateContactDto)) { body, problems }: CheckedBody<UpdateContactDto>,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<object> {
    const given = toContact(body);
    await this.contacts.get(id, { workspace });
    const all = withFurther(problems, await this.#problemsOf(given, workspace, id));
    if (all.length > 0) throw new ValidationError(all);
    const contact = await this.contacts.update(id, given, { workspace });
    return success('Contact updated successfully', presentContact(contact));
  }

  @Delete(':id')
  @RequireAbility('contacts.delete')
  @Operation({
    ...OF_ONE,
    summary: 'Delete a contact',
    description:
      'The fields of the contact are removed, and it is listed no more. Conversations stay, as do an opt-out of marketing ' +
      'and a block. It is a contact again when the person writes, is written to in a conversation, or is created again.',
    answers: { 200: successAnswer('The contact is deleted.', 'Contact deleted successfully', DeletedRow) },
    errors: [400, 404, 429],
  })
  async delete(
    @Param('id', new RowIdPipe('CONTACT')) id: number,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<object> {
    await this.contacts.delete(id, { workspace });
    return success('Contact deleted successfully', { id });
  }

  /** What `create` or, with an id, `update` would find wrong. */
  async #problemsOf(given: UpdateContactInput, workspace: string, id?: number): Promise<readonly ValidationProblem[]> {
    return this.reading.problemsOf(await this.workspaces.idOf(workspace), given, id);
  }
}

function presentContact(contact: WhatsAppContact): ContactView {
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
