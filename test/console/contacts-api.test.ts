import { type ApiKeyAbility, ApiKeysService, ContactsService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapters, type Answer } from '../support/test-app.js';
import { CONSOLE, ConsoleApp } from './console-app.js';

describe.each(adapters)('Contacts by the API of the console on $adapter', ({ adapter }) => {
  let app: ConsoleApp;
  let contacts: ContactsService;

  beforeAll(async () => {
    app = await ConsoleApp.start({ adapter });
    contacts = app.app.get(ContactsService);
  });
  afterAll(() => app[Symbol.asyncDispose]());

  const keyFor = async (workspace: string, ...abilities: readonly ApiKeyAbility[]) =>
    (await app.app.get(ApiKeysService).create({ name: 'Paula', workspace, ...(abilities.length > 0 && { abilities }) }))
      .key;

  async function call(
    method: string,
    path: string,
    { body, key, csv }: { body?: object; key?: string; csv?: string } = {},
  ) {
    const headers = {
      'x-api-key': key ?? (await keyFor('default')),
      'x-whatsapp-console': '1',
      ...((body ?? csv) !== undefined && { 'content-type': csv === undefined ? 'application/json' : 'text/csv' }),
    };
    return app.app.fetch(`${CONSOLE}/api/contacts${path}`, {
      method,
      headers,
      body: csv ?? (body && JSON.stringify(body)),
    });
  }

  /** What a handler answered, and with which status. */
  async function ask(...asked: Parameters<typeof call>): Promise<[number, Answer['body']]> {
    const answer = await call(...asked);
    const text = await answer.text();
    return [answer.status, text === '' ? undefined : JSON.parse(text)];
  }

  /** The lines of an import's answer. */
  async function importing(csv: string, query: string) {
    const answer = await call('POST', `/import?${query}`, { csv });
    const lines = (await answer.text()).trim().split('\n');
    return lines.map((line): unknown => JSON.parse(line)).at(-1);
  }

  it('files, changes, and names everything that is wrong', async () => {
    const wrong = { phone: '12', email: 'x', groups: 'a,b', type: 'friend' };
    expect(await ask('POST', '', { body: wrong })).toMatchObject([
      400,
      { details: { phone: [expect.any(String)], email: ['must be an email address.'], type: [expect.any(String)] } },
    ]);
    const body = { phone: '+54 9 11 5555-0001', first_name: 'Ana', groups: 'vip, north' };
    const [status, ana] = await ask('POST', '', { body });
    expect([status, ana]).toMatchObject([
      201,
      { phone: '5491155550001', groups: ['vip', 'north'], consent: 'unknown' },
    ]);
    expect((await ask('POST', '', { body }))[0]).toBe(409);
    const [, changed] = await ask('PUT', `/${ana.id}`, { body: { last_name: 'Díaz', groups: null } });
    expect(changed).toMatchObject({ first_name: 'Ana', last_name: 'Díaz', groups: [] });
    expect(await ask('GET', '/groups')).toMatchObject([200, { groups: ['north', 'vip'] }]);
    expect((await ask('GET', '/999999'))[0]).toBe(404);
  });

  it('notes what was said of marketing, and who entered it', async () => {
    const { id } = await contacts.create({ phone: '+5491155550002' });
    await ask('POST', `/${id}/consent`, { body: { consent: 'opted_out' } });
    const [, bob] = await ask('POST', `/${id}/consent`, { body: { consent: 'opted_in' } });
    expect(bob).toMatchObject({
      consent: 'opted_in',
      consents: [
        { consent: 'opted_in', source: 'api', entered_by: 'Paula' },
        { consent: 'opted_out', source: 'api', entered_by: 'Paula' },
      ],
    });
    expect((await ask('POST', `/${id}/consent`, { body: { consent: 'unknown' } }))[0]).toBe(400);
    const [, found] = await ask('GET', '?consent=opted_in&q=5555-0002');
    expect(found).toMatchObject({ contacts: [{ id }], next_cursor: null });
  });

  it('blocks who wrote, says why Meta refuses others, and erases', async () => {
    const [, { id }] = await ask('POST', '', { body: { phone: '+5491155550003' } });
    const [status, refusal] = await ask('POST', `/${id}/block`, { body: { reason: 'Spam' } });
    expect([status, refusal.error]).toEqual([expect.toSatisfy((code: number) => code >= 400), expect.any(String)]);
    app.meta.phoneNumber.openWindow('+5491155550003');
    expect(await ask('POST', `/${id}/block`, { body: { reason: 'Spam' } })).toMatchObject([
      200,
      { block_reason: 'Spam' },
    ]);
    expect((await ask('GET', '?blocked=yes'))[1].contacts).toHaveLength(1);
    expect(await ask('DELETE', `/${id}/block`)).toMatchObject([200, { blocked_at: null }]);
    expect(await ask('DELETE', `/${id}`)).toEqual([204, undefined]);
    expect((await ask('GET', `/${id}`))[0]).toBe(404);
  });

  const LIST = [
    'Teléfono;Nombre;E-mail;Grupos;Consentimiento;Color',
    '+54 9 11 6666-0001;Ana;ana@example.com;vip, norte;sí;rojo',
    '\'+5491166660002;"Bob; ""el grande""";;;no;',
    '12;;;;;',
    '+5491166660003;Cleo;;;tal vez;',
    ';;;;;',
  ].join('\r\n');
  const COLUMNS = 'columns=phone,first_name,email,groups,marketing,';

  it('guesses what the columns of a list are', async () => {
    const [, preview] = await ask('POST', '/import/preview', { csv: LIST });
    expect(preview.columns.map(({ field }: { field: string }) => field)).toEqual([
      'phone',
      'first_name',
      'email',
      'groups',
      'marketing',
      null,
    ]);
    expect(preview.rows[1].slice(0, 2)).toEqual(['+5491166660002', 'Bob; "el grande"']);
    expect((await ask('POST', '/import/preview', { csv: '' }))[0]).toBe(400);
  });

  it('imports a list, with problems by line, first without storing anything', async () => {
    const report = {
      is_done: true,
      rows: 4,
      created: 2,
      failed: 2,
      problems: [
        { line: 4, field: 'phone' },
        { line: 5, field: '', message: 'has something in marketing that is neither yes nor no.' },
      ],
    };
    expect(await importing(LIST, `${COLUMNS}&dry_run=true`)).toMatchObject(report);
    expect(await contacts.lookup('+5491166660001')).toBeNull();
    expect(await importing(LIST, COLUMNS)).toMatchObject(report);
    expect(await contacts.lookup('+5491166660001')).toMatchObject({ firstName: 'Ana', groups: ['vip', 'norte'] });
    expect(await contacts.lookup('+5491166660002')).toMatchObject({ firstName: 'Bob; "el grande"' });
    expect(await ask('POST', '/import?columns=first_name,first_name,nose', { csv: LIST })).toMatchObject([
      400,
      { details: { columns: [expect.stringContaining('nose'), 'has first_name twice.', expect.any(String)] } },
    ]);
  });

  it('exports what can be imported again, and nothing that a spreadsheet would run', async () => {
    await contacts.create({ phone: '+5491166660009', firstName: '=HYPERLINK("http://evil")', company: '+1' });
    const answer = await call('GET', '/export?q=6666');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="contacts.csv"');
    const csv = await answer.text();
    expect(csv.split('\n')).toHaveLength(5);
    expect(csv).toContain(`'+5491166660009,,"'=HYPERLINK(""http://evil"")"`);
    const columns = csv
      .split('\n', 1)[0]
      ?.replace('\uFEFF', '')
      .replace(',username,profile_name,blocked_at,created_at', '');
    expect(await importing(csv, `columns=${columns}`)).toMatchObject({ rows: 3, created: 0, updated: 3, failed: 0 });
    expect(await contacts.lookup('+5491166660009')).toMatchObject({
      firstName: '=HYPERLINK("http://evil")',
      company: '+1',
    });
  });

  it('refuses an export by a filter that is wrong before it begins', async () => {
    expect(await ask('GET', '/export?group=a,b')).toMatchObject([400, { details: { group: [expect.any(String)] } }]);
  });

  it('lets a key do no more than its abilities', async () => {
    const { id } = await contacts.create({ phone: '+5491155550007' });
    const key = await keyFor('default', 'contacts.read');
    expect((await ask('GET', `/${id}`, { key }))[1]).toMatchObject({ conversations: [], last_message: null });
    const refused = await Promise.all([
      ask('POST', '', { key, body: { phone: '+5491155550008' } }),
      ask('PUT', `/${id}`, { key, body: {} }),
      ask('DELETE', `/${id}`, { key }),
      ask('POST', `/${id}/block`, { key, body: {} }),
      ask('POST', `/import?${COLUMNS}`, { key, csv: LIST }),
      ask('POST', `/import?${COLUMNS}`, { key: await keyFor('default', 'contacts.create'), csv: LIST }),
      ask('GET', '/export', { key: await keyFor('default', 'messages.read') }),
    ]);
    expect(refused.map(([status]) => status)).toEqual(refused.map(() => 403));
  });

  it('shows a workspace no one of another', async () => {
    const { id } = await contacts.create({ phone: '+5491155550011' });
    const key = await keyFor('other');
    expect((await ask('GET', '', { key }))[1]).toEqual({ contacts: [], next_cursor: null });
    const others = await Promise.all([
      ask('GET', `/${id}`, { key }),
      ask('PUT', `/${id}`, { key, body: { first_name: 'Mine' } }),
      ask('POST', `/${id}/consent`, { key, body: { consent: 'opted_out' } }),
      ask('POST', `/${id}/block`, { key, body: {} }),
      ask('DELETE', `/${id}`, { key }),
    ]);
    expect(others.map(([status]) => status)).toEqual(others.map(() => 404));
    expect((await (await call('GET', '/export', { key })).text()).trim().split('\n')).toHaveLength(1);
  });
});
