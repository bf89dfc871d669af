import { useEffect, useRef, useState } from 'preact/hooks';
import {
  ApiError,
  call,
  type Conversation,
  type Conversations,
  may,
  type Numbers,
  type Session,
  useQuery,
} from '../api.js';
import { relative, timeOfDay } from '../format.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Link } from '../parts/link.js';
import { useListKeys } from '../parts/list-keys.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { go, isEmbedded, placeNow } from '../router.js';
import { addressOfConversation, addressOfList, follow, nameOf } from './conversation.js';

interface Props {
  readonly session: Session;
  readonly query: URLSearchParams;
  readonly id: string | undefined;
  readonly list: ReturnType<typeof useConversations>;
  readonly open: (conversation: Conversation) => void;
}

/** The conversations, the latest first: what was asked for is in the address. */
export function ConversationList({ session, query, id, list, open }: Props) {
  const { conversations } = list;
  const chosen = useListKeys(conversations, open);
  const rows = useRef<HTMLUListElement>(null);
  useEffect(() => {
    rows.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  return (
    <section class="conversations" aria-label={t('inbox.list')}>
      <div class="conversations-head">
        <h1>{t('nav.inbox')}</h1>
        <SearchField query={query} />
        <ListFilters session={session} query={query} />
      </div>
      <div class="conversations-body" aria-busy={list.isLoading}>
        {list.error && !list.hasAnswer && <Failed error={list.error} again={list.reload} />}
        {!list.error && !list.hasAnswer && <Loading />}
        {list.hasAnswer && conversations.length === 0 && <NoConversations query={query} />}
        <ul ref={rows}>
          {conversations.map((conversation, index) => (
            <Row
              key={conversation.conversation_id}
              conversation={conversation}
              query={query}
              isOpen={String(conversation.conversation_id) === id}
              isChosen={index === chosen}
            />
          ))}
        </ul>
        {list.more && (
          <div class="list-foot">
            <button class="button" type="button" onClick={list.more} disabled={list.isLoading}>
              {t('list.more')}
            </button>
          </div>
        )}
      </div>
    </section>
  );
}

function Row({
  conversation,
  query,
  isOpen,
  isChosen,
}: {
  readonly conversation: Conversation;
  readonly query: URLSearchParams;
  readonly isOpen: boolean;
  readonly isChosen: boolean;
}) {
  const {
    conversation_id: id,
    unread_count: unread,
    last_message,
    last_message_at: at,
    label,
    assigned_to,
  } = conversation;
  return (
    <li class={`conversation ${isOpen ? 'open' : ''} ${isChosen ? 'chosen' : ''} ${unread > 0 ? 'unread' : ''}`}>
      <Link to={addressOfConversation(id)} query={query} aria-current={isOpen ? 'true' : undefined}>
        <span class="conversation-name">
          <bdi>{nameOf(conversation)}</bdi>
        </span>
        {at !== null && (
          <time class="small muted number" dateTime={at}>
            {momentOf(at)}
          </time>
        )}
        <span class="conversation-words muted">
          <bdi>{last_message ?? t('inbox.nothingYet')}</bdi>
        </span>
        {unread > 0 && (
          <span class="unread-count number">
            <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
            <span class="hidden-text">{t('inbox.unreadCount', { n: unread })}</span>
          </span>
        )}
        {(label !== null || assigned_to !== null) && (
          <span class="conversation-filing small">
            {label !== null && (
              <span class="tag">
                <Icon name="tag" size={12} />
                <bdi>{label}</bdi>
              </span>
            )}
            {assigned_to !== null && (
              <span class="tag quiet">
                <Icon name="person" size={12} />
                <bdi>{assigned_to}</bdi>
              </span>
            )}
          </span>
        )}
      </Link>
    </li>
  );
}

/** Today the time, before that the day. */
const momentOf = (at: string): string =>
  new Date(at).toDateString() === new Date().toDateString() ? timeOfDay(at) : relative(at);

const TYPING = 250;

/** Asks while one types, a moment after the last key. */
function SearchField({ query }: { readonly query: URLSearchParams }) {
  const asked = query.get('q') ?? '';
  const [text, setText] = useState(asked);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => setText(asked), [asked]);
  const search = (words: string) => {
    window.clearTimeout(timer.current);
    filter(query, { q: words.trim() });
  };
  const type = (words: string) => {
    setText(words);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => search(words), TYPING);
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return (
    <form
      class="inbox-search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        search(text);
      }}
    >
      <Icon name="search" size={16} />
      <input
        class="input"
        type="search"
        value={text}
        placeholder={t('inbox.search')}
        aria-label={t('inbox.search')}
        onInput={({ currentTarget: { value } }) => type(value)}
      />
    </form>
  );
}

const STATES = [
  ['', 'inbox.open'],
  ['closed', 'inbox.closed'],
  ['all', 'inbox.all'],
] as const;

function ListFilters({ session, query }: { readonly session: Session; readonly query: URLSearchParams }) {
  const me = session.key_name;
  const label = query.get('label');
  const toggle = (name: string, value: string) => ({
    isOn: query.get(name) === value,
    set: () => filter(query, { [name]: query.get(name) === value ? '' : value }),
  });
  const toggles = [
    [t('inbox.unread'), toggle('unread', 'true')],
    ...(me === null ? [] : [[t('inbox.mine'), toggle('assigned_to', me)] as const]),
    [t('inbox.unassigned'), toggle('unassigned', 'true')],
  ] as const;
  return (
    <>
      <div class="segments" role="group" aria-label={t('inbox.state')}>
        {STATES.map(([state, words]) => (
          <button
            key={state}
            type="button"
            aria-pressed={(query.get('status') ?? '') === state}
            onClick={() => filter(query, { status: state })}
          >
            {t(words)}
          </button>
        ))}
      </div>
      <div class="toggles">
        {toggles.map(([words, { isOn, set }]) => (
          <button key={words} class="toggle" type="button" aria-pressed={isOn} onClick={set}>
            {words}
          </button>
        ))}
        {label !== null && (
          <button class="toggle" type="button" aria-pressed="true" onClick={() => filter(query, { label: '' })}>
            <Icon name="tag" size={12} />
            <bdi>{label}</bdi>
            <Icon name="close" size={12} />
          </button>
        )}
      </div>
      {!isEmbedded && may(session, 'accounts.read') && <NumberFilter query={query} />}
    </>
  );
}

function NumberFilter({ query }: { readonly query: URLSearchParams }) {
  const { data } = useQuery<Numbers>('numbers');
  if (!data || data.numbers.length < 2) return null;
  return (
    <select
      class="select"
      aria-label={t('inbox.number')}
      value={query.get('phone_number_id') ?? ''}
      onChange={({ currentTarget: { value } }) => filter(query, { phone_number_id: value })}
    >
      <option value="">{t('filters.allNumbers')}</option>
      {data.numbers.map(({ phone_number_id: id, display_phone_number: number, verified_name: name }) => (
        <option key={id} value={id}>
          {[number, name].filter(Boolean).join(' · ')}
        </option>
      ))}
    </select>
  );
}

/** Changes what the list shows; the conversation that is open stays. */
function filter(query: URLSearchParams, changes: Readonly<Record<string, string>>): void {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  if (changes['assigned_to']) next.delete('unassigned');
  if (changes['unassigned']) next.delete('assigned_to');
  go(placeNow().path, next, { replace: true });
}

const FILTERS = ['q', 'unread', 'label', 'assigned_to', 'unassigned', 'phone_number_id'] as const;

const NoConversations = ({ query }: { readonly query: URLSearchParams }) =>
  FILTERS.some((name) => query.has(name)) || query.get('status') === 'closed' ? (
    <Empty text={t('inbox.noneFound')}>
      <Link class="button" to={addressOfList}>
        {t('filters.clear')}
      </Link>
    </Empty>
  ) : (
    <Empty text={t('inbox.none')} />
  );

/** What of the address the list is asked for; open ones where it does not say. */
function askedOf(query: URLSearchParams): URLSearchParams {
  const asked = new URLSearchParams();
  for (const name of FILTERS) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  const status = query.get('status') ?? 'active';
  if (status !== 'all') asked.set('status', status);
  return asked;
}

interface Older {
  readonly key: string;
  readonly conversations: readonly Conversation[];
  readonly cursor: string | null;
}

/** The newest page, which is kept up to date, and those that were loaded after it. */
export function useConversations(query: URLSearchParams) {
  const key = `conversations?${askedOf(query).toString()}`;
  const newest = useQuery<Conversations>(key, follow());
  const [older, setOlder] = useState<Older>();
  const [failure, setFailure] = useState<ApiError>();
  const [isLoading, setLoading] = useState(false);
  const loaded = older?.key === key ? older : undefined;
  const first = newest.data?.conversations ?? [];
  const shown = new Set(first.map(({ conversation_id: id }) => id));
  const rest = (loaded?.conversations ?? []).filter(({ conversation_id: id }) => !shown.has(id));
  const cursor = loaded ? loaded.cursor : newest.data?.next_cursor;

  const more = async (from: string) => {
    setLoading(true);
    try {
      const next = askedOf(query);
      next.set('cursor', from);
      const answer = await call<Conversations>('GET', 'conversations', { query: next });
      // What moved down from the newest page since then is there, too.
      const known = [...first, ...rest];
      const ids = new Set(answer.conversations.map(({ conversation_id: id }) => id));
      const before = known.filter(({ conversation_id: id }) => !ids.has(id));
      setOlder({ key, conversations: [...before, ...answer.conversations], cursor: answer.next_cursor });
      setFailure(undefined);
    } catch (error) {
      if (error instanceof ApiError) setFailure(error);
    } finally {
      setLoading(false);
    }
  };

  return {
    conversations: [...first, ...rest],
    hasAnswer: newest.data !== undefined,
    error: newest.error ?? failure,
    isLoading,
    reload: newest.reload,
    more: cursor ? () => void more(cursor) : undefined,
  };
}
