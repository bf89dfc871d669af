import type { Database } from './generated-files.js';

/** A variable of .env, with the comment above it. */
export interface EnvVariable {
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

/** What the module reads from the environment. */
export function whatsAppVariables(verifyToken: string): EnvVariable[] {
  return [
    {
      name: 'WHATSAPP_BUSINESS_ACCOUNT_ID',
      value: '',
      comment: 'developers.facebook.com, your app, WhatsApp, API Setup: "WhatsApp Business Account ID"',
    },
    {
      name: 'WHATSAPP_ACCESS_TOKEN',
      value: '',
      comment: 'Same page: the temporary token to begin with; on servers the token of a system user',
    },
    {
      name: 'WHATSAPP_PHONE_NUMBER_ID',
      value: '',
      comment: 'Same page: "Phone number ID". Empty: all numbers of the account, the first one sends',
    },
    {
      name: 'WHATSAPP_APP_SECRET',
      value: '',
      comment: 'App settings, Basic: "App secret". Needed for webhooks, which it signs',
    },
    {
      name: 'WHATSAPP_VERIFY_TOKEN',
      value: verifyToken,
      comment: 'Made up. Enter it at Meta with the address of the webhook, https://your.host/whatsapp/webhook',
    },
  ];
}

/** Of the data source that is made for a database. */
export const databaseVariables: Readonly<Record<Database, EnvVariable>> = {
  'better-sqlite3': { name: 'DATABASE_FILE', value: 'app.sqlite', comment: 'SQLite file of the app' },
  postgres: {
    name: 'DATABASE_URL',
    value: 'postgres://postgres:postgres@localhost:5432/postgres',
    comment: 'Postgres of the app',
  },
  mysql: {
    name: 'DATABASE_URL',
    value: 'mysql://root:root@localhost:3306/app',
    comment: 'MySQL or MariaDB of the app',
  },
};

/** A file with the variables that it lacks at its end; what it has stays as it is. */
export function extendEnvFile(present: string, variables: readonly EnvVariable[]): string {
  const missing = variables.filter(
    ({ name }) => !new RegExp(`^[ \\t]*(export[ \\t]+)?${name}[ \\t]*=`, 'm').test(present),
  );
  if (missing.length === 0) return present;
  const written = missing.map(({ name, value, comment }) => `# ${comment}\n${name}=${value}\n`).join('');
  const heading = '# nestjs-whatsapp; more in node_modules/nestjs-whatsapp/docs/start-at-meta.md\n';
  const separator = present === '' ? '' : present.endsWith('\n') ? '\n' : '\n\n';
  return `${present}${separator}${heading}${written}`;
}

/** .gitignore without which secrets and data would be committed. */
export function extendGitignore(present: string, database: Database | undefined): string {
  const patterns = present.split(/\r?\n/).map((line) => line.trim());
  const wanted = [
    ...(patterns.some((pattern) => /^\/?\.env(\*|$)/.test(pattern)) ? [] : ['.env']),
    ...(database === 'better-sqlite3' && !patterns.includes('app.sqlite*') ? ['app.sqlite*'] : []),
  ];
  if (wanted.length === 0) return present;
  return `${present}${present === '' || present.endsWith('\n') ? '' : '\n'}${wanted.join('\n')}\n`;
}
