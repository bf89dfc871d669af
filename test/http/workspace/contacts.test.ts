import { API_KEY_ABILITIES, ApiKeysService, ContactsService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneAdapter, TestApp } from '../../support/test-app.js';

const ANA = {
  firstname: 'Ana',
  lastname: 'Díaz',
  email: 'ana@example.com',
  type: 'customer',
  company: 'Díaz SRL',
  description: 'Likes tea',
  country: 'AR',
};
const NO_MORE = {
  country_id: null,
  zip: null,
  city: null,
  state: null,
  address: null,
  source_id: null,
  status_id: null,
  assigned_id: null,
};
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const NOT_FOUND = { status: 404, body: { status: 'error', message: 'Contact not found' } };

const required = (field: string) => [`The ${field} field is required.`];

const refused = (errors: object) => ({ status: 422, body: { status: 'error', message: 'Validation failed', errors } });

describe.each(oneAdapter)('contacts of a workspace on $adapter', ({ adapter }) => {
  let app: TestApp;
  let last = 0;

  beforeAll(async () => {
    const surfaces = { metaTemplates: true, workspace: { rateLimit: false } } as const;
    app = await TestApp.start({ adapter, options: { surfaces } });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
  });

  const number = () => `+549${1_140_000_000 + (last += 1)}`;
  const call = (method: string, path = '', body?: unknown, headers?: Record<string, string>) =>
    app.call(method, `/api/v1/default/contacts${path}`, body, headers);
  const create = async (body: object = {}) => {
    const { body: answer } = await call('POST', '', { firstname: 'Ana', phone: number(), ...body });
    return answer.data;
  };

  it('are created with all that is filed about them, and read', async () => {
    const phone = number();
    const created = await call('POST', '', { ...ANA, phone, groups: 'vip, newsletter,vip', unknown: 1 });
    const data = {
      ...ANA,
      id: expect.any(Number),
      phone,
      groups: ['vip', 'newsletter'],
      ...NO_MORE,
      created_at: TIME,
      updated_at: TIME,
    };
    expect(created).toMatchObject({ status: 201 });
    expect(created.body).toEqual({ status: 'success', message: 'Contact created successfully', data });
    const read = await call('GET', `/${created.body.data.id}`);
    expect(read).toMatchObject({ status: 200 });
    expect(read.body).toEqual({
      status: 'success',
      message: 'Contact retrieved successfully',
      data: created.body.data,
    });
    expect(await call('GET', `/${created.body.data.id}/`)).toMatchObject({ status: 200 });
  });

  it('need a first name and a number alone; what is not filed is null', async () => {
    const phone = number();
    const { status, body } = await call('POST', '', { firstname: 'Eva', phone, email: '', groups: [] });
    expect(status).toBe(201);
    const nothing = { lastname: null, email: null, type: null, company: null, description: null, country: null };
    expect(body.data).toMatchObject({ firstname: 'Eva', phone, ...nothing, groups: [] });
  });

  it('are one of each number, in any spelling', async () => {
    const phone = number();
    await create({ phone });
    for (const spelling of [phone, phone.slice(1), phone.replace('549', '54 '), phone.replace('+54911', '(54) 11-')]) {
      const answer = await call('POST', '', { firstname: 'Eva', phone: spelling });
      expect(answer).toMatchObject(refused({ phone: ['The phone has already been taken.'] }));
      expect(answer.body).toEqual(refused({ phone: ['The phone has already been taken.'] }).body);
    }
    const other = await create();
    expect(await call('PUT', `/${other.id}`, { phone })).toMatchObject(
      refused({ phone: ['The phone has already been taken.'] }),
    );
  });

  it('are created once of several requests at once', async () => {
    const phone = number();
    const answers = await Promise.all([0, 1, 2].map(() => call('POST', '', { firstname: 'Ana', phone })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 422, 422]);
  });

  it('are refused with everything that is wrong', async () => {
    const { phone } = await create();
    const missing = await call('POST', '', {});
    expect(missing.body.errors).toEqual({ firstname: required('firstname'), phone: required('phone') });
    expect(missing.status).toBe(422);
    const wrong = await call('POST', '', {
      firstname: ' ',
      lastname: 5,
      phone,
      email: 'ana',
      type: 'friend',
      groups: ['a', 7],
    });
    expect(wrong.body).toEqual({
      status: 'error',
      message: 'Validation failed',
      errors: {
        firstname: required('firstname'),
        lastname: ['must be a text.'],
        email: ['must be an email address.'],
        type: ['must be one of lead, customer.'],
        'groups.1': ['must be a name in a string.'],
        phone: ['The phone has already been taken.'],
      },
    });
    const { id } = await create();
    const changed = await call('PUT', `/${id}`, { firstname: null, phone: '', email: 'ana', company: 'x'.repeat(256) });
    expect(changed).toMatchObject(
      refused({
        firstname: required('firstname'),
        phone: required('phone'),
        email: ['must be an email address.'],
        company: ['must have at most 255 characters.'],
      }),
    );
    expect(await call('POST', '', '[1]')).toMatchObject({ status: 422 });
    expect(await call('POST', '', '{')).toMatchObject({ status: 400, body: { status: 'error' } });
  });

  it('change by what is given; null takes away', async () => {
    const { id, phone, ...before } = await create({ ...ANA, email: 'ana.d@example.com', groups: ['a'] });
    const next = number();
    const { status, body } = await call('PUT', `/${id}`, {
      phone: next,
      type: 'lead',
      email: null,
      company: '',
      groups: 'b,c',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'success',
      message: 'Contact updated successfully',
      data: {
        ...before,
        id,
        phone: next,
        type: 'lead',
        email: null,
        company: null,
        groups: ['b', 'c'],
        updated_at: TIME,
      },
    });
    expect((await call('GET', `/${id}`)).body.data).toEqual(body.data);
    expect(await call('POST', '', { firstname: 'Eva', phone })).toMatchObject({ status: 201 });
    expect((await call('PUT', `/${id}`, {})).body.data).toEqual(body.data);
  });

  it('are gone when they are deleted, and may be created again', async () => {
    const { id, phone } = await create();
    const deleted = await call('DELETE', `/${id}`);
    expect(deleted).toMatchObject({ status: 200 });
    expect(deleted.body).toEqual({ status: 'success', message: 'Contact deleted successfully', data: { id } });
    expect(await call('GET', `/${id}`)).toMatchObject(NOT_FOUND);
    expect(await call('PUT', `/${id}`, { type: 'lead' })).toMatchObject(NOT_FOUND);
    expect(await call('DELETE', `/${id}`)).toMatchObject(NOT_FOUND);
    expect((await call('GET', `?search=${encodeURIComponent(phone)}`)).body.data.total).toBe(0);
    expect(await create({ phone })).toMatchObject({ phone });
  });

  it('who want no marketing still get none after they were deleted and created again', async () => {
    const { id, phone } = await create();
    await app.get(ContactsService).optOut(phone);
    await call('DELETE', `/${id}`);
    expect(await create({ phone })).toMatchObject({ id });
    expect(await app.get(ContactsService).lookup(phone)).toMatchObject({ optedOutAt: expect.any(Date) });
  });

  it('that are not there are not found', async () => {
    for (const id of ['999999', '0', '-1', 'abc', '1.5', '9999999999', '99999999999999999999', '%00', '1%20']) {
      for (const [method, body] of [['GET'], ['DELETE'], ['PUT', { type: 'lead' }], ['PUT', { type: 'x' }]] as const) {
        const answer = await call(method, `/${id}`, body);
        expect(answer).toMatchObject(NOT_FOUND);
        expect(answer.body).toEqual(NOT_FOUND.body);
      }
    }
  });

  it('are listed in pages, and filtered', async () => {
    const group = `group ${last}`;
    const own = [];
    for (const type of ['lead', 'customer', 'lead']) own.push(await create({ type, groups: [group], lastname: 'Zoë' }));
    const url = `${app.url}/api/v1/default/contacts`;
    const query = `group=${encodeURIComponent(group)}&per_page=2`;
    const { status, body } = await call('GET', `?${query}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'success', message: 'Contacts retrieved successfully' });
    expect(body.data).toMatchObject({
      current_page: 1,
      data: [own[2], own[1]],
      from: 1,
      last_page: 2,
      next_page_url: expect.stringMatching(/[?&]page=2/),
      path: url,
      per_page: 2,
      prev_page_url: null,
      to: 2,
      total: 3,
    });
    const next = await fetch(body.data.next_page_url, { headers: { authorization: `Bearer ${app.key}` } });
    expect(await next.json()).toMatchObject({ data: { current_page: 2, data: [own[0]], total: 3 } });
    const some = async (filters: string) => (await call('GET', `?${query}&${filters}`)).body.data.total;
    expect(await some('type=lead')).toBe(2);
    expect(await some('type=&search=')).toBe(3);
    expect(await some('search=zo%C3%AB+ana')).toBe(3);
    expect(await some(`search=${encodeURIComponent(own[0].phone)}`)).toBe(1);
    expect((await call('GET', '')).body.data.per_page).toBe(15);
    const empty = await call('GET', '?page=&per_page=&search=&type=&group=');
    expect(empty.body.data).toMatchObject({ current_page: 1, per_page: 15 });
    expect(empty.body.data.total).toBe((await call('GET', '')).body.data.total);
    const wrong = await call('GET', '?page=0&per_page=101&type=friend&search=a&search=b');
    expect(wrong.status).toBe(422);
    expect(Object.keys(wrong.body.errors).toSorted()).toEqual(['page', 'per_page', 'search', 'type']);
  });

  it('are looked up by the name and email that were filed', async () => {
    const { id, phone } = await create({ firstname: 'Ana', lastname: 'Paz', email: 'paz@example.com' });
    const lookUp = async () =>
      (await app.call('GET', `/api/v1/contact-lookup?phone=${encodeURIComponent(phone)}`)).body.contact;
    expect(await lookUp()).toMatchObject({ id, fullName: 'Ana Paz', phone, email: 'paz@example.com' });
    await call('PUT', `/${id}`, { firstname: 'Eva', lastname: null, email: null });
    expect(await lookUp()).toMatchObject({ id, fullName: 'Eva', email: null });
    await call('DELETE', `/${id}`);
    expect(await lookUp()).toBeNull();
  });

  it('are read, created, changed and deleted by keys that may', async () => {
    const keys = app.get(ApiKeysService);
    const { id } = await create();
    const needed = [
      ['GET', 'contacts.read'],
      ['POST', 'contacts.create'],
      ['PUT', 'contacts.update'],
      ['DELETE', 'contacts.delete'],
    ] as const;
    for (const [method, ability] of needed) {
      const others = API_KEY_ABILITIES.filter((other) => other !== ability);
      const { key } = await keys.create({ name: `all but ${ability}`, abilities: others });
      const path = method === 'POST' ? '' : `/${id}`;
      const answer = await call(method, path, method === 'GET' || method === 'DELETE' ? undefined : {}, {
        'x-api-key': key,
      });
      expect(answer).toMatchObject({
        status: 403,
        body: { status: 'error', message: `Token does not have the required ability: ${ability}` },
      });
    }
  });

  it('of another workspace are not there', async () => {
    const { id, phone } = await create();
    const { key } = await app.get(ApiKeysService).create({ name: 'other', workspace: 'other' });
    const other = (method: string, path: string, body?: unknown) =>
      app.call(method, `/api/v1/other/contacts${path}`, body, { 'x-api-key': key });
    expect(await other('GET', `/${id}`)).toMatchObject(NOT_FOUND);
    expect(await other('PUT', `/${id}`, { firstname: 'x' })).toMatchObject(NOT_FOUND);
    expect(await other('DELETE', `/${id}`)).toMatchObject(NOT_FOUND);
    expect((await other('GET', '')).body.data.total).toBe(0);
    expect(await other('POST', '', { firstname: 'Eva', phone })).toMatchObject({ status: 201 });
    expect((await call('GET', `/${id}`)).body.data).toMatchObject({ id, firstname: 'Ana' });
    const foreign = await call('GET', `/${id}`, undefined, { 'x-api-key': key });
    expect(foreign.status).toBe(400);
    expect(foreign.body).toEqual({ status: 'error', message: 'Validation failed', errors: 'Invalid tenant subdomain' });
  });
});
