import { may, type Numbers, type Session, useQuery } from './api.js';
import { t } from './i18n.js';
import { go, type Place } from './router.js';

/** Chooses the phone number that the pages are about; nothing where there is one alone. */
export function NumberFilter({ session, place }: { readonly session: Session; readonly place: Place }) {
  const { data } = useQuery<Numbers>(may(session, 'accounts.read') ? 'numbers' : undefined);
  const numbers = data?.numbers ?? [];
  const chosen = place.query.get('number') ?? '';
  if (numbers.length < 2 && chosen === '') return null;
  const [page = ''] = place.path.split('/', 1);
  return (
    <select
      class={`select number-filter ${chosen === '' ? '' : 'set'}`}
      aria-label={t('filters.number')}
      value={chosen}
      // What is open may be of another number.
      onChange={({ currentTarget: { value } }) => {
        const query = new URLSearchParams(place.query);
        query.set('number', value);
        go(page, query);
      }}
    >
      <option value="">{t('filters.allNumbers')}</option>
      {numbers.map(({ phone_number_id: id, display_phone_number: words }) => (
        <option key={id} value={id}>
          {words ?? id}
        </option>
      ))}
      {chosen !== '' && !numbers.some(({ phone_number_id: id }) => id === chosen) && (
        <option value={chosen}>{chosen}</option>
      )}
    </select>
  );
}
