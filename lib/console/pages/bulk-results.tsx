import { type BulkBreakdown, type BulkSend, useQuery } from '../api.js';
import { absolute, countryName, timeOfDay } from '../format.js';
import { formatNumber, t } from '../i18n.js';
import { Chart } from '../parts/chart.js';
import { Link } from '../parts/link.js';
import { Failed } from '../parts/states.js';
import { withoutCode } from './failure.js';

/** How often they are counted again, in ms: a million takes the database seconds. */
const refreshOf = ({ total_recipients: recipients }: BulkSend) => (recipients > 100_000 ? 60_000 : 10_000);

const HOUR = 3_600_000;

/** More are not drawn one by one. */
const MOST_HOURS = 24 * 31;

/** Countries that are shown before one asks for more. */
const FEW = 6;

type ErrorCount = BulkSend['errors'][number] & Partial<BulkBreakdown['errors'][number]>;

/** The results of a bulk send by error, by country and by hour. */
export function BulkResults({ bulkSend }: { readonly bulkSend: BulkSend }) {
  const key = `bulk-sends/${bulkSend.id}/breakdown`;
  const { data, error, reload } = useQuery<BulkBreakdown>(key, { every: refreshOf(bulkSend) });
  const isBegun = bulkSend.sent_count + bulkSend.failed_count > 0;
  if (!isBegun) return null;
  // The counts of errors are known at once; what they mean, and the rest, a moment later.
  const errors = bulkSend.errors
    .map((known) => ({ ...data?.errors.find(({ code }) => code === known.code), ...known }))
    .toSorted((one, other) => other.count - one.count);
  return (
    <>
      {errors.length > 0 && <ByError id={bulkSend.id} errors={errors} />}
      {error && !data && <Failed error={error} again={reload} />}
      {data && data.countries.length > 0 && <ByCountry countries={data.countries} />}
      {data && data.hours.length > 0 && <ByHour hours={data.hours} />}
    </>
  );
}

function ByError({ id, errors }: { readonly id: string; readonly errors: readonly ErrorCount[] }) {
  const most = Math.max(...errors.map(({ count }) => count));
  return (
    <section>
      <h2 class="section-title">{t('bulk.errors')}</h2>
      <ul class="errors">
        {errors.map((error) => (
          <li key={error.code}>
            <Link to="messages" query={new URLSearchParams({ bulk_send_id: id, error_code: String(error.code ?? '') })}>
              <span class="number">{formatNumber(error.count)}</span>
              <span>
                <bdi>{error.message === null ? error.code : withoutCode(error.message)}</bdi>{' '}
                <code class="muted">{error.code}</code>
                {error.meaning !== undefined && error.meaning !== null && (
                  <span class="small muted meaning">{error.meaning}</span>
                )}
                <meter value={error.count} max={most} aria-hidden="true" />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ByCountry({ countries }: { readonly countries: BulkBreakdown['countries'] }) {
  const rows = (some: typeof countries) =>
    some.map((row) => (
      <tr key={row.country}>
        <th scope="row">{row.country === null ? t('bulk.noCountry') : countryName(row.country)}</th>
        {COLUMNS.map((name) => (
          <td key={name} class={`number ${name === 'failed' && row.failed > 0 ? 'bad-number' : ''}`}>
            {formatNumber(row[name])}
          </td>
        ))}
      </tr>
    ));
  const table = (some: typeof countries) => (
    <table class="results">
      <thead>
        <tr>
          <th scope="col">{t('bulk.country')}</th>
          {COLUMNS.map((name) => (
            <th key={name} scope="col">
              {t(`status.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{rows(some)}</tbody>
    </table>
  );
  return (
    <section>
      <h2 class="section-title">{t('bulk.countries')}</h2>
      {table(countries.slice(0, FEW))}
      {countries.length > FEW && (
        <details class="small">
          <summary>{t('bulk.moreCountries', { n: countries.length - FEW })}</summary>
          {table(countries.slice(FEW))}
        </details>
      )}
    </section>
  );
}

const COLUMNS = ['sent', 'delivered', 'read', 'failed'] as const;

function ByHour({ hours }: { readonly hours: BulkBreakdown['hours'] }) {
  const times = everyHour(hours);
  const known = new Map(hours.map((hour) => [Date.parse(hour.at), hour]));
  const values = (name: (typeof COLUMNS)[number]) => times.map((time) => known.get(time)?.[name] ?? 0);
  return (
    <section>
      <h2 class="section-title">{t('bulk.hours')}</h2>
      <Chart
        title={t('bulk.hours')}
        times={times}
        nameTime={times.length > 24 ? absolute : timeOfDay}
        curves={[
          { label: t('status.sent'), color: 'muted', values: values('sent') },
          { label: t('status.delivered'), color: 'accent', values: values('delivered'), isFilled: true },
          { label: t('status.read'), color: 'blue', values: values('read') },
          { label: t('status.failed'), color: 'red', values: values('failed') },
        ]}
      />
    </section>
  );
}

/** Those without a message, too, and one more at each end: a curve needs more than one point. */
function everyHour(hours: BulkBreakdown['hours']): readonly number[] {
  const known = hours.map(({ at }) => Date.parse(at));
  const [first = 0, last = 0] = [known[0], known.at(-1)];
  const count = (last - first) / HOUR + 3;
  return count > MOST_HOURS ? known : Array.from({ length: count }, (_, index) => first + (index - 1) * HOUR);
}
