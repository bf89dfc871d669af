import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../foreign-errors.js';
import { GraphApiServer } from '../testing/graph-api-server.js';
import { CommandError, type Terminal } from './terminal.js';

/** Flags of `demo`. */
export interface DemoFlags {
  readonly port: string;
  readonly webhookUrl?: string;
}

/** The same at each start, so that a `.env` with them goes on to work. They are of use nowhere else. */
const DEMO = {
  accountId: '100000000000001',
  phoneNumberId: '100000000000002',
  accessToken: 'EAA-demo-token-of-the-stand-in',
  appSecret: '0123456789abcdef0123456789abcdef',
  verifyToken: 'demo-verify-token',
};

/** How often new messages are looked for. */
const LOOK_MS = 200;

/** Runs a stand-in for Meta with a sample account, until it is asked to end. */
export async function demo({ port, webhookUrl }: DemoFlags, terminal: Terminal): Promise<number> {
  const meta = await start(readPort(port), webhookUrl);
  try {
    terminal.print(introduction(meta, webhookUrl));
    await reportMessages(meta, terminal);
    return 0;
  } finally {
    await meta.close();
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isSafeInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CommandError('--port must be a number from 0 to 65535.');
}

async function start(port: number, webhookUrl: string | undefined): Promise<GraphApiServer> {
  const { accessToken, appSecret } = DEMO;
  try {
    const webhooks = webhookUrl === undefined ? undefined : { url: webhookUrl };
    const meta = await GraphApiServer.start({ port, accessToken, appSecret, webhooks });
    const account = meta.addAccount({ id: DEMO.accountId, phoneNumbers: [{ id: DEMO.phoneNumberId }] });
    account.addSampleTemplates();
    account.isSubscribed = true;
    return meta;
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    throw new CommandError(`Port ${port} is in use: choose another one with --port.`, 1);
  }
}

function introduction(meta: GraphApiServer, webhookUrl: string | undefined): string {
  return [
    '# A stand-in for Meta is running: nothing leaves this machine. In the .env of your app:',
    `WHATSAPP_GRAPH_URL=${meta.url}`,
    `WHATSAPP_BUSINESS_ACCOUNT_ID=${DEMO.accountId}`,
    `WHATSAPP_PHONE_NUMBER_ID=${DEMO.phoneNumberId}`,
    `WHATSAPP_ACCESS_TOKEN=${DEMO.accessToken}`,
    `WHATSAPP_APP_SECRET=${DEMO.appSecret}`,
    `WHATSAPP_VERIFY_TOKEN=${DEMO.verifyToken}`,
    '',
    webhookUrl === undefined
      ? '# Statuses are posted with --webhook-url http://localhost:3000/whatsapp/webhook.'
      : `# Statuses are posted to ${webhookUrl}.`,
    '# In another terminal: npx nestjs-whatsapp send +5491112345678. Ctrl+C ends it.',
  ].join('\n');
}

/** Prints each message that is sent to it, until the end. */
async function reportMessages(meta: GraphApiServer, { print, ending }: Terminal): Promise<void> {
  for (let printed = 0; !ending.aborted;) {
    for (const { receivedAt, body, to, id } of meta.messages.slice(printed)) {
      print(`${receivedAt.toISOString()}  ${String(body['type'])} to ${to}: ${id}`);
      printed += 1;
    }
    // Ctrl+C ends it.
    await delay(LOOK_MS, undefined, { signal: ending }).catch(() => undefined);
  }
}
