import { useEffect, useRef } from 'preact/hooks';

/** Something that happened in the workspace. */
export type LiveEvent =
  | {
      readonly kind: 'message';
      /** Messages that went a step further. */
      readonly messages: readonly {
        readonly id: number;
        readonly status: string;
        readonly phone_number_id: string;
        readonly conversation_id: number | null;
        readonly bulk_send_id: string | null;
      }[];
      /** How many more did: with many at once not all are named. */
      readonly omitted: number;
    }
  | {
      readonly kind: 'inbound';
      readonly messages: readonly {
        readonly id: number;
        readonly phone_number_id: string;
        readonly conversation_id: number | null;
      }[];
      readonly omitted: number;
    }
  | {
      readonly kind: 'conversation';
      readonly conversations: readonly { readonly id: number }[];
      readonly omitted: number;
    }
  | { readonly kind: 'bulk_send'; readonly bulk_send_id: string; readonly change: string }
  | { readonly kind: 'pause' }
  | { readonly kind: 'template' }
  | { readonly kind: 'webhook' }
  /** Events were missed: everything may have changed. */
  | { readonly kind: 'reset' };

export type LiveKind = Exclude<LiveEvent['kind'], 'reset'>;

interface Listener {
  readonly kinds: readonly LiveKind[];
  readonly onEvents: (events: readonly LiveEvent[]) => void;
}

const listeners = new Set<Listener>();

/** Milliseconds between two looks at everything while no events come. */
const FALLBACK = 4_000;

let timer: number | undefined;

/** Says that everything may have changed, every few seconds, for as long as someone listens. */
function startFallback(): void {
  timer ??= window.setInterval(() => {
    if (!document.hidden) deliver([{ kind: 'reset' }]);
  }, FALLBACK);
}

function deliver(events: readonly LiveEvent[]): void {
  for (const { kinds, onEvents } of listeners) {
    const own = events.filter(({ kind }) => kind === 'reset' || kinds.includes(kind));
    if (own.length > 0) onEvents(own);
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
    startFallback();
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      window.clearInterval(timer);
      timer = undefined;
    };
  }, [key]);
}
