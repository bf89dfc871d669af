import { BadRequestException, Body, Controller, Post } from '@nestjs/common';
import { AccountsService, ApiKeysService, ValidationError } from 'nestjs-whatsapp';

interface NewTenant {
  readonly name: string;
  readonly businessAccountId: string;
  readonly accessToken: string;
}

@Controller('tenants')
export class TenantsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly apiKeys: ApiKeysService,
  ) {}

  @Post()
  async add(@Body() { name: workspace, businessAccountId, accessToken }: NewTenant) {
    try {
      // Asks Meta for the account and its numbers: nothing is stored when Meta refuses the token.
      await this.accounts.add({ workspace, businessAccountId, accessToken });
    } catch (error) {
      if (error instanceof ValidationError) throw new BadRequestException(error.problems);
      throw error;
    }
    const { key } = await this.apiKeys.create({ workspace, name: `${workspace}'s key`, abilities: ['messages.send'] });
    return { workspace, key };
  }
}
