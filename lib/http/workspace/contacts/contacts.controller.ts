import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { ContactsService } from '../../../contacts/contacts.service.js';
import { ValidationError } from '../../../errors.js';
import { type CheckedBody, DtoPipe, ValidDtoPipe } from '../../dto.pipe.js';
import { withFurther } from '../../further-problems.js';
import { Operation } from '../../openapi/operation.js';
import { RequestUrl } from '../../request-url.decorator.js';
import { toPage } from '../page.dto.js';
import { paginated } from '../paginator.presenter.js';
import { presentSuccess } from '../success.presenter.js';
import { RowIdPipe } from '../row-id.pipe.js';
import { CreateContactDto, ListContactsDto, toContact, toFilters, UpdateContactDto } from './contact.dto.js';
import { presentContact } from './contact.presenter.js';
import * as operations from './contacts.operations.js';

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
