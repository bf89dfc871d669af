/** Waits for a time of `performance.now()`. @throws the signal's reason */
export async function waitUntil(time: number, signal?: AbortSignal): Promise<void> {
  // A timer may fire a little early.
  for (let left = time - performance.now(); left > 0; left = time - performance.now()) {
    signal?.throwIfAborted();
    await pause(left, signal);
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, Math.ceil(ms));
    signal?.addEventListener('abort', abort, { once: true });
  });
}
