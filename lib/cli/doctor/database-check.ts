import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { codeOf, isErrorNamed, messageOf } from '../../foreign-errors.js';
import { probeSchema } from '../../store/schema-probe.js';
import { whatsappEntities } from '../../whatsapp.entities.js';
import { NotChecked, type Result } from './examination.js';

/** Problems that are named; an empty database lacks hundreds. */
const MOST_NAMED = 3;

/** Whether the module's tables are there as this version wants them. */
export async function checkTables(url: string, folder: string): Promise<Result> {
  const [, file] = /^sqlite:(.*)$/.exec(url) ?? [];
  if (file === ':memory:') throw new NotChecked('a database in memory is another one in each process');
  const path = file === undefined ? undefined : resolve(folder, file);
  if (path !== undefined && !existsSync(path)) {
    return {
      problem: 'database-unreachable',
      detail: `There is no file ${path}: the app makes it at its first start.`,
    };
  }
  try {
    const lacking = await probeSchema(path === undefined ? url : `sqlite:${path}`, whatsappEntities);
    if (lacking.length === 0) return { ok: 'every table of the module is there' };
    const rest = lacking.length > MOST_NAMED ? `, and ${lacking.length - MOST_NAMED} more` : '';
    return { problem: 'migrations-missing', detail: `${lacking.slice(0, MOST_NAMED).join(', ')}${rest}.` };
  } catch (error) {
    // TypeORM found no driver: the app is one with another database, or is not installed.
    if (isErrorNamed(error, ['DriverPackageNotInstalledError'])) throw new NotChecked(messageOf(error));
    const why = messageOf(error) || codeOf(error) || 'the connection failed';
    return { problem: 'database-unreachable', detail: `DATABASE_URL: ${why}` };
  }
}
