import { useEffect, useRef, useState } from 'preact/hooks';
import { call, type ConversationDetail, may, type Session, type ThreadMessage, newKey } from '../api.js';
import { dayOf, phone } from '../format.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Failed, Loading } from '../parts/states.js';
import { nameOf } from './conversation.js';
import { Bubble } from './inbox-bubble.js';
import { Composer } from './inbox-composer.js';
import { shownMessages } from './message-content.js';
import { useOutbox, useThreadMessages, wordsFor } from './thread-messages.js';

interface Props {
  readonly conversation: ConversationDetail;
  readonly session: Session;
  readonly isLate: boolean;
  readonly isDetailed: boolean;
  readonly toggleDetails: () => void;
  readonly close: () => void;
  readonly reload: () => void;
}

/** One conversation: what was said, and where one answers. */
export function ThreadPane({ conversation, session, isLate, isDetailed, toggleDetails, close, reload }: Props) {
  const { conversation_id: id } = conversation;
  const thread = useThreadMessages(id);
  const outbox = useOutbox(new Set(thread.messages.map((message) => message.id)), () => {
    thread.reload();
    reload();
  });
  const [replyTo, setReplyTo] = useState<ThreadMessage>();
  const [problem, setProblem] = useState('');
  const maySend = may(session, 'messages.send');
  useReading(conversation, maySend, reload);

  const react = async ({ wamid }: ThreadMessage, emoji: string) => {
    if (wamid === null) return;
    const content = { message_id: wamid, emoji };
    const key = newKey();
    try {
      await outbox.send(key, { type: 'reaction', text: emoji, content, context_wamid: null }, () =>
        call('POST', `conversations/${id}/reaction`, { body: { wamid, emoji }, key }),
      );
      setProblem('');
    } catch (error) {
      setProblem(wordsFor(error));
    }
  };

  return (
    <section class="thread-pane" aria-label={nameOf(conversation)}>
      <ThreadHead
        conversation={conversation}
        maySend={maySend}
        isDetailed={isDetailed}
        toggleDetails={toggleDetails}
        close={close}
        reload={reload}
      />
      {(isLate || thread.error) && thread.hasAnswer && (
        <p class="thread-late small" role="status">
          {t('error.offline')}
        </p>
      )}
      <Messages
        conversation={conversation}
        thread={thread}
        outgoing={outbox.outgoing}
        reply={maySend ? setReplyTo : undefined}
        react={maySend ? (message, emoji) => void react(message, emoji) : undefined}
      />
      {problem !== '' && (
        <p class="thread-problem problem small" role="alert">
          {problem}
        </p>
      )}
      {maySend ? (
        <Composer
          conversation={conversation}
          session={session}
          replyTo={replyTo}
          setReplyTo={setReplyTo}
          send={outbox.send}
        />
      ) : (
        <p class="composer small muted">{t('inbox.mayNotSend')}</p>
      )}
    </section>
  );
}

function ThreadHead({
  conversation,
  maySend,
  isDetailed,
  toggleDetails,
  close,
  reload,
}: Pick<Props, 'conversation' | 'isDetailed' | 'toggleDetails' | 'close' | 'reload'> & { readonly maySend: boolean }) {
  const { conversation_id: id, status, phone_number: number, label } = conversation;
  const [isBusy, setBusy] = useState(false);
  const isClosed = status === 'closed';
  const change = async () => {
    setBusy(true);
    await call('PATCH', `conversations/${id}`, { body: { status: isClosed ? 'active' : 'closed' } }).catch(
      () => undefined,
    );
    setBusy(false);
    reload();
  };
  return (
    <header class="pane-head">
      <button
        class="icon-button back"
        type="button"
        onClick={close}
        aria-label={t('inbox.back')}
        title={t('inbox.back')}
      >
        <Icon name="back" />
      </button>
      <div class="thread-who">
        <h2>
          <bdi>{nameOf(conversation)}</bdi>
        </h2>
        <span class="small muted number">
          {number !== null && phone(number)}
          {label !== null && (
            <span class="tag">
              <Icon name="tag" size={12} />
              <bdi>{label}</bdi>
            </span>
          )}
        </span>
      </div>
      {maySend && (
        <button
          class="button thread-state"
          type="button"
          disabled={isBusy}
          title={t(isClosed ? 'inbox.reopen' : 'inbox.close')}
          onClick={() => void change()}
        >
          <Icon name={isClosed ? 'retry' : 'done'} size={16} />
          <span>{t(isClosed ? 'inbox.reopen' : 'inbox.close')}</span>
        </button>
      )}
      <button
        class="icon-button"
        type="button"
        aria-pressed={isDetailed}
        aria-label={t('inbox.details')}
        title={t('inbox.details')}
        onClick={toggleDetails}
      >
        <Icon name="side" />
      </button>
    </header>
  );
}

/** The messages, the newest at the bottom, where the list stays: what is loaded above moves nothing. */
function Messages({
  conversation,
  thread,
  outgoing,
  reply,
  react,
}: Pick<Props, 'conversation'> & {
  readonly thread: ReturnType<typeof useThreadMessages>;
  readonly outgoing: readonly ThreadMessage[];
  readonly reply: ((message: ThreadMessage) => void) | undefined;
  readonly react: ((message: ThreadMessage, emoji: string) => void) | undefined;
}) {
  const place = useRef<HTMLDivElement>(null);
  const messages = shownMessages([...outgoing, ...thread.messages]);
  useEffect(() => {
    // Whoever sends wants to see it.
    if (outgoing.length > 0) place.current?.scrollTo({ top: 0 });
  }, [outgoing.length]);

  const unseen = useUnseen(place, thread.messages);

  const showQuoted = (wamid: string) => {
    const quoted = place.current?.querySelector(`[data-wamid="${CSS.escape(wamid)}"]`);
    if (!quoted) return;
    quoted.scrollIntoView({ block: 'center' });
    quoted.classList.add('found');
    window.setTimeout(() => quoted.classList.remove('found'), 1_500);
  };

  return (
    <div class="thread-place">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <div ref={place} class="thread" tabIndex={0} role="log" aria-label={t('nav.messages')}>
        <div class="thread-inner">
          {thread.error && !thread.hasAnswer && <Failed error={thread.error} again={thread.reload} />}
          {!thread.error && !thread.hasAnswer && <Loading />}
          {thread.more && <LoadOlder more={thread.more} isLoading={thread.isLoading} />}
          {thread.hasAnswer && !thread.more && (
            <p class="thread-begin small muted">{t(messages.length === 0 ? 'inbox.nothingYet' : 'inbox.begin')}</p>
          )}
          <ol>
            {messages.map((shown, index) => {
              const { id, created_at: at } = shown.message;
              const before = messages[index - 1]?.message.created_at;
              return (
                <>
                  {(before === undefined || dayOf(before) !== dayOf(at)) && (
                    <li key={`day-${id}`} class="thread-day small">
                      <span>{dayInWords(at)}</span>
                    </li>
                  )}
                  <Bubble
                    key={id}
                    shown={shown}
                    conversationId={conversation.conversation_id}
                    name={nameOf(conversation)}
                    reply={reply}
                    react={react}
                    showQuoted={showQuoted}
                  />
                </>
              );
            })}
          </ol>
          {conversation.status === 'closed' && <p class="thread-begin small muted">{t('inbox.isClosed')}</p>}
        </div>
      </div>
      {unseen > 0 && (
        <button class="fresh" type="button" onClick={() => place.current?.scrollTo({ top: 0 })}>
          {t('messages.fresh', { n: unseen })}
        </button>
      )}
    </div>
  );
}

/** How many messages of the customer's came below what one reads: none while one is at the end. */
function useUnseen(place: { readonly current: HTMLDivElement | null }, messages: readonly ThreadMessage[]): number {
  const [isAtEnd, setAtEnd] = useState(true);
  const lastSeen = useRef<number | undefined>(undefined);
  const newest = messages[0]?.id;
  if (isAtEnd) lastSeen.current = newest;
  useEffect(() => {
    const { current } = place;
    if (!current) return undefined;
    // From the bottom up: what is scrolled away is negative.
    const update = () => setAtEnd(current.scrollTop > -80);
    current.addEventListener('scroll', update, { passive: true });
    return () => current.removeEventListener('scroll', update);
  }, []);
  const seen = messages.findIndex(({ id }) => id === lastSeen.current);
  return messages.slice(0, Math.max(0, seen)).filter(({ direction }) => direction === 'inbound').length;
}

/** Loads what is older when one scrolls there, or asks for it. */
function LoadOlder({ more, isLoading }: { readonly more: () => void; readonly isLoading: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  const latest = useRef(more);
  latest.current = more;
  useEffect(() => {
    if (!button.current) return undefined;
    const seen = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) latest.current();
    });
    seen.observe(button.current);
    return () => seen.disconnect();
  }, [isLoading]);
  return (
    <p class="thread-begin">
      <button ref={button} class="button" type="button" disabled={isLoading} onClick={more}>
        {t('inbox.older')}
      </button>
    </p>
  );
}

function dayInWords(at: string): string {
  const today = new Date();
  const yesterday = new Date(today);
  yesterday.setDate(today.getDate() - 1);
  const day = new Date(at).toDateString();
  if (day === today.toDateString()) return t('inbox.today');
  return day === yesterday.toDateString() ? t('inbox.yesterday') : dayOf(at);
}

/** Marks as read what is looked at. */
function useReading(
  { conversation_id: id, unread_count: unread }: ConversationDetail,
  maySend: boolean,
  reload: () => void,
): void {
  const latest = useRef(reload);
  latest.current = reload;
  useEffect(() => {
    if (unread === 0 || !maySend) return undefined;
    const read = () => {
      if (document.hidden) return;
      call('POST', `conversations/${id}/read`).then(
        () => latest.current(),
        () => undefined,
      );
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [id, unread, maySend]);
}
