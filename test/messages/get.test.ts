import * as fc from 'fast-check';
import { ApiKeysService, MessagesService, type OutboundMessage } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { NotFoundError } from '../../lib/errors.js';
import { MessageEntity } from '../../lib/messages/message.entity.js';
import { newMessage } from '../store/new-message.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';
import { welcome } from './template-inputs.js';
import { anyCharacter } from '../any-character.js';

// Properties ask the database often, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

describeEachDatabase('MessagesService.get', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;
  let messages: MessagesService;
  let sent: OutboundMessage;

  beforeAll(async () => {
    fresh = await database.create();
    app = await TestApp.start({ database: fresh.options });
    messages = app.get(MessagesService);
    sent = await messages.sendTemplate(welcome());
    await app.get(ApiKeysService).create({ name: 'Neighbour', workspace: 'neighbour' });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const notFound = { code: 'MESSAGE_NOT_FOUND' };

  it('finds a message by row id, as number or text, and by wamid', async () => {
    for (const id of [sent.id, String(sent.id), sent.wamid ?? '']) {
      expect(await messages.get(id)).toEqual(sent);
    }
  });

  it('shows another workspace nothing of it', async () => {
    for (const id of [sent.id, String(sent.id), sent.wamid ?? '']) {
      await expect(messages.get(id, { workspace: 'neighbour' })).rejects.toMatchObject(notFound);
    }
    await expect(messages.get(sent.id, { workspace: 'nobody' })).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' });
  });

  it('does not take a wamid in another spelling', async () => {
    const wamid = sent.wamid ?? '';
    for (const other of [wamid.toLowerCase(), wamid.slice(0, -1), `${wamid}=`]) {
      await expect(messages.get(other)).rejects.toMatchObject(notFound);
    }
  });

  it('does not show inbound messages', async () => {
    const { workspaceId } = sent;
    const inbound = newMessage({
      id: 7_000_000,
      workspaceId,
      direction: 'inbound',
      type: 'text',
      wamid: 'wamid.inbound',
    });
    await app.get(DataSource).getRepository(MessageEntity).insert(inbound);
    await expect(messages.get(7_000_000)).rejects.toMatchObject(notFound);
    await expect(messages.get('wamid.inbound')).rejects.toMatchObject(notFound);
  });

  it('says of whatever else it is asked for that it does not exist', async () => {
    const anything = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
      fc.bigInt({ min: 10n ** 6n }).map(String),
      fc.double().filter((number) => number !== sent.id),
      fc.constantFrom('', '\0', '-1', '1e3', '0x1', "' OR 1=1 --", '%', '9223372036854775808', '\uD800'),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (id) => {
        await expect(messages.get(id)).rejects.toBeInstanceOf(NotFoundError);
      }),
      { numRuns: 200 },
    );
  });
});
