import { randomBytes } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { WHATSAPP_DATA_SOURCE } from './data-source.provider.js';
import { InstallationEntity } from './installation.entity.js';
import { isUniqueViolation } from './driver-errors.js';

/** The random id of this deployment, the same in all its processes; made when the database is first used. */
export const INSTALLATION_ID = Symbol('INSTALLATION_ID');

const ROW = { id: 1 };

export const installationIdProvider: Provider = {
  provide: INSTALLATION_ID,
  inject: [WHATSAPP_DATA_SOURCE],
  useFactory: async (dataSource: DataSource): Promise<string> => {
    const installations = dataSource.getRepository(InstallationEntity);
    const existing = await installations.findOneBy(ROW);
    if (existing) return existing.installationId;
    try {
      await installations.insert({ ...ROW, installationId: randomBytes(6).toString('base64url') });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
    const { installationId } = await installations.findOneByOrFail(ROW);
    return installationId;
  },
};
