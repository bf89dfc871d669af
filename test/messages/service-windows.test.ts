import 'reflect-metadata';
import { MessageEntity } from 'nestjs-whatsapp';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ServiceWindows } from '../../lib/messages/service-windows.js';
import { migratedDatabase } from '../store/open-database.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BudgetRows, DAY_MS, people } from './messaging-limits-scene.js';

const NUMBER = '813400';
const NOW = Date.UTC(2026, 10, 21, 12);

const writes = (recipientPhone: string, createdAt: number, fields: Partial<MessageEntity> = {}) => ({
  direction: 'inbound' as const,
  type: 'text',
  phoneNumberId: NUMBER,
  recipientPhone,
  createdAt: new Date(createdAt),
  ...fields,
});

describeEachDatabase('the service window', (database) => {
  let fresh: FreshDatabase;
  let dataSource: DataSource;
  let rows: BudgetRows;
  let windows: ServiceWindows;

  beforeAll(async () => {
    fresh = await database.create();
    dataSource = await migratedDatabase(fresh);
    rows = new BudgetRows(dataSource);
    windows = new ServiceWindows(dataSource.getRepository(MessageEntity));
  });
  afterAll(async () => {
    await dataSource.destroy();
    await fresh.drop();
  });
  beforeEach(() => rows.clear());

  const openFor = async (recipients: readonly string[], at = NOW) =>
    [...(await windows.openFor(NUMBER, recipients, new Date(at)))].toSorted();

  it('is open until 24 hours after the customer wrote last, to the millisecond', async () => {
    await rows.addMessages([writes('1', NOW), writes('1', NOW - DAY_MS)]);
    expect(await openFor(['1'], NOW + DAY_MS - 1)).toEqual(['1']);
    expect(await openFor(['1'], NOW + DAY_MS)).toEqual([]);
  });

  it('is opened by what the customer writes, to this number, and by nothing else', async () => {
    await rows.addMessages([
      writes('1', NOW),
      writes('2', NOW, { direction: 'outbound' }),
      writes('3', NOW, { phoneNumberId: '813401' }),
      writes('4', NOW - DAY_MS),
      writes('5', NOW),
    ]);
    expect(await openFor(['1', '2', '3', '4'])).toEqual(['1']);
    expect(await openFor([])).toEqual([]);
  });

  it('is found for more customers than one statement asks for', async () => {
    const customers = people(1_200);
    await rows.addMessages(customers.filter((_, index) => index % 100 === 99).map((customer) => writes(customer, NOW)));
    expect(await openFor(customers)).toEqual(customers.filter((_, index) => index % 100 === 99));
  });

  it('lasts from now on unless another moment is asked for', async () => {
    await rows.addMessages([writes('1', Date.now()), writes('2', Date.now() - DAY_MS)]);
    expect(await windows.openFor(NUMBER, ['1', '2'])).toEqual(new Set(['1']));
  });
});
