import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { In, Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { DeadProcesses } from '../process/dead-processes.js';
import { ThisProcess } from '../process/this-process.js';
import { NumberLeaseEntity } from './number-lease.entity.js';

/** Which phone numbers this process alone sends bulk messages from. */
@Injectable()
export class NumberLeases implements OnApplicationShutdown {
  constructor(
    @InjectWhatsAppRepository(NumberLeaseEntity) private readonly leases: Repository<NumberLeaseEntity>,
    private readonly thisProcess: ThisProcess,
    private readonly deadProcesses: DeadProcesses,
  ) {}

  /** Takes what is nobody's, lets go of what is not asked for. @returns those that are this process's now */
  async hold(phoneNumberIds: readonly string[]): Promise<string[]> {
    const processId = this.thisProcess.id;
    await this.leases.delete({ processId, phoneNumberId: Not(In([...phoneNumberIds])) });
    const taken = await this.leases.findBy({ phoneNumberId: In([...phoneNumberIds]) });
    const living = await this.deadProcesses.known(taken.map((lease) => lease.processId));
    const own: string[] = [];
    for (const phoneNumberId of phoneNumberIds) {
      const lease = taken.find((candidate) => candidate.phoneNumberId === phoneNumberId);
      if (lease?.processId === processId || (await this.#take(phoneNumberId, processId, lease, living))) {
        own.push(phoneNumberId);
      }
    }
    return own;
  }

  /** Others need not wait until this process counts as dead. */
  async onApplicationShutdown(): Promise<void> {
    await this.leases.delete({ processId: this.thisProcess.id }).catch(() => undefined);
  }

  async #take(
    phoneNumberId: string,
    processId: string,
    lease: NumberLeaseEntity | undefined,
    living: ReadonlySet<string>,
  ): Promise<boolean> {
    if (lease && living.has(lease.processId)) return false;
    if (lease) {
      const { affected } = await this.leases.update({ phoneNumberId, processId: lease.processId }, { processId });
      return affected === 1;
    }
    try {
      await this.leases.insert({ phoneNumberId, processId });
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }
}
