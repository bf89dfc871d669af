import { fork } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphApiServer } from 'nestjs-whatsapp/testing';

const EXAMPLES = join(__dirname, 'examples');

/** Starts an example by its name, against a stand-in for Meta unless the environment has an account. */
async function main(name: string | undefined): Promise<void> {
  const names = readdirSync(EXAMPLES).filter((entry) => existsSync(join(EXAMPLES, entry, 'main.js')));
  if (name === undefined || !names.includes(name)) {
    throw new Error(`Name an example: npm run example -- ${names.join(' | ')}`);
  }
  const meta = process.env.WHATSAPP_ACCESS_TOKEN === undefined ? await startMeta(name) : undefined;
  const { started }: { started: Promise<unknown> } = await import(join(EXAMPLES, name, 'main.js'));
  await started;
  const worker = join(EXAMPLES, name, 'worker.js');
  if (existsSync(worker)) {
    const child = fork(worker);
    process.once('SIGTERM', () => child.kill());
  }
  if (!meta || name !== 'webhook-bot') return;
  setInterval(() => meta.phoneNumber.receive({ type: 'text', from: '+5491112345678' }), 1_000);
}

async function startMeta(example: string): Promise<GraphApiServer> {
  const { PORT = '3000' } = process.env;
  // Not in memory: web process and workers share it. What is left of the run before has ids of another stand-in.
  const folder = join(tmpdir(), 'nestjs-whatsapp-examples', example);
  rmSync(folder, { recursive: true, force: true });
  const meta = await GraphApiServer.start({
    sample: true,
    webhooks: { url: `http://127.0.0.1:${PORT}/whatsapp/webhook` },
  });
  Object.assign(process.env, {
    DATABASE_URL: process.env.DATABASE_URL ?? `sqlite:${join(folder, 'example.sqlite')}`,
    WHATSAPP_GRAPH_URL: meta.url,
    WHATSAPP_BUSINESS_ACCOUNT_ID: meta.account.id,
    WHATSAPP_PHONE_NUMBER_ID: meta.phoneNumber.id,
    WHATSAPP_ACCESS_TOKEN: meta.accessToken,
    WHATSAPP_APP_SECRET: meta.appSecret,
  });
  console.log(
    `A stand-in for Meta listens on ${meta.url}: account ${meta.account.id}, phone number ${meta.phoneNumber.id}, ` +
      `access token ${meta.accessToken}.`,
  );
  return meta;
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
