import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { causeOf, messageOf } from '../../foreign-errors.js';
import { MetaAccess } from '../meta-access.js';
import { readSettings, requireSetting, secretsOf, type SettingFlags } from '../settings.js';
import { CommandError, type Terminal, withoutSecrets } from '../terminal.js';
import { verifyWebhook } from './handshake.js';
import { signatureOf, statusWebhook, textWebhook } from './sample-webhooks.js';

const TIMEOUT_MS = 30_000;

/** Flags of `webhook send`. */
export interface WebhookSendFlags extends SettingFlags {
  readonly from: string;
  readonly text: string;
  readonly status?: string;
  readonly wamid?: string;
}

/** Makes Meta's handshake with an app. */
export async function verify(url: string, flags: SettingFlags, terminal: Terminal): Promise<number> {
  const settings = readSettings(terminal, flags);
  const { print, printError } = withoutSecrets(terminal, secretsOf(settings));
  const handshake = await verifyWebhook(url, requireSetting(settings, 'verifyToken'));
  if (handshake.isVerified) print(`${url} takes the verify token.`);
  else printError(`${url} ${handshake.problem}`);
  return handshake.isVerified ? 0 : 1;
}

/** Posts a sample to an app, signed as Meta signs. */
export async function sendWebhook(url: string, flags: WebhookSendFlags, terminal: Terminal): Promise<number> {
  const settings = readSettings(terminal, flags);
  const { print } = withoutSecrets(terminal, secretsOf(settings));
  const subject = {
    businessAccountId: requireSetting(settings, 'businessAccountId'),
    phoneNumberId: requireSetting(settings, 'phoneNumberId'),
    customer: flags.from.replaceAll(/\D/g, ''),
    now: Date.now(),
  };
  if (flags.status !== undefined && flags.wamid === undefined) {
    throw new CommandError('--status needs the id of a message: --wamid.');
  }
  const isStatus = flags.status !== undefined && flags.wamid !== undefined;
  const sample = isStatus ? statusWebhook(subject, flags.wamid, flags.status) : textWebhook(subject, flags.text);
  const body = JSON.stringify(sample);
  const signature = signatureOf(body, requireSetting(settings, 'appSecret'));
  if (!URL.canParse(url)) throw new CommandError(`${url} is no URL.`);
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new CommandError(`${url} does not answer: ${causeOf(error)}.`, 1);
  }
  print(
    `${isStatus ? `Status ${flags.status}` : 'A text'} was posted: HTTP ${answer.status} ${(await answer.text()).trim()}`,
  );
  if (answer.status === 401) print('The app has another app secret than WHATSAPP_APP_SECRET.');
  return answer.ok ? 0 : 1;
}

/** Prints the signature of a body: of a file, or of what is piped in. */
export async function sign(file: string | undefined, flags: SettingFlags, terminal: Terminal): Promise<number> {
  const settings = readSettings(terminal, flags);
  const appSecret = requireSetting(settings, 'appSecret');
  const body = file === undefined ? await terminal.readInput() : await bodyOf(resolve(terminal.folder, file));
  terminal.print(`X-Hub-Signature-256: ${signatureOf(body, appSecret)}`);
  return 0;
}

async function bodyOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new CommandError(`The file cannot be read: ${messageOf(error)}`);
  }
}

interface SubscribedApps {
  readonly data?: readonly { readonly whatsapp_business_api_data?: { readonly name?: string } }[];
}

/** Subscribes the token's app to the webhooks of the account. The only command that changes something at Meta. */
export async function subscribe(flags: SettingFlags & { readonly yes?: boolean }, terminal: Terminal): Promise<number> {
  const settings = readSettings(terminal, flags);
  const { print } = withoutSecrets(terminal, secretsOf(settings));
  const account = requireSetting(settings, 'businessAccountId');
  const meta = new MetaAccess(settings);
  try {
    const { data = [] } = await meta.get<SubscribedApps>([account, 'subscribed_apps']);
    const names = data.map((app) => app.whatsapp_business_api_data?.name ?? 'an app without a name');
    if (names.length > 0) print(`Subscribed to account ${account} now: ${names.join(', ')}.`);
    const question = `Subscribe the app of the access token to account ${account}? An override of its address is removed.`;
    if (!flags.yes && !(await terminal.confirm(question))) {
      throw new CommandError('Nothing was changed. Without a question: --yes.', 1);
    }
    await meta.post([account, 'subscribed_apps']);
    print(`The app is subscribed to account ${account}.`);
    return 0;
  } finally {
    await meta.close();
  }
}
