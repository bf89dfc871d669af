/** Longer than any app takes to close what it has open. */
const CLOSING_MS = 15_000;

/** What a process can be asked for. */
export type Api = Record<string, (...given: never[]) => unknown>;

/** A call as it travels to the process; the first is to `start`. */
export interface Call {
  readonly call: number;
  readonly method: string;
  readonly given: never[];
}

/** What comes back. */
export interface Reply {
  readonly call: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Makes this process answer the calls of the one that forked it, which ends it by disconnecting. */
export function serve(start: (...given: never[]) => Promise<Api>): void {
  let api: Api = {};
  const answer = async ({ method, given }: Call): Promise<unknown> => {
    if (method === 'processorTime') return processorTime();
    if (method !== 'start') return api[method]?.(...given);
    api = await start(...given);
    return undefined;
  };
  process.on('message', (call: Call) => {
    answer(call).then(
      (result) => reply({ call: call.call, result }),
      (error: unknown) => reply({ call: call.call, error: error instanceof Error ? error.message : String(error) }),
    );
  });
  process.once('disconnect', () => {
    // What it would wait for may have ended with whoever forked it.
    setTimeout(() => process.exit(), CLOSING_MS).unref();
    void Promise.resolve(api['close']?.()).finally(() => process.exit());
  });
}

/** Milliseconds of processor time that this process has had. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function reply(message: Reply): void {
  if (process.connected) process.send?.(message);
}
