import { randomBytes } from 'node:crypto';
import { type WhatsAppAccountOptions, SendingPauseEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { NotFoundError } from '../../lib/errors.js';
import { SendingHealth } from '../../lib/accounts/sending-health.js';
import { SendingPauses } from '../../lib/accounts/sending-pauses.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { WorkspaceApp } from './workspace-app.js';

const encryptionKeys = [randomBytes(32).toString('base64')];
const ELSEWHERE = 'elsewhere';

describeEachDatabase('A workspace', (database) => {
  let fresh: FreshDatabase;
  let scene: WorkspaceApp;

  beforeAll(async () => {
    fresh = await database.create();
  });
  afterAll(() => fresh.drop());
  beforeEach(async () => {
    // The first account is the workspace's, the second another's, the third is added at run time.
    const workspaces: (Partial<WhatsAppAccountOptions> | null)[] = [{}, { workspace: ELSEWHERE }, null];
    const looks = vi.spyOn(SendingHealth.prototype, 'check');
    scene = await WorkspaceApp.start({
      database: fresh,
      meta: { accounts: [{ phoneNumbers: [{}, {}] }, { phoneNumbers: [{}] }, { phoneNumbers: [{}] }] },
      configure: ({ phoneNumbers }, index) => {
        const where = workspaces[index];
        return where ? { phoneNumberIds: phoneNumbers.map(({ id }) => id), ...where } : null;
      },
      options: { encryptionKeys },
    });
    // The check at the start is over before the pause exists.
    await Promise.all(looks.mock.results.map(({ value }) => value));
    looks.mockRestore();
  });
  afterEach(async () => {
    await scene.app.get(DataSource).getRepository(SendingPauseEntity).clear();
    await scene[Symbol.asyncDispose]();
  });

  const accountAt = (index: number) => {
    const account = scene.meta.accounts[index];
    if (!account) throw new Error(`There is no account ${index}.`);
    return account;
  };
  const numberAt = (account: number, index = 0) => String(accountAt(account).phoneNumbers[index]?.id);
  const pause = (scope: 'number' | 'account', subjectId: string, code = '131031') =>
    scene.app.get(SendingPauses).pause({ scope, subjectId, code, message: 'Locked.', until: null });
  const pausedAnywhere = async () =>
    (await scene.app.get(SendingPauses).list()).map(({ subjectId }) => subjectId).toSorted();

  it('sees which of its numbers and accounts are paused, and of no others', async () => {
    expect(await scene.accounts.sendingPauses(scene.here)).toEqual([]);
    await pause('number', numberAt(0, 1));
    await pause('account', accountAt(0).id);
    await pause('number', numberAt(1));
    await pause('account', accountAt(1).id);
    await pause('number', '404');
    const here = await scene.accounts.sendingPauses(scene.here);
    expect(new Map(here.map(({ scope, subjectId }) => [scope, subjectId]))).toEqual(
      new Map([
        ['number', numberAt(0, 1)],
        ['account', accountAt(0).id],
      ]),
    );
    expect(here).toHaveLength(2);
    expect(here[0]).toMatchObject({ code: '131031', message: 'Locked.', since: expect.any(Date), until: null });
    expect(await scene.accounts.sendingPauses({ workspace: ELSEWHERE })).toHaveLength(2);
  });

  it('resumes a number: its own pause ends, and that of its account', async () => {
    await pause('number', numberAt(0, 0));
    await pause('number', numberAt(0, 1));
    await pause('account', accountAt(0).id);
    await pause('account', accountAt(1).id);
    expect(await scene.accounts.resumeSending(numberAt(0, 0), scene.here)).toBe(true);
    expect(await pausedAnywhere()).toEqual([numberAt(0, 1), accountAt(1).id].toSorted());
    expect(await scene.accounts.resumeSending(numberAt(0, 0), scene.here)).toBe(false);
    expect(await scene.accounts.resumeSending(numberAt(0, 1), scene.here)).toBe(true);
  });

  it('resumes no number of another, nor one that there is not', async () => {
    await pause('number', numberAt(1));
    await pause('account', accountAt(1).id);
    for (const id of [numberAt(1), '404', '']) {
      await expect(scene.accounts.resumeSending(id, scene.here)).rejects.toThrow(NotFoundError);
    }
    expect(await pausedAnywhere()).toHaveLength(2);
    expect(await scene.accounts.resumeSending(numberAt(1), { workspace: ELSEWHERE })).toBe(true);
    expect(await pausedAnywhere()).toEqual([]);
  });

  it('that gives an account a new token ends the pause that waited for one', async () => {
    const { id: businessAccountId } = accountAt(2);
    const add = (accessToken: string) => scene.accounts.add({ ...scene.here, businessAccountId, accessToken });
    await add(accountAt(2).accessToken);
    await pause('account', businessAccountId, '190');
    await pause('account', accountAt(0).id, '190');
    await expect(add('EAAunknown')).rejects.toMatchObject({ metaCode: 190 });
    expect(await pausedAnywhere()).toHaveLength(2);
    accountAt(2).accessToken = 'EAAnew';
    await add('EAAnew');
    expect(await pausedAnywhere()).toEqual([accountAt(0).id]);

    await pause('account', businessAccountId, '131031');
    await add('EAAnew');
    expect(await pausedAnywhere()).toHaveLength(2);
  });
});
