import type { OperationDescription, ParameterDescription } from '../../openapi/operation.js';
import { array, dateTime, integer, nullable, object, oneOf, type Schema, string } from '../../openapi/schema.js';
import { PAGE_QUERY, paginatorSchema, successSchema } from '../success.schema.js';
import { paginated } from '../paginator.presenter.js';
import { presentSuccess } from '../success.presenter.js';

const CONTACT = object({
  id: integer(),
  firstname: nullable(string()),
  lastname: nullable(string()),
  phone: nullable(string({ description: 'Digits with country code, after a plus.', example: '+5491112345678' })),
  email: nullable(string()),
  type: nullable(oneOf('lead', 'customer')),
  company: nullable(string()),
  description: nullable(string()),
  country: nullable(string()),
  country_id: nullable(integer()),
  zip: nullable(string()),
  city: nullable(string()),
  state: nullable(string()),
  address: nullable(string()),
  source_id: nullable(integer()),
  status_id: nullable(integer()),
  assigned_id: nullable(integer()),
  groups: array(string()),
  created_at: dateTime(),
  updated_at: dateTime(),
});

const CONTACT_EXAMPLE = {
  id: 7,
  firstname: 'Ana',
  lastname: 'Díaz',
  phone: '+5491112345678',
  email: 'ana@example.com',
  type: 'customer',
  company: 'Díaz SRL',
  description: null,
  country: 'AR',
  country_id: null,
  zip: 'C1000',
  city: 'Buenos Aires',
  state: null,
  address: 'Av. Corrientes 1234',
  source_id: 3,
  status_id: 2,
  assigned_id: 1,
  groups: ['vip', 'newsletter'],
  created_at: '2026-11-16T21:30:00.000Z',
  updated_at: '2026-11-16T21:30:00.000Z',
};

const FIRSTNAME = string({ minLength: 1, maxLength: 255 });
const PHONE = string({ description: 'In any spelling; no other contact may have it.', example: '+5491112345678' });

const GROUPS: Schema = {
  description: 'Names, in a list or separated by commas: at most 100, of at most 100 characters each.',
  oneOf: [array(string({ maxLength: 100 }), { maxItems: 100 }), string()],
  nullable: true,
};

const ID_OF = (description: string): Schema => ({
  description,
  oneOf: [integer({ minimum: 1 }), string()],
  nullable: true,
});

/** What may be left out. */
const FURTHER = {
  lastname: nullable(string({ maxLength: 255 })),
  email: nullable(string({ maxLength: 255, description: 'No other contact may have it.' })),
  type: nullable(oneOf('lead', 'customer')),
  company: nullable(string({ maxLength: 255 })),
  description: nullable(string({ maxLength: 10_000 })),
  country: nullable(string({ maxLength: 64 })),
  country_id: ID_OF('Id of a country in a list of yours.'),
  zip: nullable(string({ maxLength: 32 })),
  city: nullable(string({ maxLength: 255 })),
  state: nullable(string({ maxLength: 255 })),
  address: nullable(string({ maxLength: 1_000 })),
  source_id: ID_OF('One of `GET /sources`.'),
  status_id: ID_OF('One of `GET /statuses`.'),
  assigned_id: ID_OF('Id of a user of yours who sees to the contact.'),
  groups: GROUPS,
};

const ID: Readonly<Record<string, ParameterDescription>> = {
  id: { description: 'Row id of the contact.', schema: integer({ example: 7 }) },
};

const answerOf = (message: string) => ({
  description: 'The contact.',
  json: { schema: successSchema(CONTACT), example: { status: 'success', message, data: CONTACT_EXAMPLE } },
});

const PATH = 'https://api.example.com/api/v1/acme/contacts';

export const listContactsOperation: OperationDescription = {
  summary: 'List contacts',
  description: 'The newest first: those that were created here, and everybody who wrote or was written to.',
  query: {
    ...PAGE_QUERY,
    search: {
      description: 'A number in any spelling or a part of it; or words that names, email or company have in them.',
      schema: string({ example: 'ana' }),
    },
    type: { description: 'Only these.', schema: oneOf('lead', 'customer') },
    group: { description: 'Only those in the group of this name.', schema: string({ example: 'vip' }) },
    source_id: { description: 'Only those from this source.', schema: integer({ minimum: 1 }) },
    status_id: { description: 'Only those with this status.', schema: integer({ minimum: 1 }) },
    assigned_id: { description: 'Only those assigned to this user.', schema: integer({ minimum: 1 }) },
  },
  answers: {
    200: {
      description: 'A page of contacts.',
      json: {
        schema: successSchema(paginatorSchema(CONTACT)),
        example: presentSuccess(
          'Contacts retrieved successfully',
          paginated([CONTACT_EXAMPLE], 1, { url: new URL(PATH), page: 1, perPage: 15 }),
        ),
      },
    },
  },
  errors: [400, 422, 429],
};

export const createContactOperation: OperationDescription = {
  summary: 'Create a contact',
  description:
    'One who was deleted before becomes the same contact again, with nothing of what was filed then; ' +
    'that they want no marketing, or are blocked, still holds.',
  json: {
    schema: object({ firstname: FIRSTNAME, phone: PHONE }, FURTHER),
    example: {
      firstname: 'Ana',
      lastname: 'Díaz',
      phone: '+54 9 11 1234-5678',
      email: 'ana@example.com',
      type: 'customer',
      company: 'Díaz SRL',
      country: 'AR',
      city: 'Buenos Aires',
      groups: ['vip', 'newsletter'],
    },
  },
  answers: { 201: answerOf('Contact created successfully') },
  errors: [400, 413, 422, 429],
};

export const getContactOperation: OperationDescription = {
  summary: 'Get a contact',
  params: ID,
  answers: { 200: answerOf('Contact retrieved successfully') },
  errors: [400, 404, 429],
};

export const updateContactOperation: OperationDescription = {
  summary: 'Change a contact',
  description: 'What is left out stays as it is; null takes away what need not be there.',
  params: ID,
  json: {
    schema: object({}, { firstname: FIRSTNAME, phone: PHONE, ...FURTHER }),
    example: { type: 'customer', company: 'Díaz SRL', groups: 'vip, newsletter', description: null },
  },
  answers: { 200: answerOf('Contact updated successfully') },
  errors: [400, 404, 413, 422, 429],
};

export const deleteContactOperation: OperationDescription = {
  summary: 'Delete a contact',
  description:
    'What was filed about the person goes, and they are listed no more. Conversations stay, as does that they want no ' +
    'marketing or are blocked. They are a contact again when they write, are written to in a conversation, or are created again.',
  params: ID,
  answers: {
    200: {
      description: 'The contact is deleted.',
      json: {
        schema: successSchema(object({ id: integer() })),
        example: { status: 'success', message: 'Contact deleted successfully', data: { id: 7 } },
      },
    },
  },
  errors: [400, 404, 429],
};
