import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ReceivedItem } from './webhook-item.js';

/** Bytes that a text column has on every database. */
const LONGEST = 65_000;

const DEFLATED = 'deflate-raw:';

/** The text that an item is kept as: its JSON, compressed when it is too long; nothing but its beginning when even that is. */
export function toStored(item: ReceivedItem): string {
  const json = JSON.stringify(item);
  if (Buffer.byteLength(json) <= LONGEST) return json;
  const deflated = DEFLATED + deflateRawSync(json).toString('base64');
  return deflated.length <= LONGEST ? deflated : json.slice(0, LONGEST / 4);
}

/** The item that a text was kept as; undefined when it was too long to be kept whole. */
export function fromStored(stored: string): ReceivedItem | undefined {
  try {
    const item: ReceivedItem = JSON.parse(
      stored.startsWith(DEFLATED)
        ? inflateRawSync(Buffer.from(stored.slice(DEFLATED.length), 'base64')).toString()
        : stored,
    );
    return item;
  } catch {
    return undefined;
  }
}
