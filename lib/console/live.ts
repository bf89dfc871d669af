import { useEffect, useRef, useState } from 'preact/hooks';
import type { Console } from '../http/types.js';
import type { Json } from './json.js';
import { ApiError, open } from './request.js';

/** Something that happened in the workspace. `reset`: events were missed, so that everything may have changed. */
export type LiveEvent = Json<Console.LiveEvent> | { readonly kind: 'reset' };

export type LiveKind = Exclude<LiveEvent['kind'], 'reset'>;

/** Whether what one sees is of this moment. `off`: this person gets no stream, and pages ask now and then. */
export interface LiveState {
  readonly is: 'connecting' | 'live' | 'late' | 'off';
  /** When the last event came, in ms; 0 before the first. */
  readonly at: number;
}

interface Listener {
  readonly kinds: readonly LiveKind[];
  readonly onEvents: (events: readonly LiveEvent[]) => void;
}

/** Milliseconds between two looks at everything while no events can come. */
const FALLBACK = 4_000;

/** Milliseconds before the first and the longest time between two tries to connect. */
const FIRST_RETRY = 500;
const LONGEST_RETRY = 15_000;

/** Milliseconds without a sign of life, of which the server gives one every 15 seconds. */
const SILENCE = 40_000;

/** Milliseconds for which a tab that no one sees stays connected. */
const HIDDEN = 60_000;

const listeners = new Set<Listener>();
const changes = new EventTarget();
let state: LiveState = { is: 'connecting', at: 0 };

function become(next: Partial<LiveState>): void {
  state = { ...state, ...next };
  changes.dispatchEvent(new Event('change'));
}

function deliver(events: readonly LiveEvent[]): void {
  for (const { kinds, onEvents } of listeners) {
    const own = events.filter(({ kind }) => kind === 'reset' || kinds.includes(kind));
    if (own.length > 0) onEvents(own);
  }
}

/**
 * Follows what happens, by one connection of this tab, until it is stopped. Browsers have six for all tabs of a server: it is
 * closed a minute after the tab was hidden, or once another tab of the console is seen, and opened again when this one is seen.
 * When it breaks it is made again, ever less often.
 */
export function follow(): () => void {
  const tabs = new BroadcastChannel('whatsapp-console');
  let lastId: string | undefined;
  let connection: AbortController | undefined;
  let hiding: number | undefined;

  const connect = async (signal: AbortSignal) => {
    for (let wait = FIRST_RETRY; !signal.aborted; wait = Math.min(wait * 2, LONGEST_RETRY)) {
      const attempt = new AbortController();
      const silence = watchdog(attempt);
      const end = () => attempt.abort();
      signal.addEventListener('abort', end);
      try {
        const asked = { signal: attempt.signal, ...(lastId !== undefined && { headers: { 'Last-Event-ID': lastId } }) };
        const response = await open('GET', 'stream', asked);
        become({ is: 'live' });
        wait = FIRST_RETRY;
        for await (const { id, event } of eventsOf(response, silence.reset)) {
          lastId = id;
          become({ at: Date.now() });
          deliver([event]);
        }
      } catch (error) {
        // Whoever may not have it now will not in a minute either.
        if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return become({ is: 'off' });
      } finally {
        silence.stop();
        signal.removeEventListener('abort', end);
      }
      if (signal.aborted) return;
      become({ is: 'late' });
      // Not all tabs at the same moment.
      await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
    }
  };
  const start = () => {
    if (connection || document.hidden) return;
    connection = new AbortController();
    void connect(connection.signal);
  };
  const stop = () => {
    connection?.abort();
    connection = undefined;
  };
  const onVisibility = () => {
    window.clearTimeout(hiding);
    if (document.hidden) hiding = window.setTimeout(stop, HIDDEN);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origins
    else tabs.postMessage('seen');
    start();
  };
  tabs.addEventListener('message', () => {
    if (document.hidden) stop();
  });
  const ending = new AbortController();
  const { signal } = ending;
  document.addEventListener('visibilitychange', onVisibility, { signal });
  // Browsers keep pages that were left, with their connections, for when one goes back.
  window.addEventListener('pagehide', stop, { signal });
  window.addEventListener('pageshow', start, { signal });
  const fallback = window.setInterval(() => {
    if (state.is !== 'live' && !document.hidden) deliver([{ kind: 'reset' }]);
  }, FALLBACK);
  become({ is: 'connecting', at: 0 });
  onVisibility();
  return () => {
    ending.abort();
    tabs.close();
    window.clearTimeout(hiding);
    window.clearInterval(fallback);
    stop();
  };
}

/** Breaks a connection of which nothing is heard. */
function watchdog(attempt: AbortController) {
  let timer = 0;
  const stop = () => window.clearTimeout(timer);
  const reset = () => {
    stop();
    timer = window.setTimeout(() => attempt.abort(), SILENCE);
  };
  reset();
  return { reset, stop };
}

/** Reads server-sent events: `EventSource` would not say why it was refused. */
async function* eventsOf(
  { body }: Response,
  onSign: () => void,
): AsyncGenerator<{ readonly id: string; readonly event: LiveEvent }, void, undefined> {
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    onSign();
    const blocks = (rest + part.value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.split(':', 1)[0] ?? '', line]));
      const data = fields.get('data')?.slice('data: '.length);
      if (data === undefined) continue;
      const event: LiveEvent = JSON.parse(data);
      yield { id: fields.get('id')?.slice('id: '.length) ?? '', event };
    }
  }
}

/** Calls with what happens in the workspace, of some kinds; with `reset` when events were missed, or none can come. */
export function useLive(kinds: readonly LiveKind[], onEvents: (events: readonly LiveEvent[]) => void): void {
  const latest = useRef(onEvents);
  latest.current = onEvents;
  const key = kinds.join();
  useEffect(() => {
    if (kinds.length === 0) return undefined;
    const listener: Listener = { kinds, onEvents: (events) => latest.current(events) };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [key]);
}

/** Whether this tab hears what happens. */
export function useLiveState(): LiveState {
  const [shown, show] = useState(state);
  useEffect(() => {
    const update = () => show(state);
    update();
    changes.addEventListener('change', update);
    return () => changes.removeEventListener('change', update);
  }, []);
  return shown;
}
