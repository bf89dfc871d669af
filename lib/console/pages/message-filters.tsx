import { useState } from 'preact/hooks';
import { Icon } from '../icons.js';
import { t } from '../i18n.js';
import { go, withQuery } from '../router.js';
import { Link } from '../parts/link.js';

const STATUSES = ['failed', 'unconfirmed', 'pending', 'sending', 'sent', 'delivered', 'read'] as const;

/** What the list shows. Each choice is in the address at once; text when it is finished. */
export function Filters({ query }: { readonly query: URLSearchParams }) {
  const isSet = withQuery(query, { number: '' }).size > 0;
  // On a phone they are folded away until someone wants them.
  const [isOpen, setOpen] = useState(isSet);
  const set = (name: string) => (event: { readonly currentTarget: HTMLInputElement | HTMLSelectElement }) => {
    const next = withQuery(query, { [name]: event.currentTarget.value.trim(), q: '' });
    if (next.toString() !== query.toString()) go('messages', next);
  };
  const text = (name: string, words: string) => (
    <input
      key={query.get(name) ?? ''}
      class="input"
      name={name}
      defaultValue={query.get(name) ?? ''}
      placeholder={words}
      aria-label={words}
      onChange={set(name)}
    />
  );
  const day = (name: string, words: string) => (
    <label class="day">
      <span class="small muted">{words}</span>
      <input class="input" type="date" name={name} value={(query.get(name) ?? '').slice(0, 10)} onChange={set(name)} />
    </label>
  );
  return (
    <>
      <button class="button filters-fold" type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name="filter" size={16} />
        {t('filters')}
      </button>
      <div class={`filters ${isOpen ? 'open' : ''}`} role="group" aria-label={t('filters')}>
        <select
          class={`select ${query.has('status') ? 'set' : ''}`}
          aria-label={t('messages.status')}
          value={query.get('status') ?? ''}
          onChange={set('status')}
        >
          <option value="">{t('filters.anyStatus')}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {t(`status.${status}`)}
            </option>
          ))}
        </select>
        {text('phone', t('filters.phone'))}
        {text('template', t('filters.template'))}
        {text('error_code', t('filters.error'))}
        {day('from', t('filters.from'))}
        {day('to', t('filters.to'))}
        {query.has('bulk_send_id') && (
          <span class="chip">{t('filters.bulk', { id: query.get('bulk_send_id')?.slice(0, 8) ?? '' })}</span>
        )}
        {isSet && (
          <Link class="button" to="messages">
            <Icon name="close" size={14} />
            {t('filters.clear')}
          </Link>
        )}
      </div>
    </>
  );
}
