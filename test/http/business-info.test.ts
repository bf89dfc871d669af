import { AccountsService, ApiKeysService, WorkspacesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { optionsFor, TestApp } from '../support/test-app.js';

const PROFILE = {
  about: 'Open from 9 to 5',
  address: 'Av. Corrientes 1234',
  description: 'Everything for your house.',
  email: 'hola@example.com',
  websites: ['https://example.com', 'https://example.org'],
  vertical: 'RETAIL',
};

const OF_META = {
  name: 'Mi Empresa SRL',
  email: 'hola@example.com',
  phone: '+54 9 223 675-0780',
  website: 'https://example.com',
  address: 'Av. Corrientes 1234',
  description: 'Everything for your house.',
  timezone: null,
  companySize: null,
  companySizeDisplay: null,
  companyTypes: null,
  categories: ['RETAIL'],
};

let meta: GraphApiServer;

beforeEach(async () => {
  const phoneNumbers = [{ displayPhoneNumber: '+54 9 223 675-0780', businessProfile: PROFILE }];
  meta = await GraphApiServer.start({ accounts: [{ ownerBusinessName: 'Mi Empresa SRL', phoneNumbers }] });
});
afterEach(() => meta.close());

const asked = () => meta.requestsTo('/whatsapp_business_profile', 'GET').length;

async function infoOf(app: TestApp): Promise<object> {
  const { status, body } = await app.call('GET', '/api/v1/business-info/');
  const { id, ...info } = body;
  expect([status, id]).toEqual([200, await app.get(WorkspacesService).idOf()]);
  return info;
}

it('The business is described by Meta’s profile of the primary number, which is fetched once', async () => {
  await using app = await TestApp.start({ meta });
  const answers = await Promise.all([infoOf(app), infoOf(app), infoOf(app)]);
  expect(answers).toEqual([OF_META, OF_META, OF_META]);
  expect(await infoOf(app)).toEqual(OF_META);
  expect(asked()).toBe(1);
});

it('The host’s options take precedence over Meta’s profile', async () => {
  const info = {
    name: 'Mindo',
    timezone: 'America/Argentina/Buenos_Aires',
    companySize: '11-50',
    companySizeDisplay: '11 to 50 employees',
    companyTypes: ['SRL'],
    description: null,
  };
  const options = { ...optionsFor(meta), workspaces: { default: { info } } };
  await using app = await TestApp.start({ meta, options });
  expect(await infoOf(app)).toEqual({ ...OF_META, ...info });
});

it('The business is returned as far as it is known while Meta is down, and Meta is not asked each time', async () => {
  await using app = await TestApp.start({ meta });
  await app.get(AccountsService).sync();
  meta.faults.next({ kind: 'error', code: 2 });
  const known = { ...OF_META, email: null, website: null, address: null, description: null, categories: null };
  expect(await infoOf(app)).toEqual(known);
  const before = asked();
  expect(await infoOf(app)).toEqual(known);
  expect(asked()).toBe(before);
});

it('The business of a workspace without a number comes from the options alone, and needs the ability', async () => {
  const options = { ...optionsFor(meta), workspaces: { empty: { info: { name: 'Empty' } } } };
  await using app = await TestApp.start({ meta, options });
  const keys = app.get(ApiKeysService);
  const { key } = await keys.create({ name: 'Empty', workspace: 'empty' });
  const { body } = await app.call('GET', '/api/v1/business-info', undefined, { 'x-api-key': key });
  const nothing = Object.fromEntries(Object.keys(OF_META).map((name) => [name, null]));
  expect(body).toEqual({ ...nothing, id: expect.any(Number), name: 'Empty' });
  const limited = await keys.create({ name: 'Limited', abilities: ['messages.send'] });
  const refused = await app.call('GET', '/api/v1/business-info', undefined, { 'x-api-key': limited.key });
  expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
});

it('Options of workspaces that are wrong stop the start, each named', async () => {
  const workspaces = { 'Not a name': {}, default: { info: { name: 5, color: 'red', categories: 'x' } } };
  const options = Object.assign(optionsFor(meta), { workspaces });
  await expect(TestApp.start({ meta, options })).rejects.toThrow(
    /workspaces\.Not a name[^]*info\.name must be a text[^]*info\.color is no field[^]*info\.categories must be a list/,
  );
});
