import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, IsNull, Repository } from 'typeorm';
import { Facts } from '../store/facts.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { WorkspaceEntity } from './workspace.entity.js';
import { AccountCredentials } from './account-credentials.js';
import { PhoneNumberEntity } from './phone-number.entity.js';

/** Which number of a workspace sends where none is named: the one a person chose, else the first configured one. */
@Injectable()
export class PrimaryPhoneNumbers {
  constructor(
    @InjectWhatsAppRepository(WorkspaceEntity) private readonly workspaces: Repository<WorkspaceEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    private readonly credentials: AccountCredentials,
    private readonly facts: Facts,
  ) {}

  /** Row id of the workspace's primary number, if it has one. */
  async idOf(workspaceId: number): Promise<number | null> {
    const workspace = await this.workspaces.findOneBy({ id: workspaceId });
    return workspace?.primaryPhoneNumberId ?? null;
  }

  /** A person chose it: it stays until another is chosen, or it is gone. */
  async choose(workspaceId: number, rowId: number): Promise<void> {
    await this.#set({ id: workspaceId }, { primaryPhoneNumberId: rowId, primaryChosenAt: new Date() });
  }

  /** The options name it first: it is the primary one unless a person chose another. */
  async prefer(workspaceId: number, phoneNumberId: string): Promise<void> {
    const workspace = await this.workspaces.findOneByOrFail({ id: workspaceId });
    if (workspace.primaryChosenAt && (await this.#canSend(workspace))) return;
    await this.#replace(workspace, { phoneNumberId });
  }

  /**
   * Gives the workspace a primary number when it has none that can send.
   * @param phoneNumberId Meta's id; the workspace's oldest number when undefined
   */
  async fallBackTo(workspaceId: number, phoneNumberId: string | undefined): Promise<void> {
    const workspace = await this.workspaces.findOneByOrFail({ id: workspaceId });
    if (await this.#canSend(workspace)) return;
    await this.#replace(workspace, phoneNumberId === undefined ? {} : { phoneNumberId });
  }

  async #canSend({ id, primaryPhoneNumberId }: WorkspaceEntity): Promise<boolean> {
    if (primaryPhoneNumberId === null) return false;
    const phoneNumber = await this.#find(id, { id: primaryPhoneNumberId });
    return phoneNumber?.account !== undefined && this.credentials.has(phoneNumber.account.businessAccountId);
  }

  async #replace(workspace: WorkspaceEntity, by: FindOptionsWhere<PhoneNumberEntity>): Promise<void> {
    const chosen = await this.#find(workspace.id, by);
    if (!chosen) return;
    const { id, primaryPhoneNumberId } = workspace;
    await this.#set(
      { id, primaryPhoneNumberId: primaryPhoneNumberId ?? IsNull() },
      { primaryPhoneNumberId: chosen.id, primaryChosenAt: null },
    );
  }

  async #set(
    where: FindOptionsWhere<WorkspaceEntity>,
    primary: Pick<WorkspaceEntity, 'primaryPhoneNumberId' | 'primaryChosenAt'>,
  ): Promise<void> {
    await this.facts.write(this.workspaces.createQueryBuilder().update().set(primary).where(where));
  }

  #find(workspaceId: number, by: FindOptionsWhere<PhoneNumberEntity>): Promise<PhoneNumberEntity | null> {
    return this.phoneNumbers.findOne({
      where: { ...by, removedAt: IsNull(), account: { workspaceId } },
      relations: { account: true },
      order: { id: 'ASC' },
    });
  }
}
