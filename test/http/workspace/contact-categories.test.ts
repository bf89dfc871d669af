import { API_KEY_ABILITIES, ApiKeysService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Acme, bearer, someone } from './acme.js';

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let acme: Acme;

beforeAll(async () => {
  acme = await Acme.start();
});
afterAll(() => acme[Symbol.asyncDispose]());

const idOf = async (path: string, name: string): Promise<number> => (await acme.post(path, { name })).body.data.id;

const refusedErrors = async (method: string, to: string, body: object) => {
  const answer = await acme.call(method, to, body);
  expect(answer).toMatchObject({ status: 422, body: { message: 'Validation failed' } });
  return answer.body.errors;
};

describe.each([
  ['/groups', 'Group', 'Groups'],
  ['/statuses', 'Status', 'Statuses'],
  ['/sources', 'Source', 'Sources'],
])('%s of contacts', (path, title, plural) => {
  it('are created, read, listed, changed and deleted', async () => {
    const created = await acme.post(path, { name: ' Wholesale ', color: '#22c55e' });
    const data = { id: expect.any(Number), name: 'Wholesale', color: '#22c55e', created_at: TIME, updated_at: TIME };
    expect(created.status).toBe(201);
    expect(created.body).toEqual({ status: 'success', message: `${title} created successfully`, data });
    const { id } = created.body.data;
    expect((await acme.get(`${path}/${id}`)).body).toMatchObject({
      message: `${title} retrieved successfully`,
      data: created.body.data,
    });
    const { body: page } = await acme.get(`${path}?per_page=1`);
    expect(page).toMatchObject({ message: `${plural} retrieved successfully`, data: { per_page: 1, total: 1 } });
    expect(page.data.data).toEqual([created.body.data]);
    const changed = await acme.call('PUT', `${path}/${id}`, { name: 'Retail', color: null });
    expect(changed).toMatchObject({ status: 200, body: { message: `${title} updated successfully` } });
    expect(changed.body.data).toMatchObject({ id, name: 'Retail', color: null });
    expect((await acme.call('PUT', `${path}/${id}/`, { color: 'red' })).body.data).toMatchObject({ name: 'Retail' });
    const deleted = await acme.call('DELETE', `${path}/${id}`);
    expect(deleted.body).toEqual({ status: 'success', message: `${title} deleted successfully`, data: { id } });
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const answer = await acme.call(method, `${path}/${id}`, method === 'PUT' ? { name: '' } : undefined);
      expect(answer).toMatchObject({ status: 404, body: { status: 'error', message: `${title} not found` } });
    }
  });

  it('are refused without a name, with one that is taken, and with one that is too long', async () => {
    const id = await idOf(path, 'Taken');
    expect(await refusedErrors('POST', path, {})).toEqual({ name: ['The name field is required.'] });
    expect(await refusedErrors('POST', path, { name: 'Taken' })).toEqual({
      name: ['The name has already been taken.'],
    });
    const other = await idOf(path, 'Other');
    expect(await refusedErrors('PUT', `${path}/${other}`, { name: 'Taken' })).toEqual({
      name: ['The name has already been taken.'],
    });
    expect(await refusedErrors('PUT', `${path}/${id}`, { name: null })).toEqual({
      name: ['The name field is required.'],
    });
    expect(await refusedErrors('POST', path, { name: 'x'.repeat(101), color: '<b>' })).toEqual({
      name: ['must have at most 100 characters.'],
      color: [expect.stringContaining('color')],
    });
    const answers = await Promise.all([0, 1, 2].map(() => acme.post(path, { name: 'At once' })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 422, 422]);
  });

  it('need the ability for each call', async () => {
    for (const [method, action] of [
      ['GET', 'read'],
      ['POST', 'create'],
      ['PUT', 'update'],
      ['DELETE', 'delete'],
    ] as const) {
      const ability = `${path.slice(1)}.${action}`;
      const abilities = API_KEY_ABILITIES.filter((other) => other !== ability);
      const { key } = await acme.app.get(ApiKeysService).create({ name: ability, workspace: 'acme', abilities });
      const answer = await acme.call(
        method,
        method === 'POST' ? path : `${path}/1`,
        method === 'POST' || method === 'PUT' ? {} : undefined,
        bearer(key),
      );
      expect(answer).toMatchObject({
        status: 403,
        body: { message: `Token does not have the required ability: ${ability}` },
      });
    }
  });
});

const create = (body: object) => acme.post('/contacts', { firstname: 'Ana', phone: someone(), ...body });

describe('A contact', () => {
  it('keeps its source, status, assignee and address, and can be listed by them', async () => {
    const [source_id, status_id] = [await idOf('/sources', 'Fair'), await idOf('/statuses', 'Hot')];
    const place = { country_id: 12, zip: 'C1000', city: 'Buenos Aires', state: 'CABA', address: 'Av. Corrientes 1' };
    const filed = { source_id, status_id, assigned_id: 4, ...place };
    const created = await create({ ...filed, status_id: String(status_id) });
    expect(created).toMatchObject({ status: 201, body: { data: filed } });
    const { id } = created.body.data;
    for (const query of [`source_id=${source_id}`, `status_id=${status_id}`, 'assigned_id=4']) {
      expect((await acme.get(`/contacts?${query}`)).body.data).toMatchObject({ total: 1, data: [{ id }] });
    }
    expect(await acme.get('/contacts?source_id=x')).toMatchObject({ status: 422 });
    const changed = await acme.call('PUT', `/contacts/${id}`, { source_id: null, zip: '' });
    expect(changed.body.data).toMatchObject({ ...filed, source_id: null, zip: null });
  });

  it('is refused with a source or status that the workspace does not have, and with invalid ids', async () => {
    const [source, status] = [await idOf('/sources', 'Trade show'), await idOf('/statuses', 'Cold')];
    const { id } = (await create({})).body.data;
    const swapped = { source_id: status, status_id: source };
    const errors = {
      source_id: ['The selected source id is invalid.'],
      status_id: ['The selected status id is invalid.'],
    };
    expect(await create(swapped)).toMatchObject({ status: 422, body: { errors } });
    expect(await acme.call('PUT', `/contacts/${id}`, swapped)).toMatchObject({ status: 422, body: { errors } });
    const wrong = await create({ assigned_id: 'Ana', country_id: 1.5, source_id: 987_654, phone: '1' });
    expect(wrong.status).toBe(422);
    expect(Object.keys(wrong.body.errors).toSorted()).toEqual(['assigned_id', 'country_id', 'phone', 'source_id']);
  });

  it('has no source, status or group any more once that is deleted', async () => {
    const [source_id, status_id] = [await idOf('/sources', 'Ad'), await idOf('/statuses', 'Won')];
    const { id } = (await create({ source_id, status_id, groups: ['gone', 'kept'] })).body.data;
    const { data: groups } = (await acme.get('/groups?per_page=100')).body.data;
    const gone = groups.find(({ name }: { name: string }) => name === 'gone');
    for (const path of [`/sources/${source_id}`, `/statuses/${status_id}`, `/groups/${gone.id}`]) {
      expect(await acme.call('DELETE', path)).toMatchObject({ status: 200 });
    }
    const { body } = await acme.get(`/contacts/${id}`);
    expect(body.data).toMatchObject({ source_id: null, status_id: null, groups: ['kept'] });
  });

  it('makes the groups that it is filed in, and follows their new names', async () => {
    const { id } = (await create({ groups: 'early birds, "quoted"' })).body.data;
    const { data: groups } = (await acme.get('/groups?per_page=100')).body.data;
    const group = groups.find(({ name }: { name: string }) => name === '"quoted"');
    await acme.call('PUT', `/groups/${group.id}`, { name: 'early birds 2' });
    expect((await acme.get(`/contacts/${id}`)).body.data.groups).toEqual(['early birds', 'early birds 2']);
    expect(await acme.post('/groups', { name: 'a,b' })).toMatchObject({ status: 422 });
  });

  it('has an email of its own, in capitals or not', async () => {
    const taken = { email: ['The email has already been taken.'] };
    const first = await create({ email: 'Own@Example.com' });
    expect(first.body.data).toMatchObject({ email: 'Own@Example.com' });
    expect(await create({ email: 'own@example.COM' })).toMatchObject({ status: 422, body: { errors: taken } });
    const { phone } = first.body.data;
    const both = await create({ email: 'own@example.com', phone: (await create({})).body.data.phone });
    expect(both.body.errors).toEqual({ ...taken, phone: ['The phone has already been taken.'] });
    const { id } = (await create({})).body.data;
    expect(await acme.call('PUT', `/contacts/${id}`, { email: 'OWN@example.com' })).toMatchObject({
      status: 422,
      body: { errors: taken },
    });
    const own = { email: 'OWN@example.com' };
    expect(await acme.call('PUT', `/contacts/${first.body.data.id}`, own)).toMatchObject({ status: 200 });
    await acme.call('DELETE', `/contacts/${first.body.data.id}`);
    expect(await create({ email: 'own@example.com', phone })).toMatchObject({ status: 201 });
  });

  it('is refused with another’s email by a send, too, before anything is sent', async () => {
    await create({ email: 'sent@example.com' });
    const before = acme.sent.length;
    const answer = await acme.post('/messages/template', {
      phone_number: someone(),
      template_name: 'hello_world',
      template_language: 'en_US',
      contact: { firstname: 'Eva', email: 'SENT@example.com' },
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: { 'contact.email': ['The email has already been taken.'] } },
    });
    expect(acme.sent).toHaveLength(before);
  });
});
