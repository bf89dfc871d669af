import { randomBytes } from 'node:crypto';

/** Of this process alone. Random bytes for each message would take longer than all else that is done for it. */
const ORIGIN = randomBytes(5).toString('hex').toUpperCase();

let lastSerial = 0;

/** A new message id of the kind Meta gives: `wamid.` and a base64 text that holds the recipient. */
export function newWamid(recipient: string): string {
  lastSerial += 1;
  const serial = lastSerial.toString(16).toUpperCase().padStart(8, '0');
  const name = recipient.slice(0, 64);
  const length = String.fromCharCode(name.length);
  const content = `\x1c\x18${length}${name}\x15\x02\x00\x11\x18\x12${ORIGIN}${serial}\x00`;
  return `wamid.${Buffer.from(content, 'latin1').toString('base64')}`;
}

/** Whether a text could be a message id. */
export function isWamid(text: string): boolean {
  return /^wamid\.[A-Za-z0-9+/=_-]{8,}$/.test(text);
}
