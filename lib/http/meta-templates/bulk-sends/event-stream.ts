import { setTimeout as delay } from 'node:timers/promises';

/**
 * Server-sent events, one for each value until there are no more, with a comment whenever none came for `heartbeat` ms:
 * proxies close connections on which nothing happens.
 */
export async function* eventStream(values: AsyncIterable<object>, heartbeat: number): AsyncGenerator<string> {
  const iterator = values[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const result = await within(heartbeat, next);
      if (result === undefined) {
        yield ': still here\n\n';
      } else if (result.done) {
        return;
      } else {
        yield `data: ${JSON.stringify(result.value)}\n\n`;
        next = iterator.next();
      }
    }
  } finally {
    await iterator.return?.();
  }
}

/** What the promise brings, or undefined when it takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const timeout = delay(ms, undefined, { signal: timer.signal, ref: false }).catch(() => undefined);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    timer.abort();
  }
}
