import { randomBytes } from 'node:crypto';

/** A name that no other test, worker or run has. */
export function databaseName(): string {
  return `whatsapp_test_${randomBytes(8).toString('hex')}`;
}

/** The URL of the database `name` on the server that `url` names. */
export function urlOfDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
