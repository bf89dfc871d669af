import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { call } from './graph-client.js';

const USER = '+5491112345678';
const USER_ID = 'US.13491208655302741918';

let meta: GraphApiServer;
beforeEach(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
afterEach(() => meta.close());

const edge = () => `${meta.phoneNumber.id}/block_users`;
const users = (...all: readonly string[]) => ({
  messaging_product: 'whatsapp',
  block_users: all.map((user) => ({ user })),
});

it('blocks who wrote in the last 24 hours, refuses messages to them, and lists them', async () => {
  meta.phoneNumber.openWindow(USER);
  meta.phoneNumber.openWindow(USER_ID);
  const blocked = await call(meta, 'POST', edge(), users(USER, USER_ID));
  expect([blocked.status, blocked.body]).toEqual([
    200,
    {
      messaging_product: 'whatsapp',
      block_users: {
        added_users: [
          { input: USER, wa_id: USER.slice(1) },
          { input: USER_ID, wa_id: USER_ID },
        ],
      },
    },
  ]);
  expect((await call(meta, 'GET', edge())).body.data).toEqual([
    { messaging_product: 'whatsapp', wa_id: USER.slice(1) },
    { messaging_product: 'whatsapp', wa_id: USER_ID },
  ]);
  const text = { messaging_product: 'whatsapp', to: USER, type: 'text', text: { body: 'Hi' } };
  expect((await call(meta, 'POST', `${meta.phoneNumber.id}/messages`, text)).body.error?.code).toBe(130403);
});

it('unblocks', async () => {
  meta.phoneNumber.openWindow(USER);
  await call(meta, 'POST', edge(), users(USER));
  const unblocked = await call(meta, 'DELETE', edge(), users(USER.slice(1)));
  expect(unblocked.body.block_users).toEqual({ removed_users: [{ input: USER.slice(1), wa_id: USER.slice(1) }] });
  expect((await call(meta, 'GET', edge())).body.data).toEqual([]);
});

it('tells per user who could not be blocked, with a 400 for the whole', async () => {
  meta.phoneNumber.openWindow(USER);
  const { status, body } = await call(meta, 'POST', edge(), users(USER, '+5491112345679', 'nobody'));
  expect([status, body.error?.code]).toEqual([400, 139100]);
  expect(body.block_users).toMatchObject({
    added_users: [{ input: USER }],
    failed_users: [
      { input: '+5491112345679', errors: [{ code: 131047 }] },
      { input: 'nobody', errors: [{ code: 131009 }] },
    ],
  });
});

it.each([0, 1001])('refuses %i users in one request', async (count) => {
  const { body } = await call(meta, 'POST', edge(), users(...Array.from({ length: count }, () => USER)));
  expect(body.error?.message).toMatch(/between 1 and 1000/);
});
