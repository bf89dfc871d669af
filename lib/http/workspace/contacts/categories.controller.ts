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
import { Operation } from '../../openapi/operation.js';
import { RequestUrl } from '../../request-url.decorator.js';
import { IsFilled } from '../is-filled.js';
import { PageDto, toPage } from '../page.dto.js';
import { paginated } from '../paginator.presenter.js';
import { RowIdPipe } from '../row-id.pipe.js';
import { presentSuccess } from '../success.presenter.js';
import { categoryOperations } from './categories.operations.js';

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

/** The groups, statuses and sources that a workspace's contacts are sorted by. */
export const categoryControllers: readonly Type<object>[] = [
  categoriesController({ kind: 'group', plural: 'groups', service: ContactGroupsService }),
  categoriesController({ kind: 'status', plural: 'statuses', service: ContactStatusesService }),
  categoriesController({ kind: 'source', plural: 'sources', service: ContactSourcesService }),
];
