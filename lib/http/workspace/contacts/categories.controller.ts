import { Body, Controller, Delete, Get, Inject, Param, Post, Put, Query, type Type } from '@nestjs/common';
import { ValidateIf } from 'class-validator';
import type { Ability } from '../../../auth/ability.js';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import {
  type ContactCategoriesService,
  ContactGroupsService,
  ContactSourcesService,
  ContactStatusesService,
} from '../../../contacts/contact-categories.service.js';
import type { ContactCategoryEntity, ContactCategoryKind } from '../../../contacts/contact-category.entity.js';
import { ValidationError } from '../../../errors.js';
import { type CheckedBody, DtoPipe, ValidDtoPipe } from '../../dto.pipe.js';
import { Operation, type OperationDescription, type ParameterDescription } from '../../openapi/operation.js';
import { RequestUrl } from '../../request-url.decorator.js';
import { IsFilled } from '../is-filled.js';
import { PageDto, toPage } from '../page.dto.js';
import { paginated } from '../paginator.presenter.js';
import { RowIdPipe } from '../row-id.pipe.js';
import { presentSuccess } from '../success.presenter.js';
import { dateTime, integer, nullable, object, string } from '../../openapi/schema.js';
import { PAGE_QUERY, paginatorSchema, successSchema } from '../success.schema.js';

class CreateCategoryDto {
  @IsFilled()
  name!: string;

  color?: string | null;
}

/** What is left out stays. */
class UpdateCategoryDto {
  @ValidateIf(({ name }: UpdateCategoryDto) => name !== undefined)
  @IsFilled()
  name?: string;

  color?: string | null;
}

interface CategoryController {
  readonly kind: ContactCategoryKind;
  readonly plural: 'groups' | 'statuses' | 'sources';
  readonly service: new (...dependencies: never[]) => ContactCategoriesService;
}

/** The same five calls for each kind of category. */
function categoriesController({ kind, plural, service }: CategoryController): Type<object> {
  const operations = categoryOperations(kind, plural);
  const ability = (action: 'read' | 'create' | 'update' | 'delete'): Exclude<Ability, '*'> => `${plural}.${action}`;
  const idPipe = new RowIdPipe(kind.toUpperCase());
  const named = (done: string) => `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${done} successfully`;

  @Controller(plural)
  class CategoriesController {
    constructor(@Inject(service) private readonly categories: ContactCategoriesService) {}

    @Get()
    @RequireAbility(ability('read'))
    @Operation(operations.list)
    async list(
      @Query(new ValidDtoPipe(PageDto)) query: PageDto,
      @CurrentCaller() { workspace }: Caller,
      @RequestUrl() url: URL,
    ): Promise<object> {
      const { page, perPage } = toPage(query);
      const { items, total } = await this.categories.list({ workspace, page, pageSize: perPage });
      const message = `${plural.charAt(0).toUpperCase()}${plural.slice(1)} retrieved successfully`;
      return presentSuccess(message, paginated(items.map(presentCategory), total, { url, page, perPage }));
    }

    @Post()
    @RequireAbility(ability('create'))
    @Operation(operations.create)
    async create(
      @Body(new DtoPipe(CreateCategoryDto)) { body, problems }: CheckedBody<CreateCategoryDto>,
      @CurrentCaller() { workspace }: Caller,
    ): Promise<object> {
      if (problems.length > 0) throw new ValidationError(problems);
      const { name, color } = body;
      return presentSuccess(
        named('created'),
        presentCategory(await this.categories.create({ name, color }, { workspace })),
      );
    }

    @Get(':id')
    @RequireAbility(ability('read'))
    @Operation(operations.get)
    async get(@Param('id', idPipe) id: number, @CurrentCaller() { workspace }: Caller): Promise<object> {
      return presentSuccess(named('retrieved'), presentCategory(await this.categories.get(id, { workspace })));
    }

    @Put(':id')
    @RequireAbility(ability('update'))
    @Operation(operations.update)
    async update(
      @Param('id', idPipe) id: number,
      @Body(new DtoPipe(UpdateCategoryDto)) { body, problems }: CheckedBody<UpdateCategoryDto>,
      @CurrentCaller() { workspace }: Caller,
    ): Promise<object> {
      await this.categories.get(id, { workspace });
      if (problems.length > 0) throw new ValidationError(problems);
      const { name, color } = body;
      const change = { ...(name !== undefined && { name }), color };
      return presentSuccess(named('updated'), presentCategory(await this.categories.update(id, change, { workspace })));
    }

    @Delete(':id')
    @RequireAbility(ability('delete'))
    @Operation(operations.delete)
    async delete(@Param('id', idPipe) id: number, @CurrentCaller() { workspace }: Caller): Promise<object> {
      await this.categories.delete(id, { workspace });
      return presentSuccess(named('deleted'), { id });
    }
  }
  // API documents distinguish operations by the names of their classes.
  const name = `${plural.charAt(0).toUpperCase()}${plural.slice(1)}Controller`;
  return Object.defineProperty(CategoriesController, 'name', { value: name });
}

function presentCategory({ id, name, color, createdAt, updatedAt }: ContactCategoryEntity): object {
  return { id, name, color, created_at: createdAt, updated_at: updatedAt };
}

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
function categoryOperations(kind: ContactCategoryKind, plural: string) {
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

/** The groups, statuses and sources that a workspace's contacts are sorted by. */
export const categoryControllers: readonly Type<object>[] = [
  categoriesController({ kind: 'group', plural: 'groups', service: ContactGroupsService }),
  categoriesController({ kind: 'status', plural: 'statuses', service: ContactStatusesService }),
  categoriesController({ kind: 'source', plural: 'sources', service: ContactSourcesService }),
];
