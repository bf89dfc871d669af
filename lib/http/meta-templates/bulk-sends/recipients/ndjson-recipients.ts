import type { BulkRecipient, UnreadableRecipient } from '../../../../bulk/bulk.inputs.js';
import { DEEPEST_JSON, isDeeperThan } from '../../../../graph/json-depth.js';
import { BlankLines, LARGEST_LINE_IN_WORDS } from './line-limits.js';
import { isRecipientDto, RECIPIENT_EXAMPLE, toBulkRecipient } from './recipient.dto.js';
import { type TextLine, textLines } from './text-lines.js';

/**
 * The recipients of an NDJSON body: a JSON object on each line, as `recipients` of a JSON body has them. Blank lines are
 * skipped, within bounds; one that cannot be read does not keep those after it from being read.
 */
export async function* ndjsonRecipients(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<BulkRecipient | UnreadableRecipient> {
  const blank = new BlankLines();
  for await (const line of textLines(chunks)) {
    const recipient = readLine(line);
    if (recipient) yield recipient;
    else blank.add(line.bytes?.byteLength ?? 0);
  }
}

function readLine({ number, bytes }: TextLine): BulkRecipient | UnreadableRecipient | undefined {
  if (!bytes) return { unreadable: `line ${number} is over ${LARGEST_LINE_IN_WORDS}.` };
  const text = decode(bytes);
  if (text === undefined) return { unreadable: `line ${number} is not in UTF-8.` };
  if (text.trim() === '') return undefined;
  const value = parse(text);
  if (value === undefined) return { unreadable: `line ${number} is not well-formed JSON.` };
  if (!isRecipientDto(value)) return { unreadable: `line ${number} must be an object such as ${RECIPIENT_EXAMPLE}.` };
  if (isDeeperThan(value, DEEPEST_JSON)) {
    return { unreadable: `line ${number} nests deeper than ${DEEPEST_JSON} levels.` };
  }
  return toBulkRecipient(value);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
