import { MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConversationEntity } from '../../lib/conversations/conversation.entity.js';
import { Retention } from '../../lib/process/retention.js';
import { WebhookItemEntity } from '../../lib/webhooks/webhook-item.entity.js';
import { WorkspacesService } from '../../lib/accounts/workspaces.service.js';
import { newMessage } from '../store/new-message.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { GraphApiServer } from 'nestjs-whatsapp/testing';

const DAY = 24 * 60 * 60_000;

describeEachDatabase('retention', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;

  beforeAll(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
    const retention = { messageContents: 30 * DAY, webhookItems: 7 * DAY };
    app = await TestApp.start({ meta, database: fresh.options, options: { ...optionsFor(meta), retention } });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });

  it('erases contents, words and webhook items once they are too old, but nothing that still has to be sent', async () => {
    const now = Date.now();
    const ago = (days: number) => new Date(now - days * DAY);
    const workspaceId = await app.get(WorkspacesService).idOf();
    const dataSource = app.get(DataSource);
    const messages = dataSource.getRepository(MessageEntity);
    const content = { body: 'Hola' };
    await messages.insert([
      newMessage({ id: 10, workspaceId, content, createdAt: ago(40) }),
      newMessage({ id: 5_000, workspaceId, content, createdAt: ago(31), direction: 'inbound', status: 'received' }),
      newMessage({ id: 11, workspaceId, content, createdAt: ago(40), status: 'pending' }),
      newMessage({ id: 12, workspaceId, content, createdAt: ago(28) }),
    ]);
    const conversations = dataSource.getRepository(ConversationEntity);
    const conversation = { workspaceId, phoneNumberId: '1', status: 'active', createdAt: ago(50) } as const;
    await conversations.insert([
      { ...conversation, contactId: 1, lastMessage: 'old', lastMessageAt: ago(31) },
      { ...conversation, contactId: 2, lastMessage: 'new', lastMessageAt: ago(1) },
    ]);
    const items = dataSource.getRepository(WebhookItemEntity);
    const item = { businessAccountId: '1', field: 'messages', item: '{}', error: 'unknown', tries: 1 };
    await items.insert([
      { ...item, receivedAt: ago(8) },
      { ...item, receivedAt: ago(5) },
    ]);

    const retention = app.get(Retention);
    await retention.removeExpired(); // the one that the start began
    await retention.removeExpired(now + DAY);

    const kept = await messages.find({ order: { id: 'ASC' } });
    expect(kept.map(({ id, content: left }) => [id, left])).toEqual([
      [10, null],
      [11, content],
      [12, content],
      [5_000, null],
    ]);
    const words = await conversations.find({ order: { contactId: 'ASC' } });
    expect(words.map(({ lastMessage }) => lastMessage)).toEqual([null, 'new']);
    expect(await items.count()).toBe(1);

    await messages.update({ id: 11 }, { status: 'sent' });
    await retention.removeExpired(now + 3 * DAY);
    const later = await messages.find({ order: { id: 'ASC' } });
    expect(later.map(({ content: left }) => left)).toEqual([null, null, null, null]);
  });
});
