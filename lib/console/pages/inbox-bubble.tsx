import { useState } from 'preact/hooks';
import type { ThreadMessage } from '../api.js';
import { absolute, timeOfDay } from '../format.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Link } from '../parts/link.js';
import { StatusChip } from '../parts/status.js';
import { isEmbedded } from '../router.js';
import { MessageContent, Words } from './inbox-content.js';
import { type ShownMessage, textAt, valueAt } from './message-content.js';

const EMOJIS = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

interface Props {
  readonly shown: ShownMessage;
  readonly conversationId: number;
  readonly name: string;
  /** Undefined for whoever may not send. */
  readonly reply: ((message: ThreadMessage) => void) | undefined;
  readonly react: ((message: ThreadMessage, emoji: string) => void) | undefined;
  readonly showQuoted: (wamid: string) => void;
}

/** A message as WhatsApp shows it, with its reactions, what it replies to, and how far it has come. */
export function Bubble({ shown, conversationId, name, reply, react, showQuoted }: Props) {
  const { message, reactions, editedTo, isDeleted, quoted } = shown;
  const { id, direction, type, wamid, context_wamid: context } = message;
  const isOurs = direction === 'outbound';
  if (type === 'system') {
    return (
      <li class="said-by-meta small">
        <bdi>{message.text}</bdi>
      </li>
    );
  }
  const canAnswer = wamid !== null && message.status !== 'failed' && type !== 'reaction';
  return (
    <li class={`said ${isOurs ? 'ours' : 'theirs'}`} data-wamid={wamid ?? undefined}>
      <div class={`bubble ${message.status === 'failed' ? 'failed' : ''} ${isDeleted ? 'deleted' : ''}`}>
        <span class="hidden-text">{isOurs ? t('inbox.you') : name}: </span>
        <Origin message={message} />
        {context !== null && (
          <button class="quote" type="button" onClick={() => showQuoted(context)}>
            <strong>{quoted ? (quoted.direction === 'outbound' ? t('inbox.you') : name) : t('inbox.quoted')}</strong>
            {quoted && <bdi>{quoted.text}</bdi>}
          </button>
        )}
        {isDeleted && (
          <p class="small muted">
            <em>{t('inbox.deleted')}</em>
          </p>
        )}
        {editedTo === undefined ? (
          <MessageContent conversationId={conversationId} message={message} />
        ) : (
          <Words text={editedTo} />
        )}
        <Failure message={message} />
        <div class="bubble-foot small">
          {editedTo !== undefined && <span>{t('inbox.edited')}</span>}
          <Moment message={message} />
          {isOurs && <StatusChip status={message.status} />}
        </div>
        {(reactions.inbound !== undefined || reactions.outbound !== undefined) && (
          <div class="reactions">
            {reactions.inbound !== undefined && <bdi title={name}>{reactions.inbound}</bdi>}
            {reactions.outbound !== undefined && <bdi title={t('inbox.you')}>{reactions.outbound}</bdi>}
          </div>
        )}
      </div>
      {canAnswer && reply && (
        <Actions key={id} message={message} own={reactions.outbound} reply={reply} react={isOurs ? undefined : react} />
      )}
    </li>
  );
}

/** Where it comes from, as far as that is not the customer's own words. */
function Origin({ message }: { readonly message: ThreadMessage }) {
  const { content, type, template_name: template, bulk_send_id: bulk } = message;
  const headline = textAt(content, 'referral', 'headline') ?? textAt(content, 'referral', 'source_url');
  const isForwarded = valueAt(content, 'context', 'forwarded') ?? valueAt(content, 'context', 'frequently_forwarded');
  return (
    <>
      {isForwarded === true && <p class="small muted">{t('inbox.forwarded')}</p>}
      {headline !== undefined && (
        <p class="small muted">
          <bdi>{t('inbox.fromAd', { headline })}</bdi>
        </p>
      )}
      {type === 'template' && (
        <p class="small muted">
          <bdi>{t('inbox.template', { name: template ?? '' })}</bdi>
          {bulk !== null && !isEmbedded && (
            <>
              {' · '}
              <Link to={`bulk-sends/${bulk}`}>{t('inbox.bulk')}</Link>
            </>
          )}
        </p>
      )}
    </>
  );
}

function Failure({ message: { id, failure, error_code: code, status } }: { readonly message: ThreadMessage }) {
  if (status !== 'failed') return null;
  return (
    <p class="small bubble-failure">
      <bdi>{failure ?? code}</bdi> {!isEmbedded && <Link to={`messages/${id}`}>{t('inbox.why')}</Link>}
    </p>
  );
}

function Moment({ message: { id, direction, created_at: at } }: { readonly message: ThreadMessage }) {
  const time = (
    <time class="number" dateTime={at} title={absolute(at)}>
      {timeOfDay(at)}
    </time>
  );
  if (direction === 'inbound' || isEmbedded || id < 0) return time;
  return (
    <Link class="quiet-link" to={`messages/${id}`} title={t('inbox.message')}>
      {time}
    </Link>
  );
}

function Actions({
  message,
  own,
  reply,
  react,
}: {
  readonly message: ThreadMessage;
  readonly own: string | undefined;
} & Required<Pick<Props, 'reply' | 'react'>>) {
  const [isChoosing, setChoosing] = useState(false);
  const choose = (emoji: string) => {
    setChoosing(false);
    react?.(message, emoji);
  };
  return (
    <div
      class={`bubble-actions ${isChoosing ? 'choosing' : ''}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isChoosing) return;
        event.preventDefault();
        setChoosing(false);
      }}
    >
      {isChoosing ? (
        <>
          {EMOJIS.map((emoji) => (
            <button
              key={emoji}
              class="icon-button"
              type="button"
              aria-label={t('inbox.reactWith', { emoji })}
              onClick={() => choose(emoji)}
            >
              {emoji}
            </button>
          ))}
          {own !== undefined && (
            <button class="icon-button" type="button" aria-label={t('inbox.unreact')} onClick={() => choose('')}>
              <Icon name="close" size={16} />
            </button>
          )}
        </>
      ) : (
        <>
          {reply && (
            <button
              class="icon-button"
              type="button"
              aria-label={t('inbox.reply')}
              title={t('inbox.reply')}
              onClick={() => reply(message)}
            >
              <Icon name="reply" size={16} />
            </button>
          )}
          {react && (
            <button
              class="icon-button"
              type="button"
              aria-label={t('inbox.react')}
              title={t('inbox.react')}
              aria-expanded={false}
              onClick={() => setChoosing(true)}
            >
              <Icon name="smile" size={16} />
            </button>
          )}
        </>
      )}
    </div>
  );
}
