import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of buffers that may lie dead. */
const MOST_DEAD = 4 * 1024 * 1024;

type Collect = (options: { readonly type: 'minor' }) => unknown;

let collect: Collect | undefined;
let passed = 0;

/**
 * Tells that a piece of a file went through this process. V8 lets 32 MB of dead buffers lie before it collects them: a
 * hundred pieces of a file are then as much memory as the file. Collecting the youngest now and then takes a millisecond.
 */
export function passedThrough({ byteLength }: Uint8Array): void {
  passed += byteLength;
  if (passed < MOST_DEAD) return;
  passed = 0;
  collect ??= collector();
  collect({ type: 'minor' });
}

/** What `node --expose-gc` gives everybody. The flag is the whole process's: it is left as the host has it. */
function collector(): Collect {
  try {
    return ofNewContext() ?? whileExposed(ofNewContext) ?? (() => {});
  } catch {
    // Not every runtime has such a thing.
    return () => {};
  }
}

/** New contexts have it when `--expose-gc` is set, be it by the command line or by the host since. */
function ofNewContext(): Collect | undefined {
  const found: unknown = runInNewContext('globalThis.gc');
  return typeof found === 'function' ? (options) => Reflect.apply(found, undefined, [options]) : undefined;
}

function whileExposed<Result>(look: () => Result): Result {
  setFlagsFromString('--expose-gc');
  try {
    return look();
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}
