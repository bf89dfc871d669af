import { AccountsService, ConversationsService, WhatsAppStream, WorkspacesService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { SendingPauses } from '../../lib/accounts/sending-pauses.js';
import { bullOn, inProcess, type OpenQueue } from '../bulk/each-queue.js';
import { describeEachDatabase, type FreshDatabase, type TestDatabase, databases } from '../support/databases.js';
import { describeWithRedis } from '../support/redis.js';
import { statusesOf, StreamScene } from './stream-scene.js';

describeEachDatabase('The stream of two processes', (database) => suite(database, inProcess));
describeWithRedis('The stream of two processes with a Redis', (redis) => {
  const [sqlite] = databases;
  if (sqlite) suite(sqlite, () => bullOn(redis));
});

function suite(database: TestDatabase, open: () => Promise<OpenQueue>): void {
  let fresh: FreshDatabase;
  let queue: OpenQueue;
  let scene: StreamScene;

  beforeAll(async () => {
    fresh = await database.create();
    queue = await open();
    scene = await StreamScene.start(fresh, queue);
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await queue[Symbol.asyncDispose]();
    await fresh.drop();
  });

  it('has what happens in the one for those who listen in the other, and names what it is about', async () => {
    await using listener = await scene.listen(1).ready();
    const id = await scene.send('+5491155550001');
    const event = await listener.until('message', ({ messages }) => messages.some(({ status }) => status === 'read'));
    expect(event.messages.find((message) => message.id === id)).toEqual({
      id,
      status: 'read',
      phoneNumberId: scene.meta.phoneNumber.id,
      bulkSendId: null,
      conversationId: null,
    });
    expect(event.time.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('has customers who write, and their conversations', async () => {
    await using listener = await scene.listen(1, { kinds: ['inbound', 'conversation'] }).ready();
    scene.meta.phoneNumber.receive({ from: '+5491155550009', type: 'text', text: { body: 'Hola' } });
    const { messages } = await listener.until('inbound');
    const { items } = await scene.app(1).get(ConversationsService).list();
    const conversationId = items[0]?.id ?? 0;
    expect(messages).toEqual([{ id: expect.any(Number), phoneNumberId: scene.meta.phoneNumber.id, conversationId }]);
    const before = listener.events.length;
    await scene.app(0).get(ConversationsService).assign(conversationId, 'Ana');
    await vi.waitUntil(() => listener.events.length > before, { timeout: 20_000 });
    expect(listener.events.at(-1)).toMatchObject({ kind: 'conversation', conversations: [{ id: conversationId }] });
    expect(listener.events.map(({ kind }) => kind)).not.toContain('message');
  });

  it('goes on where a listener was, without a gap', async () => {
    await using first = await scene.listen(1).ready();
    const one = await scene.send('+5491155550002');
    const { id: after } = await first.until('message', ({ messages }) => messages.some(({ id }) => id === one));
    await first[Symbol.asyncDispose]();
    const two = await scene.send('+5491155550003');
    // Those who keep it going meanwhile.
    await using other = scene.listen(0, { after });
    await other.until('message', ({ messages }) => messages.some(({ id, status }) => id === two && status === 'read'));
    await using again = scene.listen(1, { after });
    await again.until('message', ({ messages }) => messages.some(({ id, status }) => id === two && status === 'read'));
    expect(again.events.map(({ kind }) => kind)).not.toContain('reset');
    expect(statusesOf(again.events, two)).toEqual(statusesOf(other.events, two));
  });

  it.each(['0', '7777777', '1000000000000-0', 'nonsense'])(
    'starts over for who was at %s, which is not kept',
    async (after) => {
      await using listener = scene.listen(1, { after });
      await listener.until('reset');
      expect(listener.events[0]?.kind).toBe('reset');
    },
  );

  it('keeps workspaces apart', async () => {
    await scene.app(0).get(WorkspacesService).ensure('other');
    await using stranger = await scene.listen(1, { workspace: 'other' }).ready();
    await using own = await scene.listen(1).ready();
    const id = await scene.send('+5491155550004');
    await own.until('message', ({ messages }) => messages.some((message) => message.id === id));
    expect(stranger.events.map(({ kind }) => kind)).not.toContain('message');
  });

  it('has pauses of numbers', async () => {
    await using listener = await scene.listen(1, { kinds: ['pause'] }).ready();
    const { id: subjectId } = scene.meta.phoneNumber;
    const pause = { scope: 'number', subjectId, code: null, message: 'By a test.', until: null } as const;
    await scene.app(0).get(SendingPauses).pause(pause);
    expect(await listener.until('pause', ({ isPaused }) => isPaused)).toMatchObject({ scope: 'number', subjectId });
    await scene.app(0).get(AccountsService).resumeSending(subjectId);
    await listener.until('pause', ({ isPaused }) => !isPaused);
  });

  it('ends with its signal and refuses an unknown workspace', async () => {
    const stream = scene.app(1).get(WhatsAppStream);
    const ended: unknown[] = [];
    for await (const event of stream.subscribe({ signal: AbortSignal.abort() })) ended.push(event);
    expect(ended).toEqual([]);
    await expect(stream.subscribe({ workspace: 'none' }).next()).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' });
  });
}
