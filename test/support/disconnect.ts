import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { WHATSAPP_DATA_SOURCE } from '../../lib/store/data-source.provider.js';

/** Takes the database away from an app: ends the host's connections and the module's own. */
export async function disconnect(app: INestApplicationContext): Promise<void> {
  await app.get<DataSource>(WHATSAPP_DATA_SOURCE, { strict: false }).destroy();
  const host = app.get(DataSource, { strict: false });
  // On SQLite they are one.
  if (host.isInitialized) await host.destroy();
}
