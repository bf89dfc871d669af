import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { messageOf } from '../foreign-errors.js';
import { CommandError, type Environment, type Terminal } from './terminal.js';

/** What the commands read from the environment and from `.env`; the names are those of the sample app. */
export interface CliSettings {
  readonly businessAccountId: string | undefined;
  readonly phoneNumberId: string | undefined;
  readonly accessToken: string | undefined;
  readonly appSecret: string | undefined;
  readonly verifyToken: string | undefined;
  readonly webhookUrl: string | undefined;
  readonly graphUrl: string | undefined;
  readonly graphVersion: string | undefined;
  /** `sqlite:<path>`, `postgres://…` or `mysql://…`. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly defaultCountry: string | undefined;
}

/** What flags say instead. No secret is among them: flags are kept in the history of the shell. */
export interface SettingFlags {
  readonly envFile?: string;
  readonly account?: string;
  readonly phoneNumber?: string;
  readonly webhookUrl?: string;
}

/** Flags come first, then the environment, then the file. */
export function readSettings({ environment, folder }: Terminal, flags: SettingFlags): CliSettings {
  const file = readEnvFile(folder, flags.envFile);
  const text = (name: string): string | undefined => (environment[name] ?? file[name])?.trim() || undefined;
  const databaseFile = text('DATABASE_FILE');
  return {
    businessAccountId: flags.account ?? text('WHATSAPP_BUSINESS_ACCOUNT_ID'),
    phoneNumberId: flags.phoneNumber ?? text('WHATSAPP_PHONE_NUMBER_ID'),
    accessToken: text('WHATSAPP_ACCESS_TOKEN'),
    appSecret: text('WHATSAPP_APP_SECRET'),
    verifyToken: text('WHATSAPP_VERIFY_TOKEN'),
    webhookUrl: flags.webhookUrl ?? text('WHATSAPP_WEBHOOK_URL'),
    graphUrl: text('WHATSAPP_GRAPH_URL'),
    graphVersion: text('WHATSAPP_GRAPH_VERSION'),
    databaseUrl: text('DATABASE_URL') ?? (databaseFile && `sqlite:${databaseFile}`),
    redisUrl: text('REDIS_URL'),
    defaultCountry: text('WHATSAPP_DEFAULT_COUNTRY'),
  };
}

/** @param name of a file that has to be there; else `.env`, if there is one */
function readEnvFile(folder: string, name: string | undefined): Environment {
  const path = resolve(folder, name ?? '.env');
  if (name === undefined && !existsSync(path)) return {};
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CommandError(`The file ${path} cannot be read: ${messageOf(error)}`);
  }
}

/** What must never be printed. */
export function secretsOf({ accessToken, appSecret, verifyToken, databaseUrl, redisUrl }: CliSettings): string[] {
  const passwords = [databaseUrl, redisUrl].map((url) => (url && URL.canParse(url) ? new URL(url).password : ''));
  const plain = passwords.map((password) => decoded(password));
  return [accessToken, appSecret, verifyToken, ...passwords, ...plain].filter((secret) => secret !== undefined);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where each setting that a command cannot do without comes from. */
const SOURCES = {
  businessAccountId: 'WHATSAPP_BUSINESS_ACCOUNT_ID, or --account',
  phoneNumberId: 'WHATSAPP_PHONE_NUMBER_ID, or --phone-number',
  accessToken: 'WHATSAPP_ACCESS_TOKEN',
  appSecret: 'WHATSAPP_APP_SECRET',
  verifyToken: 'WHATSAPP_VERIFY_TOKEN',
} as const satisfies Partial<Record<keyof CliSettings, string>>;

/** The value of a setting. @throws CommandError that says where to set it */
export function requireSetting(settings: CliSettings, name: keyof typeof SOURCES): string {
  const value = settings[name];
  if (value !== undefined) return value;
  throw new CommandError(`Not set: ${SOURCES[name]}. Set it in the environment or in the file .env of this folder.`);
}
