import { WorkspacesService } from 'nestjs-whatsapp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PhoneNumbers } from '../../lib/accounts/phone-numbers.js';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { pretendLater } from './pretend-later.js';
import { WorkspaceApp } from './workspace-app.js';

const NOT_FOUND = { name: 'NotFoundError', code: 'PHONE_NUMBER_NOT_FOUND' };

describe('AccountsService.phoneNumber()', () => {
  afterEach(() => vi.restoreAllMocks());

  it('asks Meta once for an unknown number, however many ask for it at the same time', async () => {
    await using scene = await WorkspaceApp.start();
    const { id } = scene.meta.phoneNumber;
    const found = await Promise.all(Array.from({ length: 20 }, () => scene.accounts.phoneNumber(id, scene.here)));
    expect(new Set(found.map(({ phoneNumberId }) => phoneNumberId))).toEqual(new Set([id]));
    expect(found[0]).toMatchObject({ businessAccountId: scene.meta.account.id });
    expect(scene.listings('phone_numbers')).toBe(1);
  });

  it('asks Meta nothing for a number that is known', async () => {
    await using scene = await WorkspaceApp.start();
    await scene.accounts.sync(scene.here);
    scene.meta.clear();
    await scene.accounts.phoneNumber(scene.meta.phoneNumber.id, scene.here);
    await scene.accounts.phoneNumber(undefined, scene.here);
    expect(scene.meta.requests).toEqual([]);
  });

  it('finds a number of the workspace by its row, and asks Meta nothing for one that is not there', async () => {
    await using scene = await WorkspaceApp.start();
    await scene.accounts.sync(scene.here);
    scene.meta.clear();
    const [{ id, phoneNumberId } = { id: 0, phoneNumberId: '' }] = await scene.accounts.phoneNumbers(scene.here);
    const numbers = scene.app.get(PhoneNumbers);
    const workspaces = scene.app.get(WorkspacesService);
    const here = await workspaces.idOf(scene.here.workspace);
    const found = await numbers.findByRow(here, id);
    expect(found).toMatchObject({ id, phoneNumberId, account: { businessAccountId: scene.meta.account.id } });
    for (const unknown of [id + 1, 0, -1, 1.5, 2 ** 31, Number.NaN]) {
      await expect(numbers.findByRow(here, unknown)).rejects.toMatchObject(NOT_FOUND);
    }
    const elsewhere = await workspaces.ensure('elsewhere');
    await expect(numbers.findByRow(elsewhere.id, id)).rejects.toMatchObject(NOT_FOUND);
    expect(scene.meta.requests).toEqual([]);
  });

  it('remembers for a minute that Meta does not know a number either', async () => {
    await using scene = await WorkspaceApp.start({ meta: { accounts: [{ phoneNumbers: [{}] }] } });
    const find = (id: string) => scene.accounts.phoneNumber(id, scene.here);
    const misses = await Promise.allSettled(Array.from({ length: 20 }, () => find('404404404404404')));
    expect(misses).toEqual(misses.map(() => ({ status: 'rejected', reason: expect.objectContaining(NOT_FOUND) })));
    expect(scene.listings('phone_numbers')).toBe(1);

    const late = scene.meta.account.addPhoneNumber();
    pretendLater(59_000);
    await expect(find(late.id)).rejects.toMatchObject(NOT_FOUND);
    expect(scene.listings('phone_numbers')).toBe(1);

    pretendLater(61_000);
    // The cache looks at the clock once in a millisecond.
    expect(await vi.waitFor(() => find(late.id))).toMatchObject({ phoneNumberId: late.id });
    expect(scene.listings('phone_numbers')).toBe(2);
  });

  it('does not remember a lookup that failed', async () => {
    await using scene = await WorkspaceApp.start();
    const find = () => scene.accounts.phoneNumber(scene.meta.phoneNumber.id, scene.here);
    scene.meta.faults.next({ kind: 'error', code: 131016 }, { path: '/phone_numbers' });
    const refused = await Promise.allSettled([find(), find()]);
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await scene.meta.down();
    await expect(find()).rejects.toMatchObject({ code: 'META_UNREACHABLE' });
    await scene.meta.up();
    expect(await find()).toMatchObject({ phoneNumberId: scene.meta.phoneNumber.id });
  });

  it('finds a number of one account although Meta refuses to list those of another', async () => {
    await using scene = await WorkspaceApp.start({
      meta: { accounts: [{ accessToken: 'EAAfirst', phoneNumbers: [{}] }, { phoneNumbers: [{}] }] },
    });
    const [first, second] = scene.meta.accounts;
    if (!first || !second) throw new Error('There should be two accounts.');
    first.accessToken = 'EAArevoked';
    const { id } = second.phoneNumbers[0] ?? {};
    expect(await scene.accounts.phoneNumber(id, scene.here)).toMatchObject({ phoneNumberId: id });
  });

  it('says what is wrong when Meta refuses to list the numbers of every account', async () => {
    const accounts = ['EAAfirst', 'EAAsecond'].map((accessToken) => ({ accessToken, phoneNumbers: [{}] }));
    await using scene = await WorkspaceApp.start({ meta: { accounts } });
    for (const account of scene.meta.accounts) account.accessToken = `${account.accessToken}revoked`;
    await expect(scene.accounts.phoneNumber('404404404404404', scene.here)).rejects.toThrow(MetaApiError);
  });

  it.each(['', ' ', ' 102290129340398', '102290129340398\u0000', '9'.repeat(65)])(
    'does not ask Meta for %j, which is no id',
    async (id) => {
      await using scene = await WorkspaceApp.start();
      await expect(scene.accounts.phoneNumber(id, scene.here)).rejects.toMatchObject(NOT_FOUND);
      expect(scene.meta.requests).toEqual([]);
    },
  );

  it('says that Meta’s id is meant when it is given a telephone number', async () => {
    await using scene = await WorkspaceApp.start();
    await expect(scene.accounts.phoneNumber('+5492236750780', scene.here)).rejects.toThrow(/give Meta’s id/);
  });
});
