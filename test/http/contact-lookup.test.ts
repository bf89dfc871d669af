import { MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ContactDirectory } from '../../lib/contacts/contact-directory.js';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { WorkspacesService } from '../../lib/accounts/workspaces.service.js';
import { ApiKeysService } from 'nestjs-whatsapp';
import { newMessage } from '../store/new-message.js';
import { oneAdapter, TestApp } from '../support/test-app.js';

const NOT_FOUND = {
  found: false,
  contact: null,
  hasReplied: false,
  lastReplyAt: null,
  sessionWindowActive: false,
  sessionExpiresAt: null,
};

const HOUR = 60 * 60_000;

describe.each(oneAdapter)('GET /contact-lookup/ on $adapter', ({ adapter }) => {
  let app: TestApp;
  let workspaceId: number;

  beforeAll(async () => {
    app = await TestApp.start({ adapter });
    workspaceId = await app.get(WorkspacesService).idOf();
  });
  afterAll(() => app[Symbol.asyncDispose]());
  beforeEach(() => app.get(DataSource).getRepository(MessageEntity).clear());

  const lookup = (phone: string) => app.call('GET', `/api/v1/contact-lookup/?phone=${phone}`);
  const ensure = async (phone: string, profileName?: string) => {
    const [contact] = await app.get(ContactDirectory).ensure(workspaceId, [{ phone, profileName }]);
    return contact?.id ?? 0;
  };

  it.each([
    ['5492236750780', ['+54 9 223 675-0780', '%2B5492236750780', '54 223 675-0780', '+54 223 15 675 0780']],
    ['5215512345678', ['+52 55 1234 5678', '5215512345678']],
    ['551187654321', ['+55 (11) 98765-4321', '5511987654321', '551187654321']],
    ['551131234567', ['+55 11 3123-4567']],
  ])('finds the contact of %s by every spelling', async (phone, spellings) => {
    const id = await ensure(phone, 'Ana Pérez');
    for (const spelling of spellings) {
      expect(await lookup(spelling)).toMatchObject({ status: 200, body: { found: true, contact: { id } } });
    }
  });

  it.each([['+5491100000000'], ['+5511931234567'], ['nobody'], [''], ['12']])('finds nobody by "%s"', async (phone) => {
    await ensure('551131234567');
    expect(await lookup(phone)).toMatchObject({ status: 200, body: NOT_FOUND });
  });

  it('tells whether and when the person wrote, and until when they can be answered freely', async () => {
    const id = await ensure('5491123456789', 'Ana');
    const contacts = app.get(DataSource).getRepository(ContactEntity);
    await contacts.update({ id }, { firstName: 'Ana', lastName: 'Pérez', email: 'ana@example.com' });
    const silent = await lookup('+5491123456789');
    expect(silent.body).toMatchObject({
      found: true,
      contact: {
        id,
        fullName: 'Ana Pérez',
        phone: '+5491123456789',
        email: 'ana@example.com',
        createdAt: expect.any(String),
      },
      hasReplied: false,
      lastReplyAt: null,
      sessionWindowActive: false,
      sessionExpiresAt: null,
    });
    const phoneNumberId = app.meta.phoneNumber.id;
    const wroteAt = new Date(Date.now() - 2 * HOUR);
    const inbound = { workspaceId, phoneNumberId, direction: 'inbound', status: 'received', type: 'text' } as const;
    await app
      .get(DataSource)
      .getRepository(MessageEntity)
      .insert([
        newMessage({ ...inbound, id: 1, recipientPhone: '541123456789', createdAt: wroteAt }),
        newMessage({ ...inbound, id: 2, recipientPhone: '5491123456789', type: 'reaction', createdAt: new Date() }),
        newMessage({ ...inbound, id: 3, recipientPhone: '5491123456789', direction: 'outbound' }),
      ]);
    expect((await lookup('+5491123456789')).body).toMatchObject({
      hasReplied: true,
      lastReplyAt: wroteAt.toISOString(),
      sessionWindowActive: true,
      sessionExpiresAt: new Date(wroteAt.getTime() + 24 * HOUR).toISOString(),
    });
  });

  it('asks for the ability, and shows nothing of another workspace', async () => {
    await ensure('5491123456789');
    const keys = app.get(ApiKeysService);
    const { key: weak } = await keys.create({ name: 'weak', abilities: ['messages.read'] });
    expect(
      await app.call('GET', '/api/v1/contact-lookup?phone=5491123456789', undefined, { 'x-api-key': weak }),
    ).toMatchObject({
      status: 403,
    });
    await app.get(WorkspacesService).ensure('other');
    const { key: other } = await keys.create({ name: 'other', workspace: 'other' });
    expect(
      await app.call('GET', '/api/v1/contact-lookup?phone=5491123456789', undefined, { 'x-api-key': other }),
    ).toMatchObject({ status: 200, body: NOT_FOUND });
  });
});
