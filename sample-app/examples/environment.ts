import type { WhatsAppAccountOptions, WhatsAppModuleOptions } from 'nestjs-whatsapp';
import { databaseOptions } from '../database.js';

/** SQLite in a file by default; `DATABASE_URL=postgres://…` or `mysql://…` for more than one process. */
export const database = () => databaseOptions(process.env.DATABASE_URL ?? 'sqlite:data/example.sqlite');

/** Meta's own address when undefined; a stand-in when the example is started without an account. */
export const graph = (): WhatsAppModuleOptions['graph'] => ({ baseUrl: process.env.WHATSAPP_GRAPH_URL });

/** The account of `WHATSAPP_BUSINESS_ACCOUNT_ID`; where an id or the token is missing, the module says so at the start. */
export const account = (): WhatsAppAccountOptions => ({
  businessAccountId: process.env.WHATSAPP_BUSINESS_ACCOUNT_ID ?? '',
  accessToken: process.env.WHATSAPP_ACCESS_TOKEN ?? '',
  phoneNumberIds: process.env.WHATSAPP_PHONE_NUMBER_ID ? [process.env.WHATSAPP_PHONE_NUMBER_ID] : undefined,
  appSecret: process.env.WHATSAPP_APP_SECRET,
});

/** The text that you gave the App Dashboard of Meta with the address of the webhook. */
export const verifyToken = (): string => process.env.WHATSAPP_VERIFY_TOKEN ?? 'example-verify-token';
