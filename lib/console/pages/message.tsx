import { useState } from 'preact/hooks';
import { ApiError, call, may, type MessageCallbacks, type MessageDetail, type Session, useQuery } from '../api.js';
import { absolute, phone } from '../format.js';
import type { LiveEvent } from '../live.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Copyable } from '../parts/copy.js';
import { Confirm } from '../parts/confirm.js';
import { Link } from '../parts/link.js';
import { Panel } from '../parts/panel.js';
import { Failed, Loading } from '../parts/states.js';
import { StatusChip } from '../parts/status.js';
import { go } from '../router.js';
import { Failure } from './failure.js';
import { Life } from './life.js';

/** Milliseconds between two looks at its callbacks, of which no events come. */
const CALLBACKS_REFRESH = 5_000;

interface Props {
  readonly id: string;
  readonly session: Session;
  readonly query: URLSearchParams;
  readonly close: () => void;
}

/** Whether the customer got it, and why not. */
export function MessagePanel({ id, session, query, close }: Props) {
  const { data, error, reload } = useQuery<MessageDetail>(`messages/${encodeURIComponent(id)}`, {
    live: ['message'],
    matters: (event) => event.kind === 'message' && isAbout(event, id),
  });
  return (
    <Panel title={t('message.title', { id })} close={close}>
      {error && !data && <Failed error={error} again={reload} />}
      {!error && !data && <Loading />}
      {data && <Message message={data} session={session} query={query} reload={reload} />}
    </Panel>
  );
}

/** An address may also have Meta's id of it, which events do not carry. */
const isAbout = ({ messages, omitted }: Extract<LiveEvent, { kind: 'message' }>, id: string): boolean =>
  omitted > 0 || !/^\d+$/.test(id) || messages.some((message) => String(message.id) === id);

function Message({
  message,
  session,
  query,
  reload,
}: {
  readonly message: MessageDetail;
  readonly session: Session;
  readonly query: URLSearchParams;
  readonly reload: () => void;
}) {
  const path = `messages/${message.id}/callbacks`;
  const { data: callbacks } = useQuery<MessageCallbacks>(may(session, 'webhooks.read') ? path : undefined, {
    every: CALLBACKS_REFRESH,
  });
  const to = message.phone === '' ? (message.user_id ?? t('messages.erased')) : phone(message.phone);
  const canSendAgain = message.can_send_again && may(session, 'messages.send');
  return (
    <>
      <div class="summary">
        <div>
          <div class="who number">{to}</div>
          <div class="muted">
            <bdi>{message.template_name ?? message.preview}</bdi> {message.template_language}
          </div>
        </div>
        <StatusChip status={message.status} />
      </div>
      {message.error && (
        <Failure message={message} error={message.error}>
          {canSendAgain && <SendAgain message={message} query={query} reload={reload} />}
        </Failure>
      )}
      {message.status === 'unconfirmed' && (
        <div class="notice waiting">
          <Icon name="question" />
          <p>{t('message.unconfirmed')}</p>
        </div>
      )}
      <section>
        <h2 class="section-title">{t('message.life')}</h2>
        <Life message={message} callbacks={callbacks?.deliveries} />
      </section>
      <section>
        <h2 class="section-title">{t('message.facts')}</h2>
        <Facts message={message} />
      </section>
      <details class="fold">
        <summary>{t('message.payload')}</summary>
        {message.content === null ? (
          <pre class="muted">{t('message.noPayload')}</pre>
        ) : (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
          <pre tabIndex={0}>{JSON.stringify(message.content, null, 2)}</pre>
        )}
      </details>
    </>
  );
}

function Facts({ message }: { readonly message: MessageDetail }) {
  const { price } = message;
  const facts: readonly (readonly [string, preact.ComponentChildren])[] = [
    [t('message.from'), <span class="number">{message.phone_number_id}</span>],
    ...(message.wamid === null ? [] : [['wamid', <Copyable text={message.wamid} />] as const]),
    [
      t('message.type'),
      message.template_category === null ? message.type : `${message.type} · ${message.template_category}`,
    ],
    ...(price ? [[t('message.price'), priceInWords(price)] as const] : []),
    ...(message.retries > 0 ? [[t('message.retries'), String(message.retries)] as const] : []),
    ...(message.next_attempt_at === null ? [] : [[t('message.next'), absolute(message.next_attempt_at)] as const]),
    ...(message.context_wamid === null
      ? []
      : [[t('message.replyTo'), <Copyable text={message.context_wamid} />] as const]),
    ...(message.bulk_send_id === null
      ? []
      : [[t('message.bulk'), <Link to={`bulk-sends/${message.bulk_send_id}`}>{message.bulk_send_id}</Link>] as const]),
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

const priceInWords = ({ billable, category, country }: NonNullable<MessageDetail['price']>): string => {
  const words = billable === null ? '' : t(billable ? 'price.charged' : 'price.free');
  return [words, category, country].filter(Boolean).join(' · ');
};

/** Sends a failed message again; asks before where its recipient may get it twice. */
function SendAgain({
  message,
  query,
  reload,
}: {
  readonly message: MessageDetail;
  readonly query: URLSearchParams;
  readonly reload: () => void;
}) {
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const isUnknown = message.error_code === 'OUTCOME_UNKNOWN';

  const send = async () => {
    setBusy(true);
    try {
      const body = { include_unknown: isUnknown };
      const sent = await call<MessageDetail>('POST', `messages/${message.id}/send-again`, { body });
      go(`messages/${sent.id}`, query);
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message || t('error.offline') : String(error));
      setBusy(false);
      reload();
    }
  };

  return (
    <div class="actions">
      {isUnknown ? (
        <Confirm verb={t('message.sendAgain')} question={t('message.maybeTwice')} act={send} />
      ) : (
        <button class="button" type="button" disabled={isBusy} onClick={() => void send()}>
          <Icon name="retry" size={16} />
          {t('message.sendAgain')}
        </button>
      )}
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
