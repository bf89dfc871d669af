import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { NotFoundError } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { BusinessAccountEntity } from './business-account.entity.js';
import { type InWorkspace, WorkspacesService } from './workspaces.service.js';

/** Finds accounts of a workspace. */
@Injectable()
export class BusinessAccounts {
  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly workspaces: WorkspacesService,
  ) {}

  /** Oldest first. */
  async list({ workspace }: InWorkspace): Promise<BusinessAccountEntity[]> {
    const workspaceId = await this.workspaces.idOf(workspace);
    return this.accounts.find({ where: { workspaceId }, order: { id: 'ASC' } });
  }

  /** @param businessAccountId Meta's id @throws NotFoundError `BUSINESS_ACCOUNT_NOT_FOUND` */
  async find(businessAccountId: string, { workspace }: InWorkspace): Promise<BusinessAccountEntity> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const account = isIdentifier(businessAccountId, 64)
      ? await this.accounts.findOneBy({ businessAccountId, workspaceId })
      : null;
    if (account) return account;
    throw new NotFoundError('BUSINESS_ACCOUNT_NOT_FOUND', `There is no business account ${businessAccountId}.`);
  }
}
