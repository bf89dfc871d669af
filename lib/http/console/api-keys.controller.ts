import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { IsArray, IsOptional, IsString } from 'class-validator';
import { API_KEY_ABILITIES, type ApiKeyAbility } from '../../auth/ability.js';
import type { NewApiKey, WhatsAppApiKey } from '../../auth/api-key.js';
import { ApiKeysService } from '../../auth/api-keys.service.js';
import { CurrentCaller, RequireEveryAbility, type WhatsAppCaller } from '../../auth/caller.js';
import { NotFoundError } from '../../errors.js';
import { Operation } from '../openapi/operation.js';
import { integer } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { IsMoment, momentOf } from '../surface/moment.js';
import { RowIdPipe } from '../workspace/row-id.pipe.js';

const ABILITIES = {
  each: true,
  itemSchema: { enum: ['*', ...API_KEY_ABILITIES] },
  example: ['messages.send'],
} as const;

const WHEN = { format: 'date-time', nullable: true, example: null } as const;

/** An API key, without the key itself. */
export class ConsoleApiKey {
  @Field({ type: 'integer', example: 3 })
  id!: number;

  @Field({ example: 'Support' })
  name!: string;

  @Field({ description: 'What it begins with.', example: 'whatsapp_W9h2' })
  hint!: string;

  @Field({ ...ABILITIES, description: '`*` is everything.' })
  abilities!: readonly ApiKeyAbility[];

  @Field({ format: 'date-time', example: '2026-11-16T21:00:00.000Z' })
  created_at!: Date;

  @Field({ ...WHEN, description: 'Refused from then on; null is never.' })
  expires_at!: Date | null;

  @Field(WHEN)
  revoked_at!: Date | null;

  @Field({ ...WHEN, description: 'To the minute.' })
  last_used_at!: Date | null;

  @Field({ type: 'boolean', description: 'Whether it is the one that asks.', example: false })
  is_own!: boolean;
}

/** Answer of `GET /api/keys`. */
export class ApiKeysAnswer {
  @Field({ type: () => ConsoleApiKey, each: true })
  keys!: readonly ConsoleApiKey[];
}

/** Body of `POST /api/keys`. */
export class CreateApiKeyDto {
  @IsString({ message: 'must be a text.' })
  @Field({ description: 'What people call it.', maxLength: 255, example: 'Support' })
  name!: string;

  @IsOptional()
  @IsArray({ message: 'must be a list of abilities.' })
  @Field({ ...ABILITIES, description: 'Everything when left out.' })
  abilities?: ApiKeyAbility[] | null;

  @IsOptional()
  @IsMoment()
  @Field({ format: 'date-time', description: 'Never when left out.', service: 'expiresAt', example: null })
  expires_at?: string | null;
}

/** A new key: shown this once. */
export class NewApiKeyAnswer {
  @Field({ description: 'The key itself; only its hash is kept.', example: 'whatsapp_W9h2Jc4hB0y1xkq7' })
  key!: string;

  @Field({ type: () => ConsoleApiKey })
  api_key!: ConsoleApiKey;
}

const OF_ONE = {
  params: { id: { description: 'Row id of the key.', schema: integer({ example: 3 }) } },
  throws: [new NotFoundError('API_KEY_NOT_FOUND', 'There is no API key 3.')],
} as const;

const RowId = new RowIdPipe('API_KEY');

/** Keys of the workspace, for whoever may do everything: no one makes a key that may do more than they. */
@Controller('api/keys')
@RequireEveryAbility()
export class ConsoleApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Operation({
    summary: 'List API keys',
    answers: { 200: { description: 'The newest first, also revoked and expired ones.', type: ApiKeysAnswer } },
  })
  @Get()
  async list(@CurrentCaller() caller: WhatsAppCaller): Promise<ApiKeysAnswer> {
    const keys = await this.apiKeys.list({ workspace: caller.workspace });
    return { keys: keys.toReversed().map((key) => presentKey(key, caller)) };
  }

  @Operation({
    summary: 'Create an API key',
    answers: { 201: { description: 'With the key itself, this once.', type: NewApiKeyAnswer } },
    errors: [400],
  })
  @Post()
  @HttpCode(201)
  async create(
    @Body(new ValidDtoPipe(CreateApiKeyDto)) { name, abilities, expires_at }: CreateApiKeyDto,
    @CurrentCaller() caller: WhatsAppCaller,
  ): Promise<NewApiKeyAnswer> {
    const { workspace } = caller;
    const expiresAt = momentOf(expires_at) ?? null;
    const created = await this.apiKeys.create({ name, workspace, expiresAt, ...(abilities && { abilities }) });
    return presentNewKey(created, caller);
  }

  @Operation({
    ...OF_ONE,
    summary: 'Replace an API key',
    description: 'The new one may do the same; the old one works for another day.',
    answers: { 201: { description: 'With the new key itself, this once.', type: NewApiKeyAnswer } },
    errors: [404, 409],
  })
  @Post(':id/rotate')
  @HttpCode(201)
  async rotate(@Param('id', RowId) id: number, @CurrentCaller() caller: WhatsAppCaller): Promise<NewApiKeyAnswer> {
    return presentNewKey(await this.apiKeys.rotate(id, { workspace: caller.workspace }), caller);
  }

  @Operation({
    ...OF_ONE,
    summary: 'Revoke an API key',
    description: 'It is refused from now on; sessions and streams that were opened with it end within two seconds.',
    answers: { 200: { description: 'The key.', type: ConsoleApiKey } },
    errors: [404],
  })
  @Delete(':id')
  async revoke(@Param('id', RowId) id: number, @CurrentCaller() caller: WhatsAppCaller): Promise<ConsoleApiKey> {
    return presentKey(await this.apiKeys.revoke(id, { workspace: caller.workspace }), caller);
  }
}

const presentKey = (key: WhatsAppApiKey, { apiKeyId }: WhatsAppCaller): ConsoleApiKey => ({
  id: key.id,
  name: key.name,
  hint: key.hint,
  abilities: key.abilities,
  created_at: key.createdAt,
  expires_at: key.expiresAt,
  revoked_at: key.revokedAt,
  last_used_at: key.lastUsedAt,
  is_own: key.id === apiKeyId,
});

const presentNewKey = ({ key, apiKey }: NewApiKey, caller: WhatsAppCaller): NewApiKeyAnswer => ({
  key,
  api_key: presentKey(apiKey, caller),
});
