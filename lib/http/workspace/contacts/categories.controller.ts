import { Body, Controller, Delete, Get, Inject, Param, Post, Put, Query, type Type } from '@nestjs/common';
import { IsOptional, ValidateIf } from 'class-validator';
import type { ApiKeyAbility } from '../../../auth/ability.js';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import {
  type ContactCategoriesService,
  ContactGroupsService,
  ContactSourcesService,
  ContactStatusesService,
  type WhatsAppContactCategory,
} from '../../../contacts/contact-categories.service.js';
import type { ContactCategoryKind } from '../../../contacts/contact-category.entity.js';
import { NotFoundError, ValidationError } from '../../../errors.js';
import { type CheckedBody, DtoPipe, ValidDtoPipe, Field } from '../../surface/dto.js';
import { Operation } from '../../openapi/operation.js';
import { RequestUrl } from '../../surface/handler-parameters.js';
import { IsFilled } from '../is-filled.js';
import { PageDto, toPage } from '../page.dto.js';
import { integer } from '../../openapi/schema.js';
import { pageAnswer, paginated } from '../paginator.presenter.js';
import { DeletedRow, RowIdPipe } from '../row-id.pipe.js';
import { success, successAnswer } from '../success.js';

const COLOR = { description: 'For people who see it.', maxLength: 32, example: '#22c55e' } as const;
const NAME = { description: 'No other of its kind may have it.', minLength: 1, maxLength: 100 } as const;

/** Body of a request that creates a group, status or source. */
export class CreateCategoryDto {
  @IsFilled()
  @Field({ ...NAME, example: 'Partners' })
  name!: string;

  @IsOptional()
  @Field(COLOR)
  color?: string | null;
}

/** Fields that are left out keep their values. */
export class UpdateCategoryDto {
  @ValidateIf(({ name }: UpdateCategoryDto) => name !== undefined)
  @IsFilled()
  @Field({ ...NAME, optional: true })
  name?: string;

  @IsOptional()
  @Field(COLOR)
  color?: string | null;
}

/** A group, status or source of contacts. */
export class CategoryView {
  @Field({ type: 'integer', example: 2 })
  id!: number;

  @Field({ example: 'Partners' })
  name!: string;

  @Field({ ...COLOR, nullable: true })
  color!: string | null;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  created_at!: Date;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  updated_at!: Date;
}

const DELETED: Readonly<Record<ContactCategoryKind, string>> = {
  group: 'Contacts that are in it stay, and are in it no more.',
  status: 'Contacts that have it stay, and have no status then.',
  source: 'Contacts that come from it stay, and have no source then.',
};

interface CategoryController {
  readonly kind: ContactCategoryKind;
  readonly plural: 'groups' | 'statuses' | 'sources';
  readonly service: new (...dependencies: never[]) => ContactCategoriesService;
}

const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The same five calls for each kind of category. */
function categoriesController({ kind, plural, service }: CategoryController): Type<object> {
  const ability = (action: 'read' | 'create' | 'update' | 'delete'): Exclude<ApiKeyAbility, '*'> =>
    `${plural}.${action}`;
  const idPipe = new RowIdPipe(kind.toUpperCase());
  const named = (done: string): string => `${title(kind)} ${done} successfully`;
  const answer = (done: string) => successAnswer(`The ${kind}.`, named(done), CategoryView);
  const ofOne = {
    params: { id: { description: `Row id of the ${kind}.`, schema: integer({ example: 2 }) } },
    throws: [new NotFoundError(`${kind.toUpperCase()}_NOT_FOUND`, `${title(kind)} 2 not found.`)],
  } as const;

  @Controller(plural)
  class CategoriesController {
    constructor(@Inject(service) private readonly categories: ContactCategoriesService) {}

    @Get()
    @RequireAbility(ability('read'))
    @Operation({
      summary: `List ${plural}`,
      description: 'By name.',
      answers: { 200: pageAnswer(plural, CategoryView) },
      errors: [400, 422, 429],
    })
    async list(
      @Query(new ValidDtoPipe(PageDto)) query: PageDto,
      @CurrentCaller() { workspace }: WhatsAppCaller,
      @RequestUrl() url: URL,
    ): Promise<object> {
      const { page, perPage } = toPage(query);
      const { items, total } = await this.categories.list({ workspace, page, pageSize: perPage });
      const message = `${title(plural)} retrieved successfully`;
      return success(message, paginated(items.map(presentCategory), total, { url, page, perPage }));
    }

    @Post()
    @RequireAbility(ability('create'))
    @Operation({
      summary: `Create a ${kind}`,
      answers: { 201: answer('created') },
      errors: [400, 413, 422, 429],
    })
    async create(
      @Body(new DtoPipe(CreateCategoryDto)) { body, problems }: CheckedBody<CreateCategoryDto>,
      @CurrentCaller() { workspace }: WhatsAppCaller,
    ): Promise<object> {
      if (problems.length > 0) throw new ValidationError(problems);
      const { name, color } = body;
      return success(named('created'), presentCategory(await this.categories.create({ name, color }, { workspace })));
    }

    @Get(':id')
    @RequireAbility(ability('read'))
    @Operation({
      ...ofOne,
      summary: `Get a ${kind}`,
      answers: { 200: answer('retrieved') },
      errors: [400, 404, 429],
    })
    async get(@Param('id', idPipe) id: number, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<object> {
      return success(named('retrieved'), presentCategory(await this.categories.get(id, { workspace })));
    }

    @Put(':id')
    @RequireAbility(ability('update'))
    @Operation({
      ...ofOne,
      summary: `Change a ${kind}`,
      description:
        kind === 'group' ? 'Contacts stay in a group that is renamed.' : 'Fields that are left out keep their values.',
      answers: { 200: answer('updated') },
      errors: [400, 404, 413, 422, 429],
    })
    async update(
      @Param('id', idPipe) id: number,
      @Body(new DtoPipe(UpdateCategoryDto)) { body, problems }: CheckedBody<UpdateCategoryDto>,
      @CurrentCaller() { workspace }: WhatsAppCaller,
    ): Promise<object> {
      await this.categories.get(id, { workspace });
      if (problems.length > 0) throw new ValidationError(problems);
      const { name, color } = body;
      const change = { ...(name !== undefined && { name }), color };
      return success(named('updated'), presentCategory(await this.categories.update(id, change, { workspace })));
    }

    @Delete(':id')
    @RequireAbility(ability('delete'))
    @Operation({
      ...ofOne,
      summary: `Delete a ${kind}`,
      description: DELETED[kind],
      answers: { 200: successAnswer(`The ${kind} is deleted.`, named('deleted'), DeletedRow) },
      errors: [400, 404, 429],
    })
    async delete(@Param('id', idPipe) id: number, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<object> {
      await this.categories.delete(id, { workspace });
      return success(named('deleted'), { id });
    }
  }
  // API documents distinguish operations by the names of their classes.
  return Object.defineProperty(CategoriesController, 'name', { value: `${title(plural)}Controller` });
}

function presentCategory({ id, name, color, createdAt, updatedAt }: WhatsAppContactCategory): CategoryView {
  return { id, name, color, created_at: createdAt, updated_at: updatedAt };
}

/** The groups, statuses and sources that a workspace's contacts are sorted by. */
export const categoryControllers: readonly Type<object>[] = [
  categoriesController({ kind: 'group', plural: 'groups', service: ContactGroupsService }),
  categoriesController({ kind: 'status', plural: 'statuses', service: ContactStatusesService }),
  categoriesController({ kind: 'source', plural: 'sources', service: ContactSourcesService }),
];
