import { isPhoneCountryCode, type WhatsAppModuleOptions } from 'nestjs-whatsapp';

/** What the sample app reads from its environment. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  /** Undefined: bulk sends need no Redis, and each number sends from one process. */
  readonly redisUrl: string | undefined;
  /** Whether this process sends bulk messages, or only serves requests. */
  readonly workers: boolean;
  /** Country code, such as `AR`; its national numbers are accepted, too. */
  readonly defaultCountry: WhatsAppModuleOptions['defaultCountry'];
  readonly messagesPerSecond: number | undefined;
  readonly graphUrl: string | undefined;
  readonly graphVersion: string | undefined;
  readonly account: AccountSettings | undefined;
  /** The verify token that Meta's App Dashboard got when the webhook was set up. */
  readonly verifyToken: string | undefined;
  readonly workspace: string;
  readonly apiKey: string | undefined;
  readonly encryptionKey: string | undefined;
  readonly unconfirmedAfterSeconds: number;
}

export interface AccountSettings {
  readonly businessAccountId: string;
  readonly phoneNumberId: string | undefined;
  readonly accessToken: string;
  readonly appSecret: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error that names every variable that is wrong */
export function readSettings(environment: Environment): Settings {
  const problems: string[] = [];
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const wholeNumber = (name: string, fallback: number): number => {
    const value = Number(text(name) ?? fallback);
    if (!Number.isSafeInteger(value) || value < 0)
      problems.push(`${name} must be a whole number, such as ${fallback}.`);
    return value;
  };
  const flag = (name: string, fallback: boolean): boolean => {
    const value = text(name) ?? String(fallback);
    if (value !== 'true' && value !== 'false') problems.push(`${name} must be true or false.`);
    return value === 'true';
  };
  const messagesPerSecond =
    text('WHATSAPP_MESSAGES_PER_SECOND') === undefined ? undefined : wholeNumber('WHATSAPP_MESSAGES_PER_SECOND', 80);
  if (messagesPerSecond === 0) problems.push('WHATSAPP_MESSAGES_PER_SECOND must be above 0.');
  const settings: Settings = {
    port: wholeNumber('PORT', 3000),
    host: text('HOST') ?? '127.0.0.1',
    databaseUrl: text('DATABASE_URL') ?? 'sqlite:data/whatsapp.sqlite',
    redisUrl: text('REDIS_URL'),
    workers: flag('WORKERS', true),
    defaultCountry: readCountry(text('WHATSAPP_DEFAULT_COUNTRY'), problems),
    messagesPerSecond,
    graphUrl: text('WHATSAPP_GRAPH_URL'),
    graphVersion: text('WHATSAPP_GRAPH_VERSION'),
    account: readAccount(text, problems),
    verifyToken: text('WHATSAPP_VERIFY_TOKEN'),
    workspace: text('WHATSAPP_WORKSPACE') ?? 'default',
    apiKey: text('WHATSAPP_API_KEY'),
    encryptionKey: text('WHATSAPP_ENCRYPTION_KEY'),
    unconfirmedAfterSeconds: wholeNumber('WHATSAPP_UNCONFIRMED_AFTER_SECONDS', 600),
  };
  if (problems.length > 0) throw new Error(`The environment is not right:\n  ${problems.join('\n  ')}`);
  return settings;
}

function readCountry(country: string | undefined, problems: string[]): Settings['defaultCountry'] {
  if (country === undefined || isPhoneCountryCode(country)) return country;
  problems.push('WHATSAPP_DEFAULT_COUNTRY must be a country of two capital letters, such as AR.');
  return undefined;
}

function readAccount(text: (name: string) => string | undefined, problems: string[]): AccountSettings | undefined {
  const businessAccountId = text('WHATSAPP_BUSINESS_ACCOUNT_ID');
  const accessToken = text('WHATSAPP_ACCESS_TOKEN');
  if (businessAccountId === undefined && accessToken === undefined) return undefined;
  if (businessAccountId === undefined || accessToken === undefined) {
    const missing = accessToken === undefined ? 'WHATSAPP_ACCESS_TOKEN' : 'WHATSAPP_BUSINESS_ACCOUNT_ID';
    problems.push(`${missing} is missing: an account needs its id and its access token.`);
    return undefined;
  }
  const [phoneNumberId, appSecret] = [text('WHATSAPP_PHONE_NUMBER_ID'), text('WHATSAPP_APP_SECRET')];
  return { businessAccountId, accessToken, phoneNumberId, appSecret };
}
