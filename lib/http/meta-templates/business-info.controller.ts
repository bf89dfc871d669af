import { Controller, Get } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { WorkspacesService } from '../../workspaces/workspaces.service.js';
import { Operation, type OperationDescription } from '../openapi/operation.js';
import { array, integer, nullable, object, string } from '../openapi/schema.js';

const TEXT = nullable(string());

const businessInfoOperation: OperationDescription = {
  summary: 'Who the business is',
  description:
    'From Meta’s business profile of the workspace’s primary number and the host’s options; null for what neither has.',
  answers: {
    200: {
      description: 'The business behind the key’s workspace.',
      json: {
        schema: object({
          id: integer({ description: 'Row id of the workspace.' }),
          name: TEXT,
          email: TEXT,
          phone: TEXT,
          website: TEXT,
          address: TEXT,
          description: TEXT,
          timezone: TEXT,
          companySize: TEXT,
          companySizeDisplay: TEXT,
          companyTypes: nullable(array(string())),
          categories: nullable(array(string())),
        }),
        example: {
          id: 1,
          name: 'Mi Empresa SRL',
          email: 'hola@example.com',
          phone: '+54 9 223 675-0780',
          website: 'https://example.com',
          address: 'Av. Corrientes 1234, Buenos Aires',
          description: 'Everything for your house.',
          timezone: 'America/Argentina/Buenos_Aires',
          companySize: '11-50',
          companySizeDisplay: '11 to 50 employees',
          companyTypes: null,
          categories: ['RETAIL'],
        },
      },
    },
  },
};

/** Who the business behind the caller's workspace is. */
@Controller('business-info')
export class BusinessInfoController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly workspaces: WorkspacesService,
  ) {}

  @Operation(businessInfoOperation)
  @Get()
  @RequireAbility('accounts.read')
  async info(@CurrentCaller() { workspace }: Caller): Promise<object> {
    const info = await this.accounts.businessInfo({ workspace });
    return { id: await this.workspaces.idOf(workspace), ...info };
  }
}
