import { useEffect, useRef, useState } from 'preact/hooks';
import type { Console } from '../http/types.js';
import { addressOf } from './router.js';

/** What an answer is once it has come as JSON: moments are texts. */
export type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : T extends object
      ? { readonly [Name in keyof T]: Json<T[Name]> }
      : T;

export type Session = Json<Console.SessionAnswer>;
export type Message = Json<Console.MessageItem>;
export type Messages = Json<Console.MessagesAnswer>;
export type Overview = Json<Console.OverviewAnswer>;
export type Numbers = Json<Console.NumbersAnswer>;
export type PhoneNumber = Json<Console.ConsoleNumber>;
export type BulkSend = Json<Console.BulkSendView>;
export type Retried = Json<Console.RetriedBulkSend>;
export type BulkSends = Json<Console.BulkSendsAnswer>;
export type MessageDetail = Json<Console.MessageDetail>;

/** What the console's API refused, or that it could not be reached. */
export class ApiError extends Error {
  constructor(
    /** HTTP; 0 when there was no answer. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, readonly string[]>> = {},
  ) {
    super(message);
  }
}

/** Called when a session has ended, whatever was asked for. */
export const signedOut = new EventTarget();

/** Asks the console's API. @throws ApiError */
export async function call<Answer>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { body, query, signal }: { body?: object; query?: URLSearchParams; signal?: AbortSignal } = {},
): Promise<Answer> {
  const response = await fetch(addressOf(`api/${path}`, query), {
    method,
    signal: signal ?? null,
    // The header is what pages of other sites cannot send.
    headers: { 'X-WhatsApp-Console': '1', ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'OFFLINE', '');
  });
  const text = await response.text();
  const answer: unknown = readJson(text);
  // oxlint-disable-next-line no-unsafe-type-assertion -- the server's own tests hold its answers against these types
  if (response.ok) return answer as Answer;
  throw refusalOf(response.status, answer);
}

function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(status: number, answer: unknown): ApiError {
  const { error, code, details }: Partial<Json<Console.ErrorAnswer>> = Object(answer);
  const refusal = new ApiError(status, code ?? 'UNREADABLE', error ?? '', details);
  if (refusal.code === 'SIGN_IN_REQUIRED') signedOut.dispatchEvent(new Event('ended'));
  return refusal;
}

/** What is known of an answer. */
export interface Query<Answer> {
  readonly data: Answer | undefined;
  readonly error: ApiError | undefined;
  /** When it last came, in ms. */
  readonly at: number;
  readonly reload: () => void;
}

const IDLE = { data: undefined, error: undefined, at: 0 };

/**
 * Asks for something, and again every so often while the page is looked at. What came before stays until the next answer.
 * @param key path and query; undefined asks for nothing
 */
export function useQuery<Answer>(key: string | undefined, { every = 0 } = {}): Query<Answer> {
  const [state, setState] = useState<Omit<Query<Answer>, 'reload'> & { readonly key?: string }>(IDLE);
  const [turn, setTurn] = useState(0);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (key === undefined) return undefined;
    const controller = new AbortController();
    const again = () => {
      if (every > 0) timer.current = window.setTimeout(() => void ask(), every);
    };
    const ask = async () => {
      if (document.hidden) return again();
      const [path = '', query] = key.split('?', 2);
      try {
        const asked = { signal: controller.signal, ...(query && { query: new URLSearchParams(query) }) };
        const data = await call<Answer>('GET', path, asked);
        setState({ key, data, error: undefined, at: Date.now() });
      } catch (error) {
        if (controller.signal.aborted) return;
        const refusal = error instanceof ApiError ? error : new ApiError(0, 'UNREADABLE', String(error));
        setState((before) => ({ ...before, key, data: before.key === key ? before.data : undefined, error: refusal }));
      }
      again();
    };
    void ask();
    return () => {
      controller.abort();
      window.clearTimeout(timer.current);
    };
  }, [key, every, turn]);
  const isCurrent = state.key === key;
  return { ...(isCurrent ? state : IDLE), reload: () => setTurn((before) => before + 1) };
}

/** Whether the person may do something. */
export const may = ({ abilities }: Session, ability: Session['abilities'][number]): boolean =>
  abilities.includes('*') || abilities.includes(ability);
