import { useEffect, useState } from 'preact/hooks';
import { type Conversation, type ConversationDetail, may, useQuery } from '../api.js';
import { t } from '../i18n.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { go, isEmbedded, placeNow } from '../router.js';
import { addressOfConversation, addressOfList, follow, isAbout } from './conversation.js';
import { ConversationList, useConversations } from './inbox-list.js';
import { ConversationDetails } from './inbox-details.js';
import { ThreadPane } from './inbox-thread.js';
import type { PageProps } from './page.js';

/** What people and the business say to each other: a list, one conversation, and what is known of the person. */
export function InboxPage({ session, place, id }: PageProps) {
  const { query } = place;
  const list = useConversations(query);
  const isWide = useMedia('(min-width: 1280px)');
  const asked = query.get('details');
  const isDetailed = id !== undefined && (asked === '1' || (asked === null && isWide));
  const showDetails = (isShown: boolean) => {
    const next = new URLSearchParams(query);
    next.set('details', isShown ? '1' : '0');
    go(placeNow().path, next, { replace: true });
  };
  const close = () => go(addressOfList, withoutDetails(query));

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || id === undefined) return;
      if (isDetailed && !isWide) showDetails(false);
      else close();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });

  return (
    <div
      class={`inbox ${id === undefined ? '' : 'chosen'} ${isDetailed ? 'detailed' : ''} ${isEmbedded ? 'embedded' : ''}`}
    >
      <ConversationList
        session={session}
        query={query}
        id={id}
        list={list}
        open={(one) => openConversation(one, query)}
      />
      {id === undefined ? (
        <section class="thread-pane">
          <Empty text={t('inbox.choose')} />
        </section>
      ) : (
        <Chosen
          key={id}
          id={id}
          session={session}
          query={query}
          isDetailed={isDetailed}
          showDetails={showDetails}
          close={close}
          onChange={list.reload}
        />
      )}
    </div>
  );
}

function Chosen({
  id,
  session,
  query,
  isDetailed,
  showDetails,
  close,
  onChange,
}: Pick<PageProps, 'session'> & {
  readonly id: string;
  readonly query: URLSearchParams;
  readonly isDetailed: boolean;
  readonly showDetails: (isShown: boolean) => void;
  readonly close: () => void;
  /** Called when something of it was changed here. */
  readonly onChange: () => void;
}) {
  const { data, error, reload } = useQuery<ConversationDetail>(
    `conversations/${encodeURIComponent(id)}`,
    follow(isAbout(id)),
  );
  const update = () => {
    reload();
    onChange();
  };
  if (!data) {
    return <section class="thread-pane">{error ? <Failed error={error} again={reload} /> : <Loading />}</section>;
  }
  return (
    <>
      <ThreadPane
        conversation={data}
        session={session}
        isLate={error !== undefined}
        isDetailed={isDetailed}
        toggleDetails={() => showDetails(!isDetailed)}
        close={close}
        reload={update}
      />
      {isDetailed && (
        <ConversationDetails
          conversation={data}
          mayChange={may(session, 'messages.send')}
          session={session}
          query={query}
          close={() => showDetails(false)}
          reload={update}
        />
      )}
    </>
  );
}

const withoutDetails = (query: URLSearchParams): URLSearchParams => {
  const next = new URLSearchParams(query);
  if (next.get('details') === '1') next.delete('details');
  return next;
};

const openConversation = ({ conversation_id: id }: Conversation, query: URLSearchParams): void =>
  go(addressOfConversation(id), withoutDetails(query));

function useMedia(media: string): boolean {
  const [list] = useState(() => window.matchMedia(media));
  const [matches, setMatches] = useState(list.matches);
  useEffect(() => {
    const update = () => setMatches(list.matches);
    list.addEventListener('change', update);
    return () => list.removeEventListener('change', update);
  }, [list]);
  return matches;
}
