import { useState } from 'preact/hooks';
import { ApiError, call, may, type Template, type TemplateFilters, useQuery } from '../api.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Link } from '../parts/link.js';
import { useListKeys } from '../parts/list-keys.js';
import { PagesFoot, usePages } from '../parts/pages.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Time } from '../parts/time.js';
import { go, withQuery } from '../router.js';
import type { PageProps } from './page.js';
import { EditTemplate, NewTemplate } from './template-draft.js';
import { TemplatePanel } from './template.js';
import { categoryWords, Quality, statusWords, TemplateChip } from './template-words.js';

const CATEGORIES = ['MARKETING', 'UTILITY', 'AUTHENTICATION'] as const;

/** The templates with what Meta says of them; one of them, or a new one, next to the list. */
export function TemplatesPage({ session, place, id }: PageProps) {
  const { query } = place;
  if (id === 'new') return <NewTemplate session={session} query={query} />;
  if (id !== undefined && query.has('edit')) return <EditTemplate key={id} id={id} session={session} query={query} />;
  return <List session={session} place={place} id={id} />;
}

function List({ session, place, id }: PageProps) {
  const { query } = place;
  const list = useTemplates(query);
  const filters = useQuery<TemplateFilters>('templates/filters', { live: ['template'] });
  const chosen = useListKeys(list.items, (template) => go(`templates/${template.id}`, query));
  const isFiltered = FILTERS.some((name) => query.has(name));
  return (
    <>
      <div class="page-head">
        <h1>{t('nav.templates')}</h1>
        <span class="space" />
        <Sync
          onDone={() => {
            list.reload();
            filters.reload();
          }}
        />
        {may(session, 'templates.create') && (
          <Link class="button main-action" to="templates/new" query={query}>
            {t('templates.new')}
          </Link>
        )}
      </div>
      <Filters query={query} there={filters.data} />
      <div class="card list">
        {list.error && <Failed error={list.error} again={list.reload} />}
        {!list.error && !list.hasAnswer && <Loading />}
        {list.hasAnswer && list.items.length === 0 && (
          <Empty text={isFiltered ? t('templates.noneFound') : t('templates.none')}>
            {isFiltered && (
              <Link class="button" to="templates">
                {t('filters.clear')}
              </Link>
            )}
          </Empty>
        )}
        {list.items.length > 0 && (
          <table class="table templates">
            <thead>
              <tr>
                <th scope="col">{t('templates.name')}</th>
                <th scope="col">{t('templates.language')}</th>
                <th scope="col">{t('templates.category')}</th>
                <th scope="col">{t('messages.status')}</th>
                <th scope="col">{t('number.quality')}</th>
                <th scope="col" class="right">
                  {t('templates.synced')}
                </th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((template, index) => (
                <tr
                  key={template.id}
                  class={`${String(template.id) === id ? 'open' : ''} ${index === chosen ? 'chosen' : ''}`}
                >
                  <td class="cut">
                    <Link class="row-link" to={`templates/${template.id}`} query={query}>
                      <bdi>{template.name}</bdi>
                    </Link>
                    <span class="template-body small muted">
                      <bdi>{bodyOf(template)}</bdi>
                    </span>
                  </td>
                  <td class="cut">
                    <bdi>{template.language}</bdi>
                  </td>
                  <td class="cut">{categoryWords(template.category)}</td>
                  <td>
                    <TemplateChip status={template.status} />
                  </td>
                  <td>
                    <Quality quality={template.quality} />
                  </td>
                  <td class="right nowrap muted">
                    <Time at={template.synced_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <PagesFoot list={list} />
      </div>
      {id !== undefined && (
        <TemplatePanel
          key={id}
          id={id}
          session={session}
          query={query}
          close={() => go('templates', query)}
          onChange={list.reload}
        />
      )}
    </>
  );
}

const bodyOf = ({ components }: Template): string =>
  components.find(({ type }) => type.toUpperCase() === 'BODY')?.text?.replaceAll(/\s+/g, ' ') ?? '';

/** Fetches all from Meta now. */
function Sync({ onDone }: { readonly onDone: () => void }) {
  const [state, setState] = useState<'idle' | 'busy' | ApiError>('idle');
  const sync = async () => {
    setState('busy');
    try {
      await call('POST', 'templates/sync', { body: {} });
      setState('idle');
    } catch (error) {
      setState(error instanceof ApiError ? error : new ApiError(0, 'OFFLINE', ''));
    }
    onDone();
  };
  return (
    <>
      {state instanceof ApiError && (
        <span class="problem" role="alert">
          {state.message || t('error.offline')}
        </span>
      )}
      <button class="button" type="button" disabled={state === 'busy'} onClick={() => void sync()}>
        <Icon name="retry" size={16} />
        {t(state === 'busy' ? 'templates.syncing' : 'templates.sync')}
      </button>
    </>
  );
}

const FILTERS = ['q', 'status', 'category', 'language', 'business_account_id'] as const;

function Filters({ query, there }: { readonly query: URLSearchParams; readonly there: TemplateFilters | undefined }) {
  const set = (name: string) => (event: { readonly currentTarget: HTMLInputElement | HTMLSelectElement }) => {
    const next = withQuery(query, { [name]: event.currentTarget.value.trim() });
    if (next.toString() !== query.toString()) go('templates', next);
  };
  const choose = (name: string, words: string, any: string, options: readonly (readonly [string, string])[]) => (
    <select
      class={`select ${query.has(name) ? 'set' : ''}`}
      aria-label={words}
      value={query.get(name) ?? ''}
      onChange={set(name)}
    >
      <option value="">{any}</option>
      {options.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
  const accounts = there?.accounts ?? [];
  return (
    <div class="filters template-filters" role="group" aria-label={t('filters')}>
      <input
        key={query.get('q') ?? ''}
        class="input"
        type="search"
        defaultValue={query.get('q') ?? ''}
        placeholder={t('templates.find')}
        aria-label={t('templates.find')}
        onChange={set('q')}
      />
      {choose(
        'status',
        t('messages.status'),
        t('filters.anyStatus'),
        (there?.statuses ?? []).map((status) => [status, statusWords(status)]),
      )}
      {choose(
        'category',
        t('templates.category'),
        t('templates.anyCategory'),
        CATEGORIES.map((category) => [category, categoryWords(category)]),
      )}
      {choose(
        'language',
        t('templates.language'),
        t('templates.anyLanguage'),
        (there?.languages ?? []).map((language) => [language, language]),
      )}
      {accounts.length > 1 &&
        choose(
          'business_account_id',
          t('templates.account'),
          t('templates.anyAccount'),
          accounts.map(({ business_account_id: id, name }) => [id, name ?? id]),
        )}
      {FILTERS.some((name) => query.has(name)) && (
        <Link class="button" to="templates">
          <Icon name="close" size={14} />
          {t('filters.clear')}
        </Link>
      )}
    </div>
  );
}

function useTemplates(query: URLSearchParams) {
  const asked = new URLSearchParams();
  for (const name of FILTERS) if (query.has(name)) asked.set(name, query.get(name) ?? '');
  return usePages<Template>(`templates?${asked.toString()}`, 'templates', { live: ['template'] });
}
