import { readFile } from 'node:fs/promises';

export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account to run a database server under: PostgreSQL refuses root. Undefined when we are not root, and the server
 * may simply run as us.
 */
export async function serverAccount(preferred: string): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8');
  const accounts = passwd.split('\n').map((line) => line.split(':'));
  const found = [preferred, 'nobody'].map((name) => accounts.find(([account]) => account === name)).find(Boolean);
  if (found === undefined)
    throw new Error(`No account to run a database server under: neither ${preferred} nor nobody.`);
  return { uid: Number(found[2]), gid: Number(found[3]) };
}
