import { Injectable } from '@nestjs/common';
import { IsNull, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { WorkspaceEntity } from '../workspaces/workspace.entity.js';
import { PhoneNumberEntity } from './phone-number.entity.js';

/** Which number of a workspace sends where none is named. */
@Injectable()
export class PrimaryPhoneNumbers {
  constructor(
    @InjectWhatsAppRepository(WorkspaceEntity) private readonly workspaces: Repository<WorkspaceEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
  ) {}

  /** Row id of the workspace's primary number, if it has one. */
  async idOf(workspaceId: number): Promise<number | null> {
    const workspace = await this.workspaces.findOneBy({ id: workspaceId });
    return workspace?.primaryPhoneNumberId ?? null;
  }

  /**
   * Makes a number the primary one, unless the workspace has one that still exists.
   * @param phoneNumberId Meta's id; the workspace's oldest number when undefined
   */
  async choose(workspaceId: number, phoneNumberId: string | undefined): Promise<void> {
    const present = await this.idOf(workspaceId);
    const stillThere = present !== null && (await this.phoneNumbers.existsBy({ id: present, removedAt: IsNull() }));
    if (stillThere) return;
    const named = phoneNumberId === undefined ? {} : { phoneNumberId };
    const chosen = await this.phoneNumbers.findOne({
      where: { ...named, removedAt: IsNull(), account: { workspaceId } },
      order: { id: 'ASC' },
    });
    if (!chosen) return;
    await this.workspaces.update(
      { id: workspaceId, primaryPhoneNumberId: present === null ? IsNull() : present },
      { primaryPhoneNumberId: chosen.id },
    );
  }

  async set(workspaceId: number, rowId: number): Promise<void> {
    await this.workspaces.update({ id: workspaceId }, { primaryPhoneNumberId: rowId });
  }
}
