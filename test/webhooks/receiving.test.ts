import type { CanActivate } from '@nestjs/common';
import { type WhatsAppModuleExtras, WebhooksService } from 'nestjs-whatsapp';
import { describe, expect, it, vi } from 'vitest';
import { AccountCredentials, KnownAppSecrets } from '../../lib/accounts/account-credentials.js';
import { adapters } from '../support/test-app.js';
import { bodyOf, entryOf, NORTH, ReceivingScene, sign, SOUTH, VERIFY_TOKEN } from './receiving-scene.js';

const BODY = bodyOf(entryOf(NORTH, 'wamid.1'));

describe.each(adapters)('the webhook on $adapter', ({ adapter }) => {
  it('answers Meta’s handshake with the challenge as plain text', async () => {
    await using scene = await ReceivingScene.start({ adapter });
    const ask = (query: Record<string, string>, path = '/whatsapp/webhook') =>
      fetch(`${scene.url}${path}?${new URLSearchParams(query).toString()}`);
    const right = { 'hub.mode': 'subscribe', 'hub.verify_token': VERIFY_TOKEN, 'hub.challenge': '<b>1158201444' };

    for (const path of ['/whatsapp/webhook', '/whatsapp/webhook/']) {
      const answer = await ask(right, path);
      expect([answer.status, await answer.text()]).toEqual([200, '<b>1158201444']);
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    }
    for (const wrong of [{}, { ...right, 'hub.mode': 'unsubscribe' }, { ...right, 'hub.verify_token': 'guessed' }]) {
      const answer = await ask(wrong);
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'WEBHOOK_HANDSHAKE' });
    }
  });

  it.each([
    ['there is none', undefined],
    ['it is empty', ''],
    ['it is of another app', sign(BODY, 'another secret')],
    ['it is of another body', sign(bodyOf(entryOf(NORTH, 'wamid.2')), NORTH.secret)],
    ['it is cut', sign(BODY, NORTH.secret).slice(0, -1)],
    ['it has no algorithm', sign(BODY, NORTH.secret).slice('sha256='.length)],
    ['it is signed with nothing', sign(BODY, '')],
  ])('refuses a body whose signature does not fit: %s', async (_, signature) => {
    await using scene = await ReceivingScene.start({ adapter });
    expect(await scene.post(BODY, signature)).toBe(401);
    expect(scene.applied.items).toEqual([]);
    expect((await scene.get(WebhooksService).failedItems()).total).toBe(0);
  });

  it('takes a body that its app signed, also when it is not the JSON that we would write', async () => {
    await using scene = await ReceivingScene.start({ adapter });
    const body = ` ${BODY.replace('wamid.1', String.raw`wamid.\u00f1`)}\n`;
    expect(await scene.post(body, sign(body, NORTH.secret))).toBe(200);
    expect(await scene.post(BODY, sign(BODY, NORTH.secret), '/whatsapp/webhook/')).toBe(200);
    expect(scene.applied.wamids).toEqual(['wamid.ñ', 'wamid.1']);
  });

  it('takes bodies of 3 MB, whatever the limit of the host’s other bodies', async () => {
    const { setupWhatsApp } = await import('nestjs-whatsapp');
    await using scene = await ReceivingScene.start({
      adapter,
      main: (app) => setupWhatsApp(app, { bodyLimit: '1kb' }),
    });
    const wamids = Array.from({ length: 1_000 }, (_, index) => `wamid.${index}.${'x'.repeat(3_000)}`);
    const body = bodyOf(entryOf(NORTH, ...wamids));
    expect(body.length).toBeGreaterThan(3_000_000);
    expect(await scene.post(body, sign(body, NORTH.secret))).toBe(200);
    expect(scene.applied.wamids).toEqual(wamids);
    const larger = body + ' '.repeat(3_000_000);
    expect(await scene.post(larger, sign(larger, NORTH.secret))).toBe(413);
  });

  it('works without setupWhatsApp where the host keeps raw bodies itself', async () => {
    await using scene = await ReceivingScene.start({ adapter, rawBody: true, main: () => {} });
    expect(await scene.post(BODY, sign(BODY, NORTH.secret))).toBe(200);
    expect(await scene.post(BODY, sign(BODY, 'another secret'))).toBe(401);
    expect(scene.applied.wamids).toEqual(['wamid.1']);
  });

  it('says what to add where no one keeps raw bodies, and has Meta send it again', async () => {
    const logger = { log: () => {}, warn: () => {}, error: vi.fn<(message: string) => void>() };
    await using scene = await ReceivingScene.start({ adapter, main: () => {}, logger });
    expect(await scene.post(BODY, sign(BODY, NORTH.secret))).toBe(500);
    expect(logger.error.mock.calls.flat().join()).toMatch(/setupWhatsApp\(app\).*rawBody: true/s);
  });

  it('reads raw bodies next to a host that keeps them, too', async () => {
    await using scene = await ReceivingScene.start({ adapter, rawBody: true });
    expect(await scene.post(BODY, sign(BODY, NORTH.secret))).toBe(200);
    expect(scene.applied.wamids).toEqual(['wamid.1']);
  });
});

describe.each(adapters)('the webhook below the surface conversations on $adapter', ({ adapter }) => {
  class NobodyGuard implements CanActivate {
    canActivate(): boolean {
      return false;
    }
  }

  it.each<[string, WhatsAppModuleExtras['surfaces'], Record<string, number>]>([
    ['alone', { conversations: true }, { '/api/whatsapp/webhook': 200, '/whatsapp/webhook': 404 }],
    ['at its prefix', { conversations: { prefix: 'inbox/' } }, { '/inbox/webhook': 200, '/api/whatsapp/webhook': 404 }],
    [
      'beside the other one',
      { conversations: true, webhook: true },
      { '/api/whatsapp/webhook': 200, '/whatsapp/webhook': 200 },
    ],
    [
      'where the other one is, too',
      { conversations: true, webhook: { prefix: 'api/whatsapp/webhook/' } },
      { '/api/whatsapp/webhook': 200, '/whatsapp/webhook': 404 },
    ],
    [
      'behind the guards that the host gave the other one',
      { conversations: true, webhook: { guards: [NobodyGuard] } },
      { '/api/whatsapp/webhook': 403, '/whatsapp/webhook': 403 },
    ],
  ])('answers %s', async (_, surfaces, statuses) => {
    await using scene = await ReceivingScene.start({ adapter, options: { surfaces } });
    for (const [path, status] of Object.entries(statuses)) {
      expect(await scene.post(BODY, sign(BODY, NORTH.secret), path)).toBe(status);
    }
  });
});

describe('an app secret', () => {
  it('counts for its own accounts alone: what it reports about others is not applied', async () => {
    await using scene = await ReceivingScene.start();
    const body = bodyOf(entryOf(NORTH, 'wamid.north'), entryOf(SOUTH, 'wamid.south'));
    expect(await scene.post(body, sign(body, SOUTH.secret))).toBe(200);
    expect(scene.applied.wamids).toEqual(['wamid.south']);
  });

  it('counts at once for an account that another process has added to those of the same app', async () => {
    await using scene = await ReceivingScene.start();
    const secrets = scene.get(KnownAppSecrets);
    const all = new Map(await secrets.list());
    const credentials = vi.spyOn(scene.get(AccountCredentials), 'appSecrets');
    const both = [...all.values()].flatMap((ids) => [...ids]).map((id) => [id, [SOUTH.secret]] as const);
    credentials.mockResolvedValue(new Map(both));
    const body = bodyOf(entryOf(NORTH, 'wamid.north'), entryOf(SOUTH, 'wamid.south'));
    expect(await scene.post(body, sign(body, SOUTH.secret))).toBe(200);
    expect(scene.applied.wamids).toEqual(['wamid.north', 'wamid.south']);
  });

  it('does not count for a number of another account, whichever account the entry names', async () => {
    await using scene = await ReceivingScene.start();
    const body = bodyOf(entryOf({ id: SOUTH.id, phoneNumberId: NORTH.phoneNumberId }, 'wamid.1'));
    expect(await scene.post(body, sign(body, SOUTH.secret))).toBe(200);
    expect(scene.applied.items).toEqual([]);
  });

  it('counts next to another while one takes the place of the other', async () => {
    const accounts = [
      {
        businessAccountId: NORTH.id,
        accessToken: 'EAA',
        appSecret: ['new secret', 'old secret'].map((s) => s.replace(' ', '-')),
      },
    ];
    await using scene = await ReceivingScene.start({ options: { accounts } });
    expect(await scene.post(BODY, sign(BODY, 'old-secret'))).toBe(200);
    expect(await scene.post(BODY, sign(BODY, 'new-secret'))).toBe(200);
    expect(await scene.post(BODY, sign(BODY, NORTH.secret))).toBe(401);
  });

  it.each([[''], [['']], [['a', undefined]], [[' ']]])('is refused at start when it is %j', async (appSecret) => {
    const account: object = { businessAccountId: NORTH.id, accessToken: 'EAA', appSecret };
    const options: object = { accounts: [account] };
    await expect(ReceivingScene.start({ options })).rejects.toThrow(/accounts\[0\]\.appSecret/);
  });
});

describe('the verify token', () => {
  it('is asked for when the handshake comes and there is none', async () => {
    await using scene = await ReceivingScene.start({ options: { webhook: undefined } });
    const answer = await fetch(`${scene.url}/whatsapp/webhook?hub.mode=subscribe&hub.verify_token=undefined`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('webhook: { verifyToken');
  });

  it.each([[{}], [{ verifyToken: '' }], [{ verifyToken: 1 }]])('is refused at start when it is %j', async (webhook) => {
    const options: object = { webhook };
    await expect(ReceivingScene.start({ options })).rejects.toThrow(/webhook\.verifyToken/);
  });
});
