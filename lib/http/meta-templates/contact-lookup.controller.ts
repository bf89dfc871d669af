import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { ContactsService } from '../../contacts/contacts.service.js';
import { ContactSessions } from '../../messages/contact-sessions.js';
import { NOT_FOUND, presentLookup } from './contact-lookup.presenter.js';
import { Operation } from '../openapi/operation.js';
import { contactLookupOperation } from './contact-lookup.operations.js';

/** Who a number belongs to, and whether they can be written to freely. */
@Controller('contact-lookup')
export class ContactLookupController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly sessions: ContactSessions,
  ) {}

  @Operation(contactLookupOperation)
  @Get()
  @RequireAbility('contacts.read')
  async lookup(@Query('phone') phone: unknown, @CurrentCaller() { workspace }: Caller): Promise<object> {
    // A plus that was not escaped is a space in a query.
    const contact = typeof phone === 'string' ? await this.contacts.lookup(phone.trim(), { workspace }) : null;
    return contact ? presentLookup(contact, await this.sessions.of(contact)) : NOT_FOUND;
  }
}
