import { useEffect, useState } from 'preact/hooks';
import { ApiError, call, type Message, type Messages, useQuery } from '../api.js';
import { phone } from '../format.js';
import type { PageProps } from './page.js';
import { t } from '../i18n.js';
import { Link } from '../parts/link.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { StatusChip } from '../parts/status.js';
import { useListKeys } from '../parts/list-keys.js';
import { Time } from '../parts/time.js';
import { WindowedRows } from '../parts/windowed-rows.js';
import { go, withQuery } from '../router.js';
import { Filters } from './message-filters.js';
import { withoutCode } from './failure.js';
import { MessagePanel } from './message.js';
import { SelectionBar, useSelection } from './message-selection.js';

/** All that was sent, newest first: what was asked for is in the address. */
export function MessagesPage({ session, place, id }: PageProps) {
  const { query } = place;
  const list = useMessages(query);
  const { messages } = list;
  const open = (message: Message) => go(`messages/${message.id}`, query);
  const close = () => go('messages', query);
  const selection = useSelection(messages, query.toString());
  const chosen = useListKeys(messages, open, selection.toggle);

  return (
    <>
      <div class="page-head">
        <h1>{t('nav.messages')}</h1>
      </div>
      <Filters query={query} />
      {list.fresh > 0 && (
        <button class="fresh" type="button" onClick={list.showFresh}>
          {t('messages.fresh', { n: list.fresh })}
        </button>
      )}
      <SelectionBar selection={selection} session={session} reload={list.reload} />
      <div class="card list" aria-busy={list.isLoading}>
        {list.error && !list.hasAnswer && <Failed error={list.error} again={list.reload} />}
        {!list.error && !list.hasAnswer && <Loading />}
        {list.hasAnswer && messages.length === 0 && <NoMessages query={query} isAll={!list.more} />}
        {messages.length > 0 && (
          <table class="table messages">
            <thead>
              <tr>
                <th scope="col">{t('messages.to')}</th>
                <th scope="col">{t('messages.what')}</th>
                <th scope="col">{t('messages.status')}</th>
                <th scope="col" class="right">
                  {t('messages.when')}
                </th>
              </tr>
            </thead>
            <WindowedRows
              items={messages}
              columns={4}
              chosen={chosen}
              row={(message, index) => (
                <Row
                  key={message.id}
                  message={message}
                  query={query}
                  isOpen={String(message.id) === id}
                  isChosen={index === chosen}
                  isSelected={selection.has(message)}
                  select={() => selection.toggle(message)}
                />
              )}
            />
          </table>
        )}
        {list.hasAnswer && (
          <div class="list-foot">
            {list.more ? (
              <button class="button" type="button" onClick={list.more} disabled={list.isLoading}>
                {t('list.more')}
              </button>
            ) : null}
            <span class="small muted" role="status">
              {list.searchedUntil
                ? t('messages.searchedUntil', { n: messages.length, when: timeAndDay(list.searchedUntil) })
                : messages.length > 0 && t('list.shown', { n: messages.length })}
            </span>
          </div>
        )}
      </div>
      {id !== undefined && <MessagePanel key={id} id={id} session={session} query={query} close={close} />}
    </>
  );
}

const timeAndDay = (moment: string): string => new Date(moment).toLocaleString(document.documentElement.lang);

function Row({
  message,
  query,
  isOpen,
  isChosen,
  isSelected,
  select,
}: {
  readonly message: Message;
  readonly query: URLSearchParams;
  readonly isOpen: boolean;
  readonly isChosen: boolean;
  readonly isSelected: boolean;
  readonly select: () => void;
}) {
  const to = message.phone === '' ? (message.user_id ?? t('messages.erased')) : phone(message.phone);
  return (
    <tr class={`${message.status} ${isOpen ? 'open' : ''} ${isChosen ? 'chosen' : ''}`}>
      <td class="number nowrap">
        <input
          class="select-row"
          type="checkbox"
          checked={isSelected}
          onChange={select}
          aria-label={t('selection.select', { to })}
        />
        <Link class="row-link" to={`messages/${message.id}`} query={query} aria-current={isOpen ? 'true' : undefined}>
          {to}
        </Link>
      </td>
      <td class="cut">
        {message.template_name === null ? (
          <bdi>{message.preview}</bdi>
        ) : (
          <>
            <bdi>{message.template_name}</bdi> <span class="small muted">{message.template_language}</span>
          </>
        )}
      </td>
      <td class="cut status-cell">
        <StatusChip status={message.status} />
        {message.status === 'failed' && (
          <span class="small muted reason">
            <bdi>{message.error_message === null ? message.error_code : withoutCode(message.error_message)}</bdi>
          </span>
        )}
      </td>
      <td class="right nowrap muted">
        <Time at={message.created_at} />
      </td>
    </tr>
  );
}

const NoMessages = ({ query, isAll }: { readonly query: URLSearchParams; readonly isAll: boolean }) =>
  withQuery(query, { number: '' }).size === 0 ? (
    <Empty text={t('messages.none')} />
  ) : (
    <Empty text={isAll ? t('messages.noneFound') : t('messages.noneYet')}>
      <Link class="button" to="messages">
        {t('filters.clear')}
      </Link>
    </Empty>
  );

interface Loaded {
  readonly key: string;
  readonly messages: readonly Message[];
  readonly cursor: string | null;
  readonly searchedUntil: string | null;
}

/** The pages of the list that were loaded so far, with what has changed in them since, and how many are new. */
function useMessages(query: URLSearchParams) {
  const q = query.get('q');
  const asked = withQuery(query, { number: '', phone_number_id: query.get('number') ?? '' });
  const key = q === null ? `messages?${asked.toString()}` : `messages/search?${new URLSearchParams({ q }).toString()}`;
  const newest = useQuery<Partial<Messages> & Pick<Messages, 'messages'>>(key, { live: ['message'] });
  const [loaded, setLoaded] = useState<Loaded>();
  const [failure, setFailure] = useState<ApiError>();
  const [isLoading, setLoading] = useState(false);
  const current = loaded?.key === key ? loaded : undefined;

  const show = (answer: typeof newest.data): void => {
    if (!answer) return;
    const { messages, next_cursor: cursor = null, searched_until: searchedUntil = null } = answer;
    setLoaded({ key, messages, cursor, searchedUntil });
  };

  useEffect(() => {
    if (!newest.data) return;
    const answer = newest.data;
    if (!current) {
      show(answer);
      return;
    }
    // What one reads stays where it is: known rows are brought up to date, new ones wait.
    const byId = new Map(answer.messages.map((message) => [message.id, message]));
    setLoaded({ ...current, messages: current.messages.map((message) => byId.get(message.id) ?? message) });
  }, [newest.data, key]);

  const more = async () => {
    if (!current?.cursor) return;
    setLoading(true);
    try {
      const next = new URLSearchParams(asked);
      next.set('cursor', current.cursor);
      const answer = await call<Messages>('GET', 'messages', { query: next });
      setFailure(undefined);
      setLoaded({
        key,
        messages: [...current.messages, ...answer.messages],
        cursor: answer.next_cursor,
        searchedUntil: answer.searched_until,
      });
    } catch (error) {
      if (error instanceof ApiError) setFailure(error);
    } finally {
      setLoading(false);
    }
  };

  const shown = new Set(current?.messages.map(({ id }) => id));
  const newestShown = current?.messages[0];
  const fresh = (newest.data?.messages ?? []).filter(
    ({ id, created_at }) => current && !shown.has(id) && (!newestShown || created_at >= newestShown.created_at),
  ).length;

  return {
    messages: current?.messages ?? [],
    hasAnswer: current !== undefined,
    searchedUntil: current?.searchedUntil ?? null,
    error: newest.error ?? failure,
    isLoading,
    reload: newest.reload,
    more: current?.cursor ? () => void more() : undefined,
    fresh,
    showFresh: () => show(newest.data),
  };
}
