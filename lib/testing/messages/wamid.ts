import { randomBytes } from 'node:crypto';

/** A new message id of the kind Meta gives: `wamid.` and a base64 text that holds the recipient. */
export function newWamid(recipient: string): string {
  const name = Buffer.from(recipient.slice(0, 64));
  const head = Buffer.from([0x1c, 0x18, name.length]);
  const middle = Buffer.from([0x15, 0x02, 0x00, 0x11, 0x18, 0x12]);
  const serial = Buffer.from(randomBytes(9).toString('hex').toUpperCase());
  return `wamid.${Buffer.concat([head, name, middle, serial, Buffer.from([0])]).toString('base64')}`;
}

/** Whether a text could be a message id. */
export function isWamid(text: string): boolean {
  return /^wamid\.[A-Za-z0-9+/=_-]{8,}$/.test(text);
}
