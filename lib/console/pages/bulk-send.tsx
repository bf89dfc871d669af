import { useEffect, useState } from 'preact/hooks';
import { ApiError, type BulkSend, call, may, type Retried, type Session, useQuery } from '../api.js';
import { absolute, duration, timeOfDay } from '../format.js';
import { formatNumber, t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Chart } from '../parts/chart.js';
import { Confirm } from '../parts/confirm.js';
import { Copyable } from '../parts/copy.js';
import { Link } from '../parts/link.js';
import { Panel } from '../parts/panel.js';
import { BulkChip, Progress } from '../parts/progress.js';
import { Failed, Loading } from '../parts/states.js';
import { addressOf } from '../router.js';
import { BulkResults } from './bulk-results.js';

/** Milliseconds between two looks while nothing happens: the curve goes on at zero. */
const REFRESH = 5_000;

/** Moments that the curve has, a second apart. */
const MOMENTS = 120;

interface Props {
  readonly id: string;
  readonly session: Session;
  readonly close: () => void;
}

/** How far a bulk send is, how fast it goes, why it waits, and what one can do. */
export function BulkSendPanel({ id, session, close }: Props) {
  const { data, error, at, reload } = useQuery<BulkSend>(`bulk-sends/${encodeURIComponent(id)}`, {
    every: REFRESH,
    live: ['bulk_send'],
    matters: (event) => event.kind === 'bulk_send' && event.bulk_send_id === id,
  });
  return (
    <Panel title={data?.name ?? t('bulk.title')} close={close}>
      {error && !data && <Failed error={error} again={reload} />}
      {!error && !data && <Loading />}
      {data && <Details bulkSend={data} at={at} session={session} reload={reload} />}
    </Panel>
  );
}

function Details({
  bulkSend,
  at,
  session,
  reload,
}: {
  readonly bulkSend: BulkSend;
  /** When it was so, in ms. */
  readonly at: number;
  readonly session: Session;
  readonly reload: () => void;
}) {
  const pace = usePace(bulkSend, at);
  const isOver = bulkSend.completed_at !== null || bulkSend.status === 'CANCELLED';
  return (
    <>
      <div class="summary">
        <div>
          <div class="who">
            <bdi>{bulkSend.template.template_name}</bdi>
          </div>
          <div class="muted">
            {bulkSend.template.language} · <span class="number">{bulkSend.phone_number.display_phone_number}</span>
          </div>
        </div>
        <BulkChip status={bulkSend.status} />
      </div>
      <div>
        <Progress bulkSend={bulkSend} />
        <Counts bulkSend={bulkSend} />
      </div>
      {bulkSend.waiting_reason !== null && !isOver && <Waiting bulkSend={bulkSend} />}
      {may(session, 'messages.send') && <Controls bulkSend={bulkSend} reload={reload} />}
      {!isOver && (
        <section>
          <h2 class="section-title">{t('bulk.pace')}</h2>
          <Chart
            title={t('bulk.pace')}
            times={pace.times}
            curves={[{ label: t('bulk.perSecond'), color: 'accent', values: pace.values, isFilled: true }]}
          />
          <p class="muted">{finish(bulkSend, pace.now)}</p>
        </section>
      )}
      <BulkResults bulkSend={bulkSend} />
      <section>
        <h2 class="section-title">{t('message.facts')}</h2>
        <Facts bulkSend={bulkSend} />
      </section>
      <div class="actions">
        <Link class="button" to="messages" query={new URLSearchParams({ bulk_send_id: bulkSend.id })}>
          <Icon name="messages" size={16} />
          {t('bulk.messages')}
        </Link>
        <a class="button" href={addressOf(`api/bulk-sends/${bulkSend.id}/export`)} download>
          <Icon name="down" size={16} />
          {t('bulk.export')}
        </a>
      </div>
    </>
  );
}

function Counts({ bulkSend }: { readonly bulkSend: BulkSend }) {
  const counts = [
    ['read', t('status.read'), bulkSend.read_count],
    ['delivered', t('status.delivered'), bulkSend.delivered_count],
    ['sent', t('status.sent'), bulkSend.sent_count],
    ['failed', t('status.failed'), bulkSend.failed_count],
    ['pending', t('status.pending'), bulkSend.pending_count],
    ...(bulkSend.unconfirmed_count > 0
      ? [['doubt', t('status.unconfirmed'), bulkSend.unconfirmed_count] as const]
      : []),
  ] as const;
  return (
    <dl class="counts">
      {counts.map(([look, words, count]) => (
        <div key={words}>
          <dt>
            <i class={`key ${look}`} />
            {words}
          </dt>
          <dd class="number">{formatNumber(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Why nothing is sent, until when, and in the module's own words. */
function Waiting({ bulkSend }: { readonly bulkSend: BulkSend }) {
  const { waiting_reason: reason, waiting_until: until, waiting_message: message } = bulkSend;
  if (reason === null) return null;
  return (
    <div class="notice waiting">
      <Icon name="clock" />
      <div>
        <p>{t(`waiting.${reason}`)}</p>
        {until !== null && <p>{t('waiting.until', { when: absolute(until) })}</p>}
        {message !== null && (
          <p class="small muted">
            <bdi>{message}</bdi>
          </p>
        )}
      </div>
    </div>
  );
}

const SENDING = new Set<BulkSend['status']>(['SCHEDULED', 'QUEUED', 'PROCESSING']);
const ENDED = new Set<BulkSend['status']>(['COMPLETED', 'PARTIAL', 'FAILED']);

function Controls({ bulkSend, reload }: { readonly bulkSend: BulkSend; readonly reload: () => void }) {
  const [problem, setProblem] = useState('');
  const [retried, setRetried] = useState<number>();
  const act = (action: 'pause' | 'resume' | 'cancel' | 'retry') => async () => {
    try {
      const { retried_count: count } = await call<Partial<Retried>>('POST', `bulk-sends/${bulkSend.id}/${action}`, {
        body: {},
      });
      setRetried(count);
      setProblem('');
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message || t('error.offline') : String(error));
    }
    reload();
  };
  const { status, pending_count: pending, failed_count: failed } = bulkSend;
  const isActive = SENDING.has(status) || status === 'PAUSED';
  const canRetry = ENDED.has(status) && failed > 0;
  if (!isActive && !canRetry) return null;
  return (
    <div>
      <div class="actions">
        {SENDING.has(status) && (
          <button class="button" type="button" onClick={() => void act('pause')()}>
            <Icon name="pause" size={16} />
            {t('bulk.pause')}
          </button>
        )}
        {status === 'PAUSED' && (
          <button class="button main-action" type="button" onClick={() => void act('resume')()}>
            <Icon name="play" size={16} />
            {t('bulk.resume')}
          </button>
        )}
        {isActive && (
          <Confirm
            verb={t('bulk.cancel')}
            question={t('bulk.cancelWhat', { n: pending })}
            act={act('cancel')}
            isDangerous
          />
        )}
        {canRetry && (
          <button class="button" type="button" onClick={() => void act('retry')()}>
            <Icon name="retry" size={16} />
            {t('bulk.retry')}
          </button>
        )}
      </div>
      <p class="small muted" role="status">
        {retried !== undefined && t('bulk.retried', { n: retried })}
      </p>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function Facts({ bulkSend }: { readonly bulkSend: BulkSend }) {
  const { scheduled_at, started_at, completed_at, created_by } = bulkSend;
  const facts = [
    [t('bulk.recipients'), formatNumber(bulkSend.total_recipients)],
    [t('bulk.created'), absolute(bulkSend.created_at)],
    ...(scheduled_at === null ? [] : [[t('bulk.scheduledFor'), absolute(scheduled_at)]]),
    ...(started_at === null ? [] : [[t('bulk.started'), absolute(started_at)]]),
    ...(completed_at === null ? [] : [[t('bulk.completed'), absolute(completed_at)]]),
    ...(completed_at === null || started_at === null
      ? []
      : [[t('bulk.took'), duration(Math.max(0, Date.parse(completed_at) - Date.parse(started_at)))]]),
    ...(created_by?.name ? [[t('bulk.by'), created_by.name]] : []),
  ] as const;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
      <dt>id</dt>
      <dd>
        <Copyable text={bulkSend.id} />
      </dd>
    </dl>
  );
}

function finish({ pending_count: pending, estimated_time_minutes: minutes }: BulkSend, perSecond: number): string {
  const ms = perSecond > 0 ? (pending / perSecond) * 1_000 : minutes * 60_000;
  return t('bulk.finish', { time: duration(ms), when: timeOfDay(new Date(Date.now() + ms)) });
}

interface Sample {
  readonly at: number;
  readonly done: number;
}

interface Pace {
  readonly samples: readonly Sample[];
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** Of the last five seconds. */
  readonly now: number;
}

/** How many messages went out each second while one looked. */
function usePace({ sent_count: sent, failed_count: failed }: BulkSend, at: number): Pace {
  const [pace, setPace] = useState<Pace>({ samples: [], times: [], values: [], now: 0 });
  useEffect(() => {
    setPace((before) => {
      const samples = [...before.samples, { at, done: sent + failed }].slice(-MOMENTS - 1);
      const rates = samples.slice(1).map((sample, index) => rateBetween(samples[index] ?? sample, sample));
      const [first, last] = [samples.at(-6) ?? samples[0], samples.at(-1)];
      const now = first && last && first !== last ? rateBetween(first, last) : 0;
      return { samples, times: samples.slice(1).map((sample) => sample.at), values: rates, now };
    });
  }, [at]);
  return pace;
}

const rateBetween = (from: Sample, to: Sample): number =>
  Math.max(0, Math.round(((to.done - from.done) / Math.max(1, to.at - from.at)) * 10_000) / 10);
