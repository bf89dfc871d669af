import {
  type BulkSends,
  type Costs,
  type Health,
  may,
  type Numbers,
  type Overview,
  type Session,
  useQuery,
} from '../api.js';
import { dayOf, timeOfDay } from '../format.js';
import { formatNumber, t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Chart } from '../parts/chart.js';
import { Link } from '../parts/link.js';
import { BulkChip, Progress } from '../parts/progress.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { FirstStepsCard } from './first-steps.js';
import { PhoneNumberCard } from './phone-number.js';
import type { PageProps } from './page.js';

const DAY = 24;

/** What happens today, and what needs someone. */
export function OverviewPage({ session, place }: PageProps) {
  const number = place.query.get('number') ?? '';
  const of = number === '' ? '' : new URLSearchParams({ phone_number_id: number }).toString();
  const overview = useQuery<Overview>(`overview?${of}`, { live: ['message'], pace: 5_000 });
  const running = useQuery<BulkSends>(`bulk-sends?page_size=20&${of}`, { live: ['bulk_send'] });
  return (
    <>
      <div class="page-head">
        <h1>{t('nav.overview')}</h1>
      </div>
      {may(session, 'accounts.read') && <Attention />}
      <FirstStepsCard workspace={session.workspace} />
      {overview.error && !overview.data && <Failed error={overview.error} again={overview.reload} />}
      {!overview.error && !overview.data && <Loading lines={10} />}
      {overview.data && <Today overview={overview.data} />}
      {running.data && <Running bulkSends={running.data} />}
      {may(session, 'accounts.read') && <PhoneNumbers session={session} number={number} />}
    </>
  );
}

function Today({ overview: { hours, is_cut } }: { readonly overview: Overview }) {
  const [today, before] = [hours.slice(-DAY), hours.slice(0, -DAY)];
  const sum = (of: typeof hours, name: 'sent' | 'delivered' | 'read' | 'failed') =>
    of.reduce((total, hour) => total + hour[name], 0);
  const sent = sum(today, 'sent');
  const values = (name: 'sent' | 'delivered' | 'read' | 'failed') => hours.map((hour) => hour[name]);
  const share = (count: number) => (sent === 0 ? '' : t('overview.percent', { n: Math.round((count / sent) * 100) }));
  const tiles = [
    ['sent', 'muted', sent, t('overview.before', { n: sum(before, 'sent') })],
    ['delivered', 'accent', sum(today, 'delivered'), share(sum(today, 'delivered'))],
    ['read', 'blue', sum(today, 'read'), share(sum(today, 'read'))],
    ['failed', 'red', sum(today, 'failed'), t('overview.before', { n: sum(before, 'failed') })],
  ] as const;
  return (
    <>
      <h2 class="section-title">{t('overview.day')}</h2>
      <div class="tiles">
        {tiles.map(([name, color, count, note]) => (
          <Link
            key={name}
            class="card tile"
            to="messages"
            query={new URLSearchParams({ ...(name !== 'sent' && { status: name }), from: today[0]?.at ?? '' })}
          >
            <span class="muted">
              <i class={`key ${color}`} />
              {t(`status.${name}`)}
            </span>
            <strong class="number">{formatNumber(count)}</strong>
            <span class="small muted">{note}</span>
          </Link>
        ))}
        <CostTiles />
      </div>
      <div class="card padded">
        <h2 class="section-title">{t('overview.hours')}</h2>
        <Chart
          title={t('overview.hours')}
          height={220}
          times={hours.map(({ at }) => Date.parse(at))}
          nameTime={timeOfDay}
          curves={[
            { label: t('status.sent'), color: 'muted', values: values('sent') },
            { label: t('status.delivered'), color: 'accent', values: values('delivered'), isFilled: true },
            { label: t('status.read'), color: 'blue', values: values('read') },
            { label: t('status.failed'), color: 'red', values: values('failed') },
          ]}
        />
        {is_cut && <p class="small muted">{t('overview.cut')}</p>}
      </div>
      <CostCurves />
    </>
  );
}

/** What messages cost; nothing where no rate card is configured. */
function CostTiles() {
  // Sums are read from the rows of a month.
  const { data } = useQuery<Costs>('overview/costs', { every: 60_000 });
  return (
    <>
      {data?.sums.map(({ currency, today, month }) => (
        <div key={currency} class="card tile">
          <span class="muted">{t('cost.today')}</span>
          <strong class="number">{money(today, currency)}</strong>
          <span class="small muted">{t('cost.month', { amount: money(month, currency) })}</span>
        </div>
      ))}
    </>
  );
}

/** What messages cost day by day; nothing where no rate card is configured. */
function CostCurves() {
  const { data } = useQuery<Costs>('overview/costs', { every: 60_000 });
  return (
    <>
      {data?.sums.map(({ currency, days }) => (
        <div key={currency} class="card padded">
          <h2 class="section-title">{t('cost.days', { currency })}</h2>
          <Chart
            title={t('cost.days', { currency })}
            height={140}
            times={days.map(({ day }) => Date.parse(`${day}T12:00:00`))}
            nameTime={dayOf}
            curves={[
              {
                label: t('cost.curve', { currency }),
                color: 'accent',
                values: days.map(({ amount }) => Number(amount)),
                isFilled: true,
              },
            ]}
          />
        </div>
      ))}
    </>
  );
}

const money = (amount: string, currency: string): string =>
  formatNumber(Number(amount), { style: 'currency', currency, maximumFractionDigits: 2 });

/** What does not work, if anything does not. */
function Attention() {
  const { data } = useQuery<Health>('health', { every: 30_000, live: ['pause'] });
  const down = (data?.checks ?? []).filter(({ status }) => status === 'down');
  if (down.length === 0) return null;
  return (
    <section class="notice bad attention" aria-label={t('health.attention')}>
      <Icon name="alert" />
      <dl>
        {down.map(({ name, message }) => (
          <div key={name}>
            <dt>{t(`health.${name}`)}</dt>
            <dd>{message ?? t('health.down')}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Those that have not ended; nothing where there are none. */
function Running({ bulkSends }: { readonly bulkSends: BulkSends }) {
  const active = bulkSends.bulk_sends.filter(({ status }) =>
    ['SCHEDULED', 'QUEUED', 'PROCESSING', 'PAUSED'].includes(status),
  );
  if (active.length === 0) return null;
  return (
    <section>
      <h2 class="section-title">{t('overview.running')}</h2>
      <div class="card running">
        {active.map((bulkSend) => (
          <Link key={bulkSend.id} class="running-row" to={`bulk-sends/${bulkSend.id}`}>
            <bdi>{bulkSend.name ?? bulkSend.template.template_name}</bdi>
            <BulkChip status={bulkSend.status} />
            <Progress bulkSend={bulkSend} />
            <span class="number muted">
              {t('bulk.of', { done: bulkSend.sent_count, all: bulkSend.total_recipients })}
            </span>
          </Link>
        ))}
      </div>
    </section>
  );
}

function PhoneNumbers({ session, number: chosen }: { readonly session: Session; readonly number: string }) {
  const { data, error, reload } = useQuery<Numbers>('numbers', { every: 30_000, live: ['pause'] });
  const numbers = data?.numbers.filter(({ phone_number_id: id }) => chosen === '' || id === chosen);
  return (
    <section>
      <h2 class="section-title">{t('overview.numbers')}</h2>
      {error && !data && <Failed error={error} again={reload} />}
      {numbers?.length === 0 && (
        <div class="card">
          <Empty text={t('overview.noNumbers')} />
        </div>
      )}
      <div class="phone-numbers">
        {numbers?.map((number) => (
          <PhoneNumberCard key={number.phone_number_id} number={number} session={session} reload={reload} />
        ))}
      </div>
    </section>
  );
}
