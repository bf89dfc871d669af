/** As many recipients as one statement asks for. */
const BATCH = 500;

/** Recipients in parts that one statement each can ask for. */
export function* batchesOf(recipients: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < recipients.length; from += BATCH) yield recipients.slice(from, from + BATCH);
}
