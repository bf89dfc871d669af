import { useEffect, useRef, useState } from 'preact/hooks';
import type { Console } from '../http/types.js';
import type { Json } from './json.js';
import { type LiveEvent, type LiveKind, useLive } from './live.js';
import { ApiError, call } from './request.js';

export { ApiError, call, download, newKey, signedOut } from './request.js';

export type Session = Json<Console.SessionAnswer>;
export type Message = Json<Console.MessageItem>;
export type Messages = Json<Console.MessagesAnswer>;
export type Overview = Json<Console.OverviewAnswer>;
export type Numbers = Json<Console.NumbersAnswer>;
export type PhoneNumber = Json<Console.ConsoleNumber>;
export type FoundMessages = Json<Console.FoundMessages>;
export type FoundConversations = Json<Console.ConversationsAnswer>;
export type FoundContacts = Json<Console.ContactsAnswer>;
export type BulkSend = Json<Console.BulkSendView>;
export type BulkBreakdown = Json<Console.BulkBreakdownAnswer>;
export type CheckedList = Json<Console.CheckedListAnswer>;
export type ListRows = Json<Console.ListRowsAnswer>;
export type Retried = Json<Console.RetriedBulkSend>;
export type BulkSends = Json<Console.BulkSendsAnswer>;
export type Template = Json<Console.ConsoleTemplate>;
export type Templates = Json<Console.TemplatesAnswer>;
export type TemplateFilters = Json<Console.TemplateFilters>;
export type TemplateVariable = Template['variables'][number];
export type Conversation = Json<Console.ConversationView>;
export type Conversations = Json<Console.ConversationsAnswer>;
export type ConversationDetail = Json<Console.ConversationDetail>;
export type ThreadMessage = Json<Console.ThreadMessage>;
export type Thread = Json<Console.ThreadAnswer>;
export type SendableTemplates = Json<Console.SendableTemplatesAnswer>;
export type Webhooks = Json<Console.WebhooksAnswer>;
export type FailedItems = Json<Console.FailedItemsAnswer>;
export type FailedItemDetail = Json<Console.FailedItemDetail>;
export type Callback = Json<Console.CallbackAnswer>;
export type CallbackSet = Json<Console.CallbackSetAnswer>;
export type Deliveries = Json<Console.DeliveriesAnswer>;
export type Delivery = Json<Console.DeliveryItem>;
export type DeliveryDetail = Json<Console.DeliveryDetail>;
export type MessageCallbacks = Json<Console.MessageCallbacksAnswer>;
export type MessageDetail = Json<Console.MessageDetail>;
export type Costs = Json<Console.CostsAnswer>;
export type FirstSteps = Json<Console.FirstStepsAnswer>;
export type Accounts = Json<Console.AccountsAnswer>;
export type Account = Json<Console.ConsoleAccount>;
export type Health = Json<Console.HealthAnswer>;
export type Options = Json<Console.OptionsAnswer>;
export type ApiKeys = Json<Console.ApiKeysAnswer>;
export type ApiKey = Json<Console.ConsoleApiKey>;
export type NewApiKey = Json<Console.NewApiKeyAnswer>;
export type Contact = Json<Console.ContactItem>;
export type Contacts = Json<Console.ContactsAnswer>;
export type ContactDetail = Json<Console.ContactDetail>;
export type ContactGroups = Json<Console.ContactGroupsAnswer>;
export type ImportPreview = Json<Console.ImportPreview>;
export type ImportProgress = Json<Console.ImportProgress>;

/** What is known of an answer. */
export interface Query<Answer> {
  readonly data: Answer | undefined;
  readonly error: ApiError | undefined;
  /** When it last came, in ms. */
  readonly at: number;
  readonly reload: () => void;
}

interface QueryOptions {
  /** Milliseconds until it is asked for again while the page is looked at; never when left out. */
  readonly every?: number;
  /** It is asked for again, at most once a second, when something of these kinds happens. */
  readonly live?: readonly LiveKind[];
  /** Milliseconds between two such requests at least, where once a second is too often. */
  readonly pace?: number;
  /** Of those events only the ones that matter; all when left out. */
  readonly matters?: (event: LiveEvent) => boolean;
}

type Known<Answer> = Omit<Query<Answer>, 'reload'> & { readonly key?: string };

const IDLE = { data: undefined, error: undefined, at: 0 };
const NONE: readonly LiveKind[] = [];

/** Milliseconds between two requests for the same at least, however much happens. */
const LIVE_PACE = 1_000;

/**
 * Asks for something, and again when something happened or every so often. What came before stays until the next answer.
 * @param key path and query; undefined asks for nothing
 */
export function useQuery<Answer>(
  key: string | undefined,
  { every = 0, live = NONE, pace = LIVE_PACE, matters }: QueryOptions = {},
): Query<Answer> {
  const [state, setState] = useState<Known<Answer>>(IDLE);
  const asking = useRef<Asking<Answer> | undefined>(undefined);
  useEffect(() => {
    if (key === undefined) return undefined;
    const current = new Asking<Answer>(key, every, setState);
    asking.current = current;
    void current.now();
    return () => current.end();
  }, [key, every]);
  useLive(live, (events) => {
    if (!matters || events.some((event) => event.kind === 'reset' || matters(event))) asking.current?.soon(pace);
  });
  const isCurrent = state.key === key;
  return { ...(isCurrent ? state : IDLE), reload: () => void asking.current?.now() };
}

/** Asks for one thing, never twice at the same time. */
class Asking<Answer> {
  readonly #ending = new AbortController();
  #timer: number | undefined;
  #askedAt = -Infinity;
  #isAsking = false;
  /** What is on its way may be of before. */
  #isStale = false;

  constructor(
    private readonly key: string,
    private readonly every: number,
    private readonly settle: (change: (before: Known<Answer>) => Known<Answer>) => void,
  ) {}

  /** Asks, and once more where an answer is on its way. */
  async now(): Promise<void> {
    this.#isStale = this.#isAsking;
    if (this.#isAsking || this.#ending.signal.aborted) return;
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isAsking = true;
    this.#askedAt = performance.now();
    await this.#ask();
    this.#isAsking = false;
    if (this.#isStale) await this.now();
    else this.#again();
  }

  /** Asks as soon as the pace allows. */
  soon(pace: number): void {
    window.clearTimeout(this.#timer);
    const wait = Math.max(0, this.#askedAt + pace - performance.now());
    this.#timer = window.setTimeout(() => void this.now(), wait);
  }

  end(): void {
    this.#ending.abort();
    window.clearTimeout(this.#timer);
  }

  #again(): void {
    // What happened meanwhile has set the timer.
    if (this.every === 0 || this.#timer !== undefined || this.#ending.signal.aborted) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = undefined;
      if (document.hidden) this.#again();
      else void this.now();
    }, this.every);
  }

  async #ask(): Promise<void> {
    const { key } = this;
    const { signal } = this.#ending;
    const [path = '', query] = key.split('?', 2);
    try {
      const data = await call<Answer>('GET', path, { signal, ...(query && { query: new URLSearchParams(query) }) });
      this.settle(() => ({ key, data, error: undefined, at: Date.now() }));
    } catch (error) {
      if (signal.aborted) return;
      const refusal = error instanceof ApiError ? error : new ApiError(0, 'UNREADABLE', String(error));
      this.settle((before) => ({
        data: before.key === key ? before.data : undefined,
        at: before.key === key ? before.at : 0,
        key,
        error: refusal,
      }));
    }
  }
}

/** Whether the person may do everything, as settings need. */
export const mayAll = ({ abilities }: Session): boolean => abilities.includes('*');

/** Whether the person may do something. */
export const may = ({ abilities }: Session, ability: Session['abilities'][number]): boolean =>
  abilities.includes('*') || abilities.includes(ability);
