import { Controller, Get } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import { WorkspacesService } from '../../accounts/workspaces.service.js';
import { Operation } from '../openapi/operation.js';
import { Field } from '../surface/dto.js';

/** Answer of `GET /business-info/`. */
export class BusinessInfoAnswer {
  @Field({ type: 'integer', description: 'Row id of the workspace.', example: 1 })
  id!: number;

  @Field({ nullable: true, example: 'Mi Empresa SRL' })
  name!: string | null;

  @Field({ nullable: true, example: 'hola@example.com' })
  email!: string | null;

  @Field({ nullable: true, example: '+54 9 223 675-0780' })
  phone!: string | null;

  @Field({ nullable: true, example: 'https://example.com' })
  website!: string | null;

  @Field({ nullable: true, example: 'Av. Corrientes 1234, Buenos Aires' })
  address!: string | null;

  @Field({ nullable: true, example: 'Everything for your house.' })
  description!: string | null;

  @Field({ nullable: true, example: 'America/Argentina/Buenos_Aires' })
  timezone!: string | null;

  @Field({ nullable: true, example: '11-50' })
  companySize!: string | null;

  @Field({ nullable: true, example: '11 to 50 employees' })
  companySizeDisplay!: string | null;

  @Field({ each: true, nullable: true, example: null })
  companyTypes!: readonly string[] | null;

  @Field({ each: true, nullable: true, example: ['RETAIL'] })
  categories!: readonly string[] | null;
}

/** Describes the business behind the caller's workspace. */
@Controller('business-info')
export class BusinessInfoController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly workspaces: WorkspacesService,
  ) {}

  @Operation({
    summary: 'Describe the business',
    description:
      'From Meta’s business profile of the workspace’s primary number and the host’s options; null for what neither has.',
    answers: { 200: { description: 'The business behind the key’s workspace.', type: BusinessInfoAnswer } },
  })
  @Get()
  @RequireAbility('accounts.read')
  async info(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<BusinessInfoAnswer> {
    const info = await this.accounts.businessInfo({ workspace });
    return { id: await this.workspaces.idOf(workspace), ...info };
  }
}
