import { Controller, Get, Query } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import { ContactsService } from '../../contacts/contacts.service.js';
import { ContactSessions, type ContactSession } from '../../messages/service-windows.js';
import { Operation } from '../openapi/operation.js';
import type { WhatsAppContact } from '../../contacts/contact.view.js';
import { IsOptional } from 'class-validator';
import { ValidDtoPipe, Field } from '../surface/dto.js';

/** Query of `GET /contact-lookup/`: any text is answered, also one that is no number. */
export class ContactLookupDto {
  @IsOptional()
  @Field({ description: 'A phone number.' })
  phone?: unknown;
}

/** The contact that has the number. */
export class FoundContact {
  @Field({ type: 'integer', example: 7 })
  id!: number;

  @Field({ nullable: true, example: 'Juan Pérez' })
  fullName!: string | null;

  @Field({ nullable: true, example: '+5491112345678' })
  phone!: string | null;

  @Field({ nullable: true, example: 'juan@example.com' })
  email!: string | null;

  @Field({ type: 'integer', description: 'Always null: the module keeps no lists.', nullable: true, example: null })
  contactListId!: null;

  @Field({ nullable: true, example: null })
  contactListName!: null;

  @Field({ nullable: true, example: null })
  source!: null;

  @Field({ format: 'date-time', example: '2026-11-01T12:00:00.000Z' })
  createdAt!: Date;
}

/** Answer of `GET /contact-lookup/`. */
export class ContactLookupAnswer {
  @Field({ type: 'boolean', example: true })
  found!: boolean;

  @Field({ type: () => FoundContact, nullable: true })
  contact!: FoundContact | null;

  @Field({ type: 'boolean', example: true })
  hasReplied!: boolean;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T20:00:00.000Z' })
  lastReplyAt!: Date | null;

  @Field({ type: 'boolean', example: true })
  sessionWindowActive!: boolean;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-17T20:00:00.000Z' })
  sessionExpiresAt!: Date | null;
}

/** Finds the contact of a number, and whether it can be written to freely. */
@Controller('contact-lookup')
export class ContactLookupController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly sessions: ContactSessions,
  ) {}

  @Operation({
    summary: 'Find the contact of a number',
    description: 'All spellings of one number find one contact. A number without a contact is answered, too.',
    answers: {
      200: { description: 'The contact, and whether it can be written to freely.', type: ContactLookupAnswer },
    },
  })
  @Get()
  @RequireAbility('contacts.read')
  async lookup(
    @Query(new ValidDtoPipe(ContactLookupDto)) { phone }: ContactLookupDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<ContactLookupAnswer> {
    // A plus that was not escaped is a space in a query.
    const contact = typeof phone === 'string' ? await this.contacts.lookup(phone.trim(), { workspace }) : null;
    return contact ? presentLookup(contact, await this.sessions.of(contact)) : NOT_FOUND;
  }
}

/** The answer for a number without a contact. */
const NOT_FOUND: ContactLookupAnswer = {
  found: false,
  contact: null,
  hasReplied: false,
  lastReplyAt: null,
  sessionWindowActive: false,
  sessionExpiresAt: null,
};

function presentLookup(
  contact: WhatsAppContact,
  { lastReplyAt, expiresAt, isActive }: ContactSession,
): ContactLookupAnswer {
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
function fullNameOf({ firstName, lastName, profileName }: WhatsAppContact): string | null {
  const given = [firstName, lastName].filter((name) => name !== null && name !== '').join(' ');
  return given === '' ? profileName : given;
}
