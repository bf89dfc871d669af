import { type BulkSend, may } from '../api.js';
import { formatNumber, t } from '../i18n.js';
import { lazy } from '../parts/lazy.js';
import { Link } from '../parts/link.js';
import { useListKeys } from '../parts/list-keys.js';
import { PagesFoot, usePages } from '../parts/pages.js';
import { BulkChip, Progress } from '../parts/progress.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Time } from '../parts/time.js';
import { go, withQuery } from '../router.js';
import { BulkSendPanel } from './bulk-send.js';
import type { PageProps } from './page.js';

const STATUSES = [
  'SCHEDULED',
  'QUEUED',
  'PROCESSING',
  'PAUSED',
  'COMPLETED',
  'PARTIAL',
  'FAILED',
  'CANCELLED',
] as const;

/** The bulk sends, newest first, each with how far it is. */
export function BulkSendsPage(props: PageProps) {
  return props.id === 'new' ? <NewBulkSend {...props} /> : <BulkSendList {...props} />;
}

const NewBulkSend = lazy(() => import('./new-bulk-send.js').then(({ NewBulkSendPage }) => NewBulkSendPage));

function BulkSendList({ session, place, id }: PageProps) {
  const { query } = place;
  const asked = withQuery(new URLSearchParams(), {
    status: query.get('status') ?? '',
    phone_number_id: query.get('number') ?? '',
  });
  const list = usePages<BulkSend>(`bulk-sends?${asked.toString()}`, 'bulk_sends', { live: ['bulk_send'] });
  const canSend = may(session, 'messages.send') && may(session, 'templates.read');
  const open = (bulkSend: BulkSend) => go(`bulk-sends/${bulkSend.id}`, query);
  const close = () => go('bulk-sends', query);
  const chosen = useListKeys(list.items, open);

  return (
    <>
      <div class="page-head">
        <h1>{t('nav.bulk')}</h1>
        <select
          class={`select ${query.has('status') ? 'set' : ''}`}
          aria-label={t('messages.status')}
          value={query.get('status') ?? ''}
          onChange={({ currentTarget }) => go('bulk-sends', withQuery(query, { status: currentTarget.value }))}
        >
          <option value="">{t('filters.anyStatus')}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {t(`bulk.${status}`)}
            </option>
          ))}
        </select>
        <span class="space" />
        {canSend && (
          <Link class="button main-action" to="bulk-sends/new">
            {t('new.title')}
          </Link>
        )}
      </div>
      <div class="card list">
        {list.error && !list.hasAnswer && <Failed error={list.error} again={list.reload} />}
        {!list.error && !list.hasAnswer && <Loading />}
        {list.hasAnswer && list.items.length === 0 && (
          <Empty text={query.has('status') ? t('bulk.noneFound') : t('bulk.none')}>
            {query.has('status') && (
              <Link class="button" to="bulk-sends">
                {t('filters.clear')}
              </Link>
            )}
          </Empty>
        )}
        {list.items.length > 0 && (
          <table class="table bulk">
            <thead>
              <tr>
                <th scope="col">{t('bulk.name')}</th>
                <th scope="col">{t('messages.status')}</th>
                <th scope="col">{t('bulk.how')}</th>
                <th scope="col" class="right">
                  {t('bulk.sent')}
                </th>
                <th scope="col" class="right">
                  {t('bulk.failed')}
                </th>
                <th scope="col" class="right">
                  {t('messages.when')}
                </th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((bulkSend, index) => (
                <tr key={bulkSend.id} class={`${bulkSend.id === id ? 'open' : ''} ${index === chosen ? 'chosen' : ''}`}>
                  <td class="cut">
                    <Link class="row-link" to={`bulk-sends/${bulkSend.id}`} query={query}>
                      <bdi>{bulkSend.name ?? bulkSend.template.template_name}</bdi>
                    </Link>
                  </td>
                  <td>
                    <BulkChip status={bulkSend.status} />
                  </td>
                  <td>
                    <Progress bulkSend={bulkSend} />
                  </td>
                  <td class="right number">
                    {t('bulk.of', { done: bulkSend.sent_count, all: bulkSend.total_recipients })}
                  </td>
                  <td class={`right number ${bulkSend.failed_count > 0 ? 'bad-number' : 'muted'}`}>
                    {formatNumber(bulkSend.failed_count)}
                  </td>
                  <td class="right nowrap muted">
                    <Time at={bulkSend.created_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <PagesFoot list={list} />
      </div>
      {id !== undefined && <BulkSendPanel key={id} id={id} session={session} close={close} />}
    </>
  );
}
