import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { In, Not, Repository } from 'typeorm';
import { DeadProcesses } from '../process/dead-processes.js';
import { PROCESS_OPTIONS, type ProcessOptions, ThisProcess } from '../process/this-process.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { NumberLeaseEntity } from './number-lease.entity.js';

/** Which phone numbers a process may add jobs for. */
export interface NumberShares {
  of(phoneNumberIds: readonly string[]): Promise<NumberShare>;
}

export interface NumberShare {
  readonly phoneNumberIds: readonly string[];
  /** How many processes send together, at least 1. */
  readonly workers: number;
}

/** Injects the `NumberShares` of this deployment. */
export const NUMBER_SHARES = Symbol('NUMBER_SHARES');

/** Numbers of all processes: with a Redis they share the jobs and the pace. */
@Injectable()
export class SharedNumbers implements NumberShares {
  constructor(private readonly deadProcesses: DeadProcesses) {}

  async of(phoneNumberIds: readonly string[]): Promise<NumberShare> {
    return { phoneNumberIds, workers: Math.max(1, await this.deadProcesses.workers()) };
  }
}

/** Numbers that one process leases each, so that their pace is kept without a Redis. */
@Injectable()
export class LeasedNumbers implements NumberShares, OnApplicationShutdown {
  constructor(
    @Inject(PROCESS_OPTIONS) private readonly options: ProcessOptions,
    @InjectWhatsAppRepository(NumberLeaseEntity) private readonly leases: Repository<NumberLeaseEntity>,
    private readonly thisProcess: ThisProcess,
    private readonly deadProcesses: DeadProcesses,
  ) {}

  /** Takes the leases that no living process has, and drops those of other numbers. */
  async of(phoneNumberIds: readonly string[]): Promise<NumberShare> {
    // A process that only accepts leaves them to one that sends.
    if (!this.options.isWorker) return { phoneNumberIds: [], workers: 1 };
    const processId = this.thisProcess.id;
    await this.leases.delete({ processId, phoneNumberId: Not(In([...phoneNumberIds])) });
    const leases = await this.leases.findBy({ phoneNumberId: In([...phoneNumberIds]) });
    const living = await this.deadProcesses.known(leases.map((lease) => lease.processId));
    const own: string[] = [];
    for (const phoneNumberId of phoneNumberIds) {
      const lease = leases.find((candidate) => candidate.phoneNumberId === phoneNumberId);
      if (lease?.processId === processId || (await this.#take(phoneNumberId, processId, lease, living))) {
        own.push(phoneNumberId);
      }
    }
    return { phoneNumberIds: own, workers: 1 };
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
