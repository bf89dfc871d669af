import type { ContactCategoryKind } from '../../../contacts/contact-category.entity.js';
import type { OperationDescription, ParameterDescription } from '../../openapi/operation.js';
import { dateTime, integer, nullable, object, string } from '../../openapi/schema.js';
import { paginated } from '../paginator.presenter.js';
import { PAGE_QUERY, paginatorSchema, successSchema } from '../success.schema.js';

const COLOR = nullable(string({ maxLength: 32, description: 'For people who see it.', example: '#22c55e' }));

const CATEGORY = object({
  id: integer(),
  name: string(),
  color: COLOR,
  created_at: dateTime(),
  updated_at: dateTime(),
});

const EXAMPLES: Readonly<Record<ContactCategoryKind, string>> = {
  group: 'Wholesale',
  status: 'Qualified',
  source: 'Website',
};

const DELETED: Readonly<Record<ContactCategoryKind, string>> = {
  group: 'Contacts that are in it stay, and are in it no more.',
  status: 'Contacts that have it stay, and have no status then.',
  source: 'Contacts that come from it stay, and have no source then.',
};

const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Documents the calls of one kind of category. */
export function categoryOperations(kind: ContactCategoryKind, plural: string) {
  const example = {
    id: 2,
    name: EXAMPLES[kind],
    color: '#22c55e',
    created_at: '2026-11-16T21:30:00.000Z',
    updated_at: '2026-11-16T21:30:00.000Z',
  };
  const params: Readonly<Record<string, ParameterDescription>> = {
    id: { description: `Row id of the ${kind}.`, schema: integer({ example: 2 }) },
  };
  const answer = (done: string) => ({
    description: `The ${kind}.`,
    json: {
      schema: successSchema(CATEGORY),
      example: { status: 'success', message: `${title(kind)} ${done} successfully`, data: example },
    },
  });
  const name = string({ minLength: 1, maxLength: 100, description: `No other ${kind} may have it.` });
  const url = new URL(`https://api.example.com/api/v1/acme/${plural}`);
  const list: OperationDescription = {
    summary: `List ${plural}`,
    description: 'By name.',
    query: PAGE_QUERY,
    answers: {
      200: {
        description: `A page of ${plural}.`,
        json: {
          schema: successSchema(paginatorSchema(CATEGORY)),
          example: {
            status: 'success',
            message: `${title(plural)} retrieved successfully`,
            data: paginated([example], 1, { url, page: 1, perPage: 15 }),
          },
        },
      },
    },
    errors: [400, 422, 429],
  };
  const create: OperationDescription = {
    summary: `Create a ${kind}`,
    json: { schema: object({ name }, { color: COLOR }), example: { name: EXAMPLES[kind], color: '#22c55e' } },
    answers: { 201: answer('created') },
    errors: [400, 413, 422, 429],
  };
  const get: OperationDescription = {
    summary: `Get a ${kind}`,
    params,
    answers: { 200: answer('retrieved') },
    errors: [400, 404, 429],
  };
  const update: OperationDescription = {
    summary: `Change a ${kind}`,
    description: kind === 'group' ? 'Contacts stay in a group that is renamed.' : 'What is left out stays as it is.',
    params,
    json: { schema: object({}, { name, color: COLOR }), example: { color: '#22c55e' } },
    answers: { 200: answer('updated') },
    errors: [400, 404, 413, 422, 429],
  };
  const remove: OperationDescription = {
    summary: `Delete a ${kind}`,
    description: DELETED[kind],
    params,
    answers: {
      200: {
        description: `The ${kind} is deleted.`,
        json: {
          schema: successSchema(object({ id: integer() })),
          example: { status: 'success', message: `${title(kind)} deleted successfully`, data: { id: 2 } },
        },
      },
    },
    errors: [400, 404, 429],
  };
  return { list, create, get, update, delete: remove };
}
