import { useState } from 'preact/hooks';
import { ApiError, call, type FailedItems, may, type Session, useQuery, type Webhooks } from '../api.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Link } from '../parts/link.js';
import { useListKeys } from '../parts/list-keys.js';
import { PagesFoot, usePages } from '../parts/pages.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Time } from '../parts/time.js';
import { go, withQuery } from '../router.js';
import { Callbacks } from './callbacks.js';
import { DeliveryPanel } from './delivery.js';
import { FailedItemPanel, kindWords } from './failed-item.js';
import type { PageProps } from './page.js';

const REFRESH = 10_000;

/** What Meta reports, and what the app is sent about it. */
export function WebhooksPage({ session, place, id }: PageProps) {
  const { query } = place;
  const isOfCallbacks = query.get('tab') === 'callbacks' || (id?.includes('-') ?? false);
  const close = () => go('webhooks', isOfCallbacks ? withQuery(query, { tab: 'callbacks' }) : query);
  return (
    <>
      <div class="page-head">
        <h1>{t('nav.webhooks')}</h1>
      </div>
      <nav class="page-tabs" aria-label={t('nav.webhooks')}>
        <Link to="webhooks" aria-current={isOfCallbacks ? undefined : 'page'}>
          {t('webhooks.in')}
        </Link>
        <Link
          to="webhooks"
          query={new URLSearchParams({ tab: 'callbacks' })}
          aria-current={isOfCallbacks ? 'page' : undefined}
        >
          {t('webhooks.out')}
        </Link>
      </nav>
      {isOfCallbacks ? (
        <Callbacks session={session} query={query} id={id} />
      ) : (
        <>
          <Arrivals />
          <FailedList session={session} query={query} id={id} />
        </>
      )}
      {id !== undefined &&
        (isOfCallbacks ? (
          <DeliveryPanel key={id} id={id} session={session} close={close} />
        ) : (
          <FailedItemPanel key={id} id={id} session={session} close={close} />
        ))}
    </>
  );
}

/** When webhooks came, by account, and which were refused. */
function Arrivals() {
  const { data, error, reload } = useQuery<Webhooks>('webhooks', { every: REFRESH, live: ['webhook'] });
  if (error && !data) return <Failed error={error} again={reload} />;
  if (!data) return <Loading lines={3} />;
  const { accounts, refused, unclaimed } = data;
  return (
    <section class="card padded arrivals">
      <h2 class="section-title">{t('webhooks.arrivals')}</h2>
      {accounts.length === 0 && <p class="muted">{t('webhooks.noAccounts')}</p>}
      <dl class="facts">
        {accounts.map(({ business_account_id: account, name, webhook_at: at }) => (
          <>
            <dt key={account}>
              <bdi>{name ?? account}</bdi>
            </dt>
            <dd>{at === null ? <span class="warning">{t('number.noWebhook')}</span> : <Time at={at} />}</dd>
          </>
        ))}
        <dt>{t('webhooks.signatures')}</dt>
        <dd>
          {refused.last_at === null ? (
            t('webhooks.noneRefused')
          ) : (
            <>
              <p>
                {t('webhooks.refused', { n: refused.last_day, week: refused.last_week })} {t('webhooks.refusedLast')}{' '}
                <Time at={refused.last_at} />
              </p>
              <p class="muted">{t('webhooks.refusedAdvice')}</p>
            </>
          )}
        </dd>
      </dl>
      {unclaimed.map(({ business_account_id: account, count, last_at: at }) => (
        <div key={account} class="notice waiting">
          <Icon name="alert" />
          <div>
            <p>
              {t('webhooks.unclaimed', { n: count, account })} <Time at={at} />
            </p>
            <p class="muted">{t('webhooks.unclaimedAdvice')}</p>
          </div>
        </div>
      ))}
    </section>
  );
}

interface ListProps {
  readonly session: Session;
  readonly query: URLSearchParams;
  readonly id: string | undefined;
}

/** What could not be applied; it is kept. */
function FailedList({ session, query, id }: ListProps) {
  const list = usePages<FailedItems['items'][number]>('webhooks/failed', 'items', {
    every: REFRESH,
    live: ['webhook'],
  });
  const chosen = useListKeys(list.items, (item) => go(`webhooks/${item.id}`, query));
  return (
    <section>
      <div class="section-head">
        <h2>{t('webhooks.failed')}</h2>
        {list.items.length > 0 && may(session, 'webhooks.update') && <ApplyAll onDone={list.reload} />}
      </div>
      <div class="card list">
        {list.error && <Failed error={list.error} again={list.reload} />}
        {!list.error && !list.hasAnswer && <Loading />}
        {list.hasAnswer && list.items.length === 0 && <Empty text={t('webhooks.noneFailed')} />}
        {list.items.length > 0 && (
          <table class="table failed-items">
            <thead>
              <tr>
                <th scope="col">{t('webhooks.what')}</th>
                <th scope="col">{t('webhooks.why')}</th>
                <th scope="col">{t('templates.account')}</th>
                <th scope="col" class="right">
                  {t('webhooks.tries')}
                </th>
                <th scope="col" class="right">
                  {t('messages.when')}
                </th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((item, index) => (
                <tr key={item.id} class={`${String(item.id) === id ? 'open' : ''} ${index === chosen ? 'chosen' : ''}`}>
                  <td class="cut">
                    <Link class="row-link" to={`webhooks/${item.id}`} query={query}>
                      {kindWords(item.kind)}
                    </Link>{' '}
                    <code class="muted">
                      <bdi>{item.field}</bdi>
                    </code>
                  </td>
                  <td class="cut">
                    <bdi>{item.error}</bdi>
                  </td>
                  <td class="cut number">
                    <bdi>{item.business_account_id}</bdi>
                  </td>
                  <td class="right number">{item.tries}</td>
                  <td class="right nowrap muted">
                    <Time at={item.received_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <PagesFoot list={list} />
      </div>
    </section>
  );
}

function ApplyAll({ onDone }: { readonly onDone: () => void }) {
  const [outcome, setOutcome] = useState('');
  const [isBusy, setBusy] = useState(false);
  const apply = async () => {
    setBusy(true);
    try {
      const { applied, failed } = await call<{ applied: number; failed: number }>('POST', 'webhooks/failed/apply', {
        body: {},
      });
      setOutcome(t('webhooks.appliedAll', { n: applied, failed }));
    } catch (error) {
      setOutcome(error instanceof ApiError ? error.message || t('error.offline') : String(error));
    }
    setBusy(false);
    onDone();
  };
  return (
    <>
      <span class="small muted" role="status">
        {outcome}
      </span>
      <button class="button" type="button" disabled={isBusy} onClick={() => void apply()}>
        <Icon name="retry" size={16} />
        {t('webhooks.applyAll')}
      </button>
    </>
  );
}
