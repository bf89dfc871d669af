import { AccountsService, type BulkSend, TemplatesService } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { optionsFor } from '../support/test-app.js';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';

const NUMBER = { throughput: Infinity, messagingLimit: 'TIER_UNLIMITED' };
const templates = Object.values(sampleTemplates);

const isWaiting = ({ waiting }: BulkSend) => waiting !== null;

describe('a refusal that concerns more than its message', () => {
  let meta: GraphApiServer;
  let scene: BulkScene;
  /** A number, another of the same account, and one of another account. */
  let numbers: { readonly own: string; readonly sibling: string; readonly stranger: string };

  beforeEach(async () => {
    const accounts = [
      { phoneNumbers: [NUMBER, NUMBER], templates },
      { phoneNumbers: [NUMBER], templates: templates.map((template) => ({ ...template, id: undefined })) },
    ];
    meta = await GraphApiServer.start({ accounts });
    const configured = meta.accounts.map(({ id, accessToken }) => ({ businessAccountId: id, accessToken }));
    scene = await BulkScene.start({ meta, options: { ...optionsFor(meta), accounts: configured } });
    const [own = '', sibling = '', stranger = ''] = meta.accounts.flatMap(({ phoneNumbers }) =>
      phoneNumbers.map(({ id }) => id),
    );
    numbers = { own, sibling, stranger };
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await meta.close();
  });

  const accounts = () => scene.app.get(AccountsService);
  const refuse = (code: number, index = 3) =>
    meta.faults.nextSend({ kind: 'error', code, details: 'Details.' }, { recipient: phoneOf(index), times: Infinity });
  const send = (phoneNumberId: string, from: number) => scene.create(recipientsOf(20, from), { phoneNumberId });

  async function sendsFrom(phoneNumberId: string, from: number): Promise<boolean> {
    const bulkSend = await send(phoneNumberId, from);
    const shown = await scene.until(bulkSend, (then) => then.completedAt !== null || isWaiting(then));
    return shown.status === 'COMPLETED';
  }

  it('131057 pauses the number for a minute', async () => {
    refuse(131057);
    const bulkSend = await send(numbers.own, 0);
    const { waiting, counts } = await scene.until(bulkSend, isWaiting);
    expect(waiting).toEqual({ reason: 'rate_limited', until: expect.any(Date), message: expect.any(String) });
    expect(counts.failed).toBe(0);
    const seconds = ((waiting?.until?.getTime() ?? NaN) - Date.now()) / 1_000;
    expect(seconds).toBeLessThanOrEqual(60);
    expect(seconds).toBeGreaterThan(40);
    expect(await accounts().sendingPauses()).toMatchObject([
      { scope: 'number', subjectId: numbers.own, code: '131057', until: waiting?.until },
    ]);
    expect(await sendsFrom(numbers.sibling, 100)).toBe(true);
    expect(await sendsFrom(numbers.stranger, 200)).toBe(true);
    meta.faults.clear();
    await scene.bulk.resume(bulkSend.id);
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 20 }, waiting: null });
    expect(new Set(meta.sendCounts.values())).toEqual(new Set([1]));
    expect(await accounts().sendingPauses()).toEqual([]);
  });

  it.each([
    [131045, 'number'],
    [133010, 'number'],
    [131048, 'number'],
    [368, 'account'],
    [131031, 'account'],
    [131042, 'account'],
    [0, 'account'],
    [190, 'account'],
  ])('%i pauses the %s until a person resumes it', async (code, scope) => {
    refuse(code);
    const bulkSend = await send(numbers.own, 0);
    const { waiting, status } = await scene.until(bulkSend, isWaiting);
    expect({ status, waiting }).toEqual({
      status: 'PROCESSING',
      waiting: { reason: 'paused', until: null, message: expect.stringContaining('Meta said: ') },
    });
    const [pause, ...others] = await accounts().sendingPauses();
    const subjectId = scope === 'number' ? numbers.own : meta.account.id;
    expect(pause).toMatchObject({ scope, subjectId, code: String(code), until: null });
    expect(others).toEqual([]);
    expect(await sendsFrom(numbers.sibling, 100)).toBe(scope === 'number');
    expect(await sendsFrom(numbers.stranger, 200)).toBe(true);
    expect(await scene.bulk.get(bulkSend.id)).toMatchObject({ counts: { failed: 0, unconfirmed: 0 } });
    expect(meta.sendsTo(phoneOf(3))).toBe(0);

    meta.faults.clear();
    expect(await scene.bulk.resume(bulkSend.id)).toMatchObject({ waiting: null });
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 20 } });
    expect(new Set(meta.sendCounts.values())).toEqual(new Set([1]));
  });

  it('goes on also when the number is resumed as such', async () => {
    refuse(131031);
    const bulkSend = await send(numbers.own, 0);
    await scene.until(bulkSend, isWaiting);
    meta.faults.clear();
    expect(await accounts().resumeSending(numbers.own)).toBe(true);
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED' });
  });

  it('holds the number again if Meta still refuses', async () => {
    refuse(131045);
    const bulkSend = await send(numbers.own, 0);
    await scene.until(bulkSend, isWaiting);
    const refusals = meta.refusals.get(131045) ?? 0;
    await scene.bulk.resume(bulkSend.id);
    await expect.poll(() => meta.refusals.get(131045), { timeout: 10_000 }).toBeGreaterThan(refusals);
    expect(await scene.until(bulkSend, isWaiting)).toMatchObject({ waiting: { reason: 'paused' } });
    expect(await scene.row(bulkSend, 3)).toMatchObject({ retries: 0, errorCode: null });
  });

  it.each([
    [132015, 'PAUSED'],
    [132016, 'DISABLED'],
    [132001, 'DELETED'],
  ])('%i pauses the bulk send and marks its template %s, and no other', async (code, status) => {
    refuse(code);
    const bulkSend = await send(numbers.own, 0);
    const paused = await scene.until(bulkSend, (then) => then.status === 'PAUSED');
    expect(paused).toMatchObject({
      waiting: { reason: 'template_paused', until: null, message: expect.stringContaining('Meta said: ') },
      template: { status },
      counts: { failed: 0 },
    });
    expect(await accounts().sendingPauses()).toEqual([]);
    expect(await sendsFrom(numbers.stranger, 200)).toBe(true);
    meta.faults.clear();
    await scene.bulk.resume(bulkSend.id);
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 20 } });
    expect(new Set(meta.sendCounts.values())).toEqual(new Set([1]));
  });

  it('a template that Meta paused is not taken for another bulk send, until Meta approves it again', async () => {
    refuse(132015);
    const bulkSend = await send(numbers.own, 0);
    await scene.until(bulkSend, (then) => then.status === 'PAUSED');
    const template = meta.account.templates.find(({ name }) => name === 'welcome_message');
    if (!template) throw new Error('The template is not there.');
    template.status = 'PAUSED';
    await expect(send(numbers.own, 100)).rejects.toMatchObject({ code: 'TEMPLATE_NOT_APPROVED', status: 'PAUSED' });
    template.status = 'APPROVED';
    await scene.app.get(TemplatesService).sync();
    expect(await sendsFrom(numbers.own, 100)).toBe(true);
  });

  it('132000 pauses the bulk send as well: all of its messages would fail', async () => {
    refuse(132000);
    const bulkSend = await send(numbers.own, 0);
    expect(await scene.until(bulkSend, (then) => then.status === 'PAUSED')).toMatchObject({
      waiting: { reason: 'paused', until: null, message: expect.stringContaining('#132000') },
      template: { status: 'APPROVED' },
      counts: { failed: 0 },
    });
  });

  it('is met once, where many messages meet it together', async () => {
    meta.faults.nextSend({ kind: 'error', code: 131031 }, { times: Infinity });
    const bulkSend = await scene.create(recipientsOf(400), { phoneNumberId: numbers.own });
    expect(await scene.until(bulkSend, isWaiting)).toMatchObject({ counts: { sent: 0, failed: 0 } });
    await expect.poll(() => scene.recount(bulkSend), { timeout: 10_000 }).toMatchObject({ counts: { pending: 400 } });
    expect(meta.refusals.get(131031)).toBeLessThan(400);
    expect(await scene.reported(bulkSend)).toEqual(await scene.recount(bulkSend));
  });
});
