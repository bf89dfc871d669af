import * as fc from 'fast-check';
import { EventEmitter, once } from 'node:events';
import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { isTransientDatabaseError } from '../../lib/store/driver-errors.js';
import { WebhookBatcher } from '../../lib/webhooks/item-application.js';
import { WebhookBacklogError } from '../../lib/webhooks/webhooks.errors.js';
import type { StatusItem } from '../../lib/webhooks/webhook-item.js';
import { Recorder } from './receiving-scene.js';

const item = (id: unknown): StatusItem => ({
  kind: 'status',
  businessAccountId: '1',
  field: 'messages',
  phoneNumberId: '2',
  status: { id },
});
const items = (count: number): StatusItem[] => Array.from({ length: count }, (_, index) => item(index));

function groups() {
  const applied = new Recorder();
  return { applied, groups: new WebhookBatcher<StatusItem>(applied, () => Promise.resolve()) };
}

const isGood = ({ status }: StatusItem) => status['id'] !== 'poison';

describe('items that are applied in groups', () => {
  it('are all applied but those that cannot be, each asked where it belongs', async () => {
    const webhooks = fc.array(fc.array(fc.boolean(), { maxLength: 20 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(webhooks, async (poisoned) => {
        const scene = groups();
        const sent = poisoned.map((flags) => flags.map((isPoison, index) => item(isPoison ? 'poison' : index)));
        scene.applied.isPoison = (candidate) => candidate.kind === 'status' && candidate.status['id'] === 'poison';
        const failures = await Promise.all(sent.map((part) => scene.groups.apply(part)));
        expect(scene.applied.items).toHaveLength(sent.flat().filter(isGood).length);
        expect(new Set(scene.applied.items)).toEqual(new Set(sent.flat().filter(isGood)));
        for (const [index, part] of sent.entries()) {
          expect(failures[index]?.map((failure) => failure.item)).toEqual(part.filter((one) => !isGood(one)));
        }
      }),
    );
  });

  it('wait together while others are applied, up to a thousand', async () => {
    const scene = groups();
    await Promise.all(Array.from({ length: 25 }, () => scene.groups.apply(items(100))));
    expect(scene.applied.sizes).toEqual([100, 1_000, 1_000, 400]);
  });

  it('are divided when one webhook has more', async () => {
    const scene = groups();
    await scene.groups.apply(items(2_500));
    expect(scene.applied.sizes).toEqual([625, 625, 625, 625]);
  });

  it('all fail when the database cannot be reached, and those after them do not', async () => {
    const scene = groups();
    scene.applied.isPoison = () => true;
    scene.applied.error = () => new Error('connect ECONNREFUSED');
    const [first, second] = [scene.groups.apply(items(2)), scene.groups.apply(items(2))];
    await expect(first).rejects.toThrow('ECONNREFUSED');
    await expect(second).rejects.toThrow('ECONNREFUSED');
    scene.applied.isPoison = () => false;
    expect(await scene.groups.apply(items(2))).toEqual([]);
  });

  it('fail when what became of them cannot be delivered', async () => {
    const undelivered = new WebhookBatcher<StatusItem>(new Recorder(), () => Promise.reject(new Error('No queue')));
    await expect(undelivered.apply(items(2))).rejects.toThrow('No queue');
  });

  it('are refused while 20,000 wait, and taken after that; one webhook is never too large', async () => {
    const scene = groups();
    const gate = new EventEmitter();
    scene.applied.gate = once(gate, 'open');
    const taken = [scene.groups.apply(items(1)), scene.groups.apply(items(30_000))];
    await expect(scene.groups.apply(items(1))).rejects.toThrow(WebhookBacklogError);
    gate.emit('open');
    await Promise.all(taken);
    expect(await scene.groups.apply(items(20_000))).toEqual([]);
  });
});

const failed = (driverError: Error) => new QueryFailedError('SELECT 1', [], driverError);

describe('an outage', () => {
  const coded = (code: string) => failed(Object.assign(new Error('x'), { code }));

  it.each([
    ['a connection that is refused', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), true],
    ['a pool that waited too long', new Error('timeout exceeded when trying to connect'), true],
    ['a connection that broke', failed(new Error('Connection terminated unexpectedly')), true],
    ['a connection that broke, of MariaDB', coded('PROTOCOL_CONNECTION_LOST'), true],
    ['a Postgres that ends', coded('57P01'), true],
    ['a Postgres that only reads', coded('25006'), true],
    ['a deadlock', coded('40P01'), true],
    ['a lock that was not to be had', coded('ER_LOCK_WAIT_TIMEOUT'), true],
    ['a busy SQLite', coded('SQLITE_BUSY'), true],
    ['a full disk', coded('SQLITE_FULL'), true],
    ['a NUL', coded('22021'), false],
    ['a value that is too long', coded('ER_DATA_TOO_LONG'), false],
    ['a value that is too long, of Postgres', coded('22001'), false],
    ['a constraint', coded('SQLITE_CONSTRAINT_NOTNULL'), false],
    ['a value that the driver cannot bind', failed(new TypeError('SQLite3 can only bind numbers')), false],
    ['an error that no one foresaw', new Error('There is no such thing.'), false],
    ['a mistake', new TypeError('x is undefined'), false],
  ])('is reported from a refusal: %s', (_, error, isOne) => {
    expect(isTransientDatabaseError(error)).toBe(isOne);
  });
});
