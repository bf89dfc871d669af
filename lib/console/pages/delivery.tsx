import { useState } from 'preact/hooks';
import { ApiError, call, type Delivery, type DeliveryDetail, may, type Session, useQuery } from '../api.js';
import { absolute } from '../format.js';
import { formatNumber, t } from '../i18n.js';
import { Icon, type IconName } from '../icons.js';
import { Copyable } from '../parts/copy.js';
import { Link } from '../parts/link.js';
import { Panel } from '../parts/panel.js';
import { Failed, Loading } from '../parts/states.js';

const REFRESH = 3_000;

const LOOKS = {
  pending: ['clock', ''],
  delivered: ['once', 'good'],
  failed: ['close', 'failed'],
} as const satisfies Record<Delivery['status'], readonly [IconName, string]>;

/** How far a callback is, by sign, word and colour. */
export function DeliveryChip({ status }: { readonly status: Delivery['status'] }) {
  const [icon, look] = LOOKS[status];
  return (
    <span class={`chip ${look}`}>
      <Icon name={icon} size={14} />
      {t(`callbacks.${status}`)}
    </span>
  );
}

/** What the receiver answered, in short. */
export const answerWords = ({ response_status: status, attempts }: Delivery): string => {
  if (status !== null) return t('callbacks.answered', { status: String(status) });
  return attempts === 0 ? t('callbacks.untried') : t('callbacks.noAnswer');
};

interface Props {
  readonly id: string;
  readonly session: Session;
  readonly close: () => void;
}

/** One callback: how it went, and what is sent. */
export function DeliveryPanel({ id, session, close }: Props) {
  const { data, error, reload } = useQuery<DeliveryDetail>(`callbacks/deliveries/${encodeURIComponent(id)}`, {
    every: REFRESH,
  });
  return (
    <Panel title={t('callbacks.delivery')} close={close}>
      {error && !data && <Failed error={error} again={reload} />}
      {!error && !data && <Loading />}
      {data && (
        <>
          <div class="summary">
            <div class="who">
              <code>{data.event}</code>
            </div>
            <DeliveryChip status={data.status} />
          </div>
          {data.error !== null && (
            <div class={`notice ${data.status === 'failed' ? 'bad' : 'waiting'}`}>
              <Icon name="alert" />
              <p>
                <bdi>{data.error}</bdi>
              </p>
            </div>
          )}
          <section>
            <h2 class="section-title">{t('message.facts')}</h2>
            <dl class="facts">
              <dt>{t('callbacks.answer')}</dt>
              <dd>{answerWords(data)}</dd>
              <dt>{t('webhooks.tries')}</dt>
              <dd>{formatNumber(data.attempts)}</dd>
              <dt>{t('callbacks.since')}</dt>
              <dd>{absolute(data.created_at)}</dd>
              {data.next_attempt_at !== null && (
                <>
                  <dt>{t('callbacks.next')}</dt>
                  <dd>{absolute(data.next_attempt_at)}</dd>
                </>
              )}
              {data.delivered_at !== null && (
                <>
                  <dt>{t('callbacks.delivered')}</dt>
                  <dd>{absolute(data.delivered_at)}</dd>
                </>
              )}
              <dt>X-Webhook-Id</dt>
              <dd>
                <Copyable text={data.id} />
              </dd>
            </dl>
          </section>
          <div class="actions">
            {may(session, 'webhooks.update') && data.status !== 'pending' && <Resend id={data.id} onDone={reload} />}
            <MessageLink delivery={data} session={session} />
          </div>
          <details class="fold">
            <summary>{t('callbacks.body')}</summary>
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
            <pre tabIndex={0}>{pretty(data.payload)}</pre>
          </details>
        </>
      )}
    </Panel>
  );
}

function MessageLink({ delivery, session }: { readonly delivery: DeliveryDetail; readonly session: Session }) {
  const id = messageIn(delivery);
  if (id === undefined || !may(session, 'messages.read')) return null;
  return (
    <Link class="button" to={`messages/${id}`}>
      <Icon name="messages" size={16} />
      {t('message.title', { id })}
    </Link>
  );
}

/** The message that it reports a status of. */
function messageIn({ event, payload }: DeliveryDetail): number | undefined {
  if (event !== 'message.status') return undefined;
  const { data }: { data?: unknown } = Object(read(payload));
  const { id }: { id?: unknown } = Object(data);
  return typeof id === 'number' ? id : undefined;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const pretty = (text: string): string => JSON.stringify(read(text), null, 2) ?? text;

function Resend({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const [problem, setProblem] = useState('');
  const resend = async () => {
    try {
      await call('POST', `callbacks/deliveries/${id}/resend`, { body: {} });
      setProblem('');
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message || t('error.offline') : String(error));
    }
    onDone();
  };
  return (
    <>
      <button class="button" type="button" onClick={() => void resend()}>
        <Icon name="retry" size={16} />
        {t('callbacks.resend')}
      </button>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
