import { MessageEntity, WebhooksService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CapturedLog } from '../module/captured-log.js';
import { describeNotRun } from '../support/services/not-run.js';
import { canRestart, type RestartableServer, restartablePostgres } from '../support/services/restartable-server.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { bodyOf, sign } from './receiving-scene.js';

const WEBHOOKS = 60;
const EACH = 5;

const messageOf = (id: string) => ({
  from: '5491122223333',
  id,
  timestamp: '1790000000',
  type: 'text',
  text: { body: id },
});
(canRestart.postgres ? describe : describeNotRun('postgres'))('webhooks while Postgres is away', () => {
  let server: RestartableServer;
  let meta: GraphApiServer;

  beforeAll(async () => {
    [server, meta] = await Promise.all([restartablePostgres(), GraphApiServer.start({ sample: true })]);
  });
  afterAll(() => Promise.all([server.stop(), meta.close()]));

  it.each(['SIGINT', 'SIGQUIT'] as const)('are refused, and lost in none of Meta’s tries, by %s', async (signal) => {
    const { accounts = [], ...options } = optionsFor(meta);
    const log = new CapturedLog();
    await using app = await TestApp.start({
      meta,
      database: { type: 'postgres', url: server.url },
      options: {
        ...options,
        accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
        surfaces: { webhook: true },
        logger: log,
      },
    });
    const answers: number[] = [];
    const post = async (body: string): Promise<void> => {
      const headers = { 'x-hub-signature-256': sign(body, meta.appSecret) };
      const { status } = await fetch(`${app.url}/whatsapp/webhook`, { method: 'POST', headers, body });
      answers.push(status);
      if (status !== 200) await post(body);
    };
    const isRefused = () => answers.some((status) => status !== 200);

    const bodies = Array.from({ length: WEBHOOKS }, (_, webhook) =>
      bodyOf({
        id: meta.account.id,
        changes: [
          {
            field: 'messages',
            value: {
              metadata: { phone_number_id: meta.phoneNumber.id },
              messages: Array.from({ length: EACH }, (__, index) => messageOf(`wamid.${signal}.${webhook}.${index}`)),
            },
          },
        ],
      }),
    );
    const [first = '', ...others] = bodies;
    const restarted = server.restart(signal);
    // The others wait, so that some of them meet the outage.
    await expect.poll(() => post(first).then(isRefused), { timeout: 30_000 }).toBe(true);
    await Promise.all(others.map(post));
    await restarted;

    expect(new Set(answers)).toEqual(new Set([200, 500]));
    const rows = await app.get(DataSource).getRepository(MessageEntity).findBy({ direction: 'inbound' });
    const ids = rows.map(({ wamid }) => wamid ?? '').filter((wamid) => wamid.includes(signal));
    expect(ids).toHaveLength(WEBHOOKS * EACH);
    expect(new Set(ids).size).toBe(ids.length);
    expect((await app.get(WebhooksService).failedItems()).total).toBe(0);
    await expect
      .poll(() => log.text, { timeout: 30_000 })
      .toMatch(/can be used again after \d+ s; \d+ operations failed/);
    expect(log.text.match(/cannot be used at the moment/g)).toHaveLength(1);
    expect(log.text).not.toMatch(/\n\s+at /);
  });
});
