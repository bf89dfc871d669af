import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { ContactsService } from '../../contacts/contacts.service.js';
import { ContactSessions, type ContactSession } from '../../messages/contact-sessions.js';
import { Operation, type OperationDescription } from '../openapi/operation.js';
import type { ContactEntity } from '../../contacts/contact.entity.js';
import { boolean, dateTime, integer, nullable, object, string } from '../openapi/schema.js';

const contactLookupOperation: OperationDescription = {
  summary: 'Who a number belongs to',
  description: 'All spellings of one number find one contact. A number that nobody is known by is answered, too.',
  query: { phone: { description: 'A phone number.', schema: string(), required: false } },
  answers: {
    200: {
      description: 'Who it is, and whether they can be written to freely.',
      json: {
        schema: object({
          found: boolean(),
          contact: nullable(
            object({
              id: integer(),
              fullName: nullable(string()),
              phone: nullable(string()),
              email: nullable(string()),
              contactListId: nullable(integer()),
              contactListName: nullable(string()),
              source: nullable(string()),
              createdAt: dateTime(),
            }),
          ),
          hasReplied: boolean(),
          lastReplyAt: nullable(dateTime()),
          sessionWindowActive: boolean(),
          sessionExpiresAt: nullable(dateTime()),
        }),
        example: {
          found: true,
          contact: {
            id: 7,
            fullName: 'Juan Pérez',
            phone: '+5491112345678',
            email: 'juan@example.com',
            contactListId: null,
            contactListName: null,
            source: null,
            createdAt: '2026-11-01T12:00:00.000Z',
          },
          hasReplied: true,
          lastReplyAt: '2026-11-16T20:00:00.000Z',
          sessionWindowActive: true,
          sessionExpiresAt: '2026-11-17T20:00:00.000Z',
        },
      },
    },
  },
};

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

/** The answer for a number that nobody is known by. */
const NOT_FOUND = {
  found: false,
  contact: null,
  hasReplied: false,
  lastReplyAt: null,
  sessionWindowActive: false,
  sessionExpiresAt: null,
};

/** Answer of `GET /contact-lookup/`. */
function presentLookup(contact: ContactEntity, { lastReplyAt, expiresAt, isActive }: ContactSession): object {
  const { id, phone, email, createdAt } = contact;
  return {
    found: true,
    contact: {
      id,
      fullName: fullNameOf(contact),
      phone: phone && `+${phone}`,
      email,
      // The module keeps neither lists nor where a contact came from.
      contactListId: null,
      contactListName: null,
      source: null,
      createdAt,
    },
    hasReplied: lastReplyAt !== null,
    lastReplyAt,
    sessionWindowActive: isActive,
    sessionExpiresAt: expiresAt,
  };
}

/** As the host names the person, else as they name themselves. */
function fullNameOf({ firstName, lastName, profileName }: ContactEntity): string | null {
  const given = [firstName, lastName].filter((name) => name !== null && name !== '').join(' ');
  return given === '' ? profileName : given;
}
