import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { hasAbility } from '../../auth/ability.js';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import { ContactGroupsService } from '../../contacts/contact-categories.service.js';
import type { WhatsAppContact } from '../../contacts/contact.view.js';
import type { ContactFilters, ContactFields } from '../../contacts/contacts.inputs.js';
import { ContactsService } from '../../contacts/contacts.service.js';
import type { WhatsAppConversation } from '../../conversations/conversation.view.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { NotFoundError } from '../../errors.js';
import { Operation } from '../openapi/operation.js';
import { integer } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { IsOneOf } from '../surface/is-one-of.decorator.js';
import { IsWholeNumber } from '../surface/is-whole-number.decorator.js';
import { RowIdPipe } from '../workspace/row-id.pipe.js';
import { ContactDetail, ContactItem, CONSENTS, presentContactDetail, presentContactItem } from './contact.presenter.js';

const TEXT = { message: 'must be a text.' };

const YES_OR_NO = ['yes', 'no'] as const;

/** Which contacts are meant, in a query; an empty filter is none. */
export class ContactFiltersDto {
  @IsOptional()
  @IsString(TEXT)
  @Field({
    description: 'A number or a part of it, a user id, or words of names, username, email or company.',
    service: 'search',
  })
  q?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those in the group of this name.', example: 'vip' })
  group?: string;

  @IsOptional()
  @IsOneOf(CONSENTS)
  @Field({ description: 'Only those who said so of marketing.' })
  consent?: (typeof CONSENTS)[number];

  @IsOptional()
  @IsOneOf(YES_OR_NO)
  @Field({ description: 'Only those who are blocked, or are not.', service: 'isBlocked' })
  blocked?: (typeof YES_OR_NO)[number];
}

/** Query of `GET /api/contacts`. */
export class BrowseContactsDto extends ContactFiltersDto {
  @IsOptional()
  @IsWholeNumber(100)
  @Field({ description: 'Contacts a page.', default: 50 })
  limit?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'The `next_cursor` of the page before.' })
  cursor?: string;
}

/** Answer of `GET /api/contacts`. */
export class ContactsAnswer {
  @Field({ type: () => ContactItem, each: true })
  contacts!: readonly ContactItem[];

  @Field({ description: 'Of the next page; null on the last one.', nullable: true, example: null })
  next_cursor!: string | null;
}

/** Answer of `GET /api/contacts/groups`. */
export class ContactGroupsAnswer {
  @Field({ each: true, description: 'Their names; the first hundred.', example: ['newsletter', 'vip'] })
  groups!: readonly string[];
}

/** What is filed about a contact: what is left out stays, null takes it away. `ContactsService` checks it. */
export class SaveContactDto {
  @IsOptional()
  @Field({ description: 'In any spelling; needed for a new contact.', example: '+54 9 11 1234-5678' })
  phone?: string;

  @IsOptional()
  @Field({ maxLength: 255, example: 'Ana', service: 'firstName' })
  first_name?: string | null;

  @IsOptional()
  @Field({ maxLength: 255, example: 'Díaz', service: 'lastName' })
  last_name?: string | null;

  @IsOptional()
  @Field({ description: 'No other contact may have it.', maxLength: 255, example: 'ana@example.com' })
  email?: string | null;

  @IsOptional()
  @Field({ enum: ['lead', 'customer'], example: 'customer' })
  type?: 'lead' | 'customer' | null;

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
  @Field({ description: 'Names, separated by commas.', example: 'vip, newsletter' })
  groups?: string | null;
}

/** Body of `POST /api/contacts/{id}/consent`. */
export class ConsentDto {
  @IsOneOf(['opted_in', 'opted_out'])
  @Field({ description: 'What the person said of marketing.', enum: ['opted_in', 'opted_out'], example: 'opted_out' })
  consent!: 'opted_in' | 'opted_out';
}

/** Body of `POST /api/contacts/{id}/block`. */
export class BlockContactDto {
  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'A note for people.', maxLength: 5_000, example: 'Spam' })
  reason?: string | null;
}

const ID = { id: { description: 'Row id of the contact.', schema: integer({ example: 7 }) } };

const OF_ONE = {
  params: ID,
  answers: { 200: { description: 'The contact as it is then.', type: ContactDetail } },
  throws: [new NotFoundError('CONTACT_NOT_FOUND', 'There is no contact 7.')],
} as const;

const RowId = new RowIdPipe('CONTACT');

/** Lists, shows and changes contacts. */
@Controller('api/contacts')
export class ConsoleContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly groups: ContactGroupsService,
    private readonly conversations: ConversationsService,
  ) {}

  @Operation({
    summary: 'List contacts, newest first',
    answers: { 200: { description: 'A page of them.', type: ContactsAnswer } },
    errors: [400],
  })
  @Get()
  @RequireAbility('contacts.read')
  async list(
    @Query(new ValidDtoPipe(BrowseContactsDto)) { limit, cursor, ...filters }: BrowseContactsDto,
    @CurrentCaller() caller: WhatsAppCaller,
  ): Promise<ContactsAnswer> {
    const { items, nextCursor } = await this.contacts.browse({
      ...toContactFilters(filters),
      workspace: caller.workspace,
      limit: limit === undefined ? undefined : Number(limit),
      cursor: cursor || undefined,
    });
    const conversations = await this.#conversationsOf(items, caller);
    return {
      contacts: items.map((contact) => presentContactItem(contact, conversations.get(contact.id) ?? [])),
      next_cursor: nextCursor,
    };
  }

  @Operation({
    summary: 'List the groups that contacts are in',
    answers: { 200: { description: 'By name.', type: ContactGroupsAnswer } },
  })
  @Get('groups')
  @RequireAbility('contacts.read')
  async listGroups(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<ContactGroupsAnswer> {
    const { items } = await this.groups.list({ workspace, pageSize: 100 });
    return { groups: items.map(({ name }) => name) };
  }

  @Operation({
    summary: 'Create a contact',
    answers: { 201: { description: 'The contact.', type: ContactDetail } },
    errors: [400, 409],
  })
  @Post()
  @HttpCode(201)
  @RequireAbility('contacts.create')
  async create(
    @Body(new ValidDtoPipe(SaveContactDto)) body: SaveContactDto,
    @CurrentCaller() caller: WhatsAppCaller,
  ): Promise<ContactDetail> {
    const { workspace } = caller;
    const contact = await this.contacts.create({ ...toFields(body), phone: body.phone ?? '', workspace });
    return this.#present(contact, caller);
  }

  @Operation({ ...OF_ONE, summary: 'Get a contact', errors: [404] })
  @Get(':id')
  @RequireAbility('contacts.read')
  async get(@Param('id', RowId) id: number, @CurrentCaller() caller: WhatsAppCaller): Promise<ContactDetail> {
    return this.#present(await this.contacts.get(id, caller), caller);
  }

  @Operation({
    ...OF_ONE,
    summary: 'Change a contact',
    description: 'What is left out stays as it is.',
    errors: [400, 404, 409],
  })
  @Put(':id')
  @RequireAbility('contacts.update')
  async update(
    @Param('id', RowId) id: number,
    @Body(new ValidDtoPipe(SaveContactDto)) body: SaveContactDto,
    @CurrentCaller() caller: WhatsAppCaller,
  ): Promise<ContactDetail> {
    const change = { ...toFields(body), ...(body.phone !== undefined && { phone: body.phone }) };
    return this.#present(await this.contacts.update(id, change, caller), caller);
  }

  @Operation({ ...OF_ONE, summary: 'Note what a contact said of marketing', errors: [400, 404] })
  @Post(':id/consent')
  @HttpCode(200)
  @RequireAbility('contacts.update')
  async consent(
    @Param('id', RowId) id: number,
    @Body(new ValidDtoPipe(ConsentDto)) { consent }: ConsentDto,
    @CurrentCaller() caller: WhatsAppCaller,
  ): Promise<ContactDetail> {
    const { workspace, apiKeyName: enteredBy } = caller;
    const person = personOf(await this.contacts.get(id, caller));
    if (consent === 'opted_in') await this.contacts.optIn(person, { workspace, enteredBy });
    else await this.contacts.optOut(person, { workspace, enteredBy });
    return this.#present(await this.contacts.get(id, caller), caller);
  }

  @Operation({
    ...OF_ONE,
    summary: 'Block a contact',
    description: 'Meta takes blocks only of people who wrote in the last 24 hours.',
    errors: [400, 404, 429, 502, 504],
  })
  @Post(':id/block')
  @HttpCode(200)
  @RequireAbility('contacts.update')
  async block(
    @Param('id', RowId) id: number,
    @Body(new ValidDtoPipe(BlockContactDto)) { reason }: BlockContactDto,
    @CurrentCaller() caller: WhatsAppCaller,
  ): Promise<ContactDetail> {
    const person = personOf(await this.contacts.get(id, caller));
    const { contact } = await this.contacts.block(person, reason || null, { workspace: caller.workspace });
    return this.#present(contact, caller);
  }

  @Operation({ ...OF_ONE, summary: 'Take a block back', errors: [404, 429, 502, 504] })
  @Delete(':id/block')
  @RequireAbility('contacts.update')
  async unblock(@Param('id', RowId) id: number, @CurrentCaller() caller: WhatsAppCaller): Promise<ContactDetail> {
    const person = personOf(await this.contacts.get(id, caller));
    const { contact } = await this.contacts.unblock(person, { workspace: caller.workspace });
    return this.#present(contact, caller);
  }

  @Operation({
    summary: 'Erase a contact',
    description: 'Who they are and what was said, in contact, conversations and messages. It cannot be undone.',
    params: ID,
    answers: { 204: { description: 'Erased.' } },
    errors: [404],
    throws: OF_ONE.throws,
  })
  @Delete(':id')
  @HttpCode(204)
  @RequireAbility('contacts.delete')
  async erase(@Param('id', RowId) id: number, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<void> {
    await this.contacts.erase(id, { workspace });
  }

  async #present(contact: WhatsAppContact, caller: WhatsAppCaller): Promise<ContactDetail> {
    const [identities, consents, conversations] = await Promise.all([
      this.contacts.identities(contact.id, caller),
      this.contacts.consentHistory(contact.id, caller),
      this.#conversationsOf([contact], caller),
    ]);
    return presentContactDetail(contact, {
      identities,
      consents,
      conversations: conversations.get(contact.id) ?? [],
    });
  }

  /** By row id of the contact, the latest first. */
  async #conversationsOf(
    contacts: readonly WhatsAppContact[],
    { workspace, abilities }: WhatsAppCaller,
  ): Promise<ReadonlyMap<number, readonly WhatsAppConversation[]>> {
    if (contacts.length === 0 || !hasAbility(abilities, 'messages.read')) return new Map();
    const contactIds = contacts.map(({ id }) => id);
    const { items } = await this.conversations.list({ workspace, contactIds, limit: 100 });
    return new Map(contactIds.map((id) => [id, items.filter(({ contact }) => contact.id === id)]));
  }
}

/** How a contact is named where a person is asked for. */
const personOf = ({ phone, userId, parentUserId }: WhatsAppContact): string =>
  phone === null ? (userId ?? parentUserId ?? '') : `+${phone}`;

/** The filters in the words of `ContactsService`. */
export const toContactFilters = ({ q, group, consent, blocked }: ContactFiltersDto): ContactFilters => ({
  search: q || undefined,
  group: group || undefined,
  consent,
  isBlocked: blocked === undefined ? undefined : blocked === 'yes',
});

function toFields(body: SaveContactDto): ContactFields {
  const { first_name, last_name, email, type, company, description, country, zip, city, state, address, groups } = body;
  const names = { firstName: first_name, lastName: last_name };
  return { ...names, email, type, company, description, country, zip, city, state, address, groups };
}
