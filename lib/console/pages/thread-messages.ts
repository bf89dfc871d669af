import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, call, type Thread, type ThreadMessage, useQuery } from '../api.js';
import { t } from '../i18n.js';
import { follow, isAbout } from './conversation.js';

interface Older {
  readonly messages: readonly ThreadMessage[];
  /** Where the page after them begins; null when there is none. */
  readonly before: string | null;
}

/** A conversation's messages, newest first: the newest page, kept up to date, and what was loaded of those before. */
export function useThreadMessages(id: number) {
  const path = `conversations/${id}/messages`;
  const newest = useQuery<Thread>(path, follow(isAbout(String(id))));
  const [older, setOlder] = useState<Older>();
  const [failure, setFailure] = useState<ApiError>();
  const [isLoading, setLoading] = useState(false);
  const last = useRef<readonly ThreadMessage[]>([]);

  useEffect(() => {
    if (!newest.data) return;
    const { messages, next_before: before } = newest.data;
    const ids = new Set(messages.map((message) => message.id));
    const dropped = last.current.filter((message) => !ids.has(message.id));
    // More came than a page has: what is between is loaded like what is older.
    const isGap = last.current.length > 0 && dropped.length === last.current.length && messages.length > 0;
    last.current = messages;
    setOlder((known) => {
      if (!known || isGap) return { messages: [], before };
      return dropped.length === 0 ? known : { ...known, messages: [...dropped, ...known.messages] };
    });
  }, [newest.data]);

  const load = async (before: string) => {
    if (isLoading) return;
    setLoading(true);
    try {
      const page = await call<Thread>('GET', path, { query: new URLSearchParams({ before }) });
      setOlder((known) => ({ messages: [...(known?.messages ?? []), ...page.messages], before: page.next_before }));
      setFailure(undefined);
    } catch (error) {
      if (error instanceof ApiError) setFailure(error);
    } finally {
      setLoading(false);
    }
  };

  const first = newest.data?.messages ?? [];
  const shown = new Set(first.map((message) => message.id));
  const before = older?.before;
  return {
    messages: [...first, ...(older?.messages ?? []).filter((message) => !shown.has(message.id))],
    hasAnswer: newest.data !== undefined,
    error: newest.error ?? failure,
    isLoading,
    reload: newest.reload,
    more: before ? () => void load(before) : undefined,
  };
}

/** A message that was sent from this page, until it is among those of the server. */
interface OnItsWay {
  readonly key: string;
  readonly message: ThreadMessage;
  /** What the server made of it. */
  readonly sent?: ThreadMessage;
}

export type Outgoing = Pick<ThreadMessage, 'type' | 'text' | 'content' | 'context_wamid'>;

/** Sends a message by a request, with the key by which it is sent once. @throws ApiError; then it is not shown any more */
export type Send = (key: string, message: Outgoing, ask: () => Promise<ThreadMessage>) => Promise<void>;

let lastPlace = 0;

/**
 * What is sent from this page: shown at once, and as what it is once the server has answered.
 * @param known the rows that the thread has
 */
export function useOutbox(known: ReadonlySet<number>, reload: () => void) {
  const [waiting, setWaiting] = useState<readonly OnItsWay[]>([]);

  const send: Send = async (key, message, ask) => {
    setWaiting((before) => [...before.filter((one) => one.key !== key), { key, message: placeholder(message) }]);
    try {
      const sent = await ask();
      setWaiting((before) => before.map((one) => (one.key === key ? { ...one, sent } : one)));
    } catch (error) {
      setWaiting((before) => before.filter((one) => one.key !== key));
      throw error;
    } finally {
      reload();
    }
  };

  const shown = waiting.filter(({ sent }) => !sent || !known.has(sent.id)).map(({ sent, message }) => sent ?? message);
  return { outgoing: shown.toReversed(), send };
}

function placeholder(message: Outgoing): ThreadMessage {
  lastPlace -= 1;
  return {
    ...message,
    id: lastPlace,
    direction: 'outbound',
    status: 'pending',
    wamid: null,
    template_name: null,
    bulk_send_id: null,
    error_code: null,
    failure: null,
    created_at: new Date().toISOString(),
  };
}

/** Whether it may have been sent all the same. */
export const isUnanswered = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 0 || error.status >= 503 || error.code === 'UNREADABLE';

export function wordsFor(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.status === 0) return t('inbox.offline');
  const why = Object.values(error.details).flat().join(' ') || error.message;
  return t('inbox.notSent', { why: why || t('error.unknown', { status: error.status }) });
}
