import { useEffect, useState } from 'preact/hooks';
import {
  ApiError,
  call,
  type Contact,
  type ContactGroups,
  type Contacts,
  may,
  type Session,
  useQuery,
} from '../api.js';
import { phone } from '../format.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Link } from '../parts/link.js';
import { useListKeys } from '../parts/list-keys.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Time } from '../parts/time.js';
import { WindowedRows } from '../parts/windowed-rows.js';
import { addressOf, go, withQuery } from '../router.js';
import { ContactPanel, NewContactPanel } from './contact.js';
import { ImportPanel } from './contact-import.js';
import { ConsentChip, nameOf } from './contact-words.js';
import type { PageProps } from './page.js';

/** The people that the workspace knows, newest first: what was asked for is in the address. */
export function ContactsPage({ session, place, id }: PageProps) {
  const { query } = place;
  const list = useContacts(query);
  const groups = useQuery<ContactGroups>('contacts/groups');
  const changed = () => {
    list.reload();
    groups.reload();
  };
  const open = (contact: Contact) => go(`contacts/${contact.id}`, query);
  const close = () => go('contacts', query);
  const chosen = useListKeys(list.contacts, open);
  const canImport = may(session, 'contacts.create') && may(session, 'contacts.update');

  return (
    <>
      <div class="page-head contacts-head">
        <h1>{t('nav.contacts')}</h1>
        <span class="space" />
        <a class="button" href={addressOf('api/contacts/export', filtersOf(query))} download>
          <Icon name="down" size={16} />
          {t('contacts.export')}
        </a>
        {canImport && (
          <Link class="button" to="contacts/import" query={query}>
            <Icon name="up" size={16} />
            {t('contacts.import')}
          </Link>
        )}
        {may(session, 'contacts.create') && (
          <Link class="button main-action" to="contacts/new" query={query}>
            <Icon name="plus" size={16} />
            {t('contacts.new')}
          </Link>
        )}
      </div>
      <Filters query={query} groups={groups.data?.groups ?? []} />
      <div class="card list" aria-busy={list.isLoading}>
        {list.error && !list.hasAnswer && <Failed error={list.error} again={list.reload} />}
        {!list.error && !list.hasAnswer && <Loading />}
        {list.hasAnswer && list.contacts.length === 0 && <NoContacts query={query} />}
        {list.contacts.length > 0 && (
          <table class="table contacts">
            <thead>
              <tr>
                <th scope="col">{t('contacts.name')}</th>
                <th scope="col">{t('contacts.number')}</th>
                <th scope="col">{t('contacts.groups')}</th>
                <th scope="col">{t('contacts.consent')}</th>
                <th scope="col" class="right">
                  {t('contacts.lastMessage')}
                </th>
              </tr>
            </thead>
            <WindowedRows
              items={list.contacts}
              columns={5}
              chosen={chosen}
              row={(contact, index) => (
                <Row
                  key={contact.id}
                  contact={contact}
                  query={query}
                  isOpen={String(contact.id) === id}
                  isChosen={index === chosen}
                />
              )}
            />
          </table>
        )}
        {list.contacts.length > 0 && (
          <div class="list-foot">
            {list.more && (
              <button class="button" type="button" onClick={list.more} disabled={list.isLoading}>
                {t('list.more')}
              </button>
            )}
            <span class="small muted" role="status">
              {t('list.shown', { n: list.contacts.length })}
            </span>
          </div>
        )}
      </div>
      {id !== undefined && <Open key={id} id={id} session={session} query={query} close={close} changed={changed} />}
    </>
  );
}

interface OpenProps {
  readonly id: string;
  readonly session: Session;
  readonly query: URLSearchParams;
  readonly close: () => void;
  /** Called when the list is not as it was. */
  readonly changed: () => void;
}

function Open({ id, session, query, close, changed }: OpenProps) {
  if (id === 'new') {
    const created = (contact: number) => {
      changed();
      go(`contacts/${contact}`, query);
    };
    return <NewContactPanel session={session} created={created} close={close} />;
  }
  if (id === 'import') return <ImportPanel close={close} changed={changed} />;
  return <ContactPanel id={id} session={session} close={close} changed={changed} />;
}

function Row({
  contact,
  query,
  isOpen,
  isChosen,
}: {
  readonly contact: Contact;
  readonly query: URLSearchParams;
  readonly isOpen: boolean;
  readonly isChosen: boolean;
}) {
  const name = nameOf(contact);
  return (
    <tr class={`${isOpen ? 'open' : ''} ${isChosen ? 'chosen' : ''}`}>
      <td class="cut">
        <Link class="row-link" to={`contacts/${contact.id}`} query={query} aria-current={isOpen ? 'true' : undefined}>
          {name === undefined ? <span class="muted">{t('contacts.unnamed')}</span> : <bdi>{name}</bdi>}
        </Link>
        {contact.username !== null && (
          <span class="small muted username">
            @<bdi>{contact.username}</bdi>
          </span>
        )}
      </td>
      <td class="number cut">{contact.phone === null ? contact.user_id : phone(contact.phone)}</td>
      <td class="cut groups">
        {contact.groups.map((group) => (
          <span key={group} class="chip">
            <bdi>{group}</bdi>
          </span>
        ))}
      </td>
      <td class="cut">
        {contact.blocked_at === null ? (
          <ConsentChip consent={contact.consent} />
        ) : (
          <span class="chip failed">
            <Icon name="block" size={14} />
            {t('contacts.blocked')}
          </span>
        )}
      </td>
      <td class="right nowrap muted last-message">
        {contact.last_message_at !== null && <Time at={contact.last_message_at} />}
      </td>
    </tr>
  );
}

const NoContacts = ({ query }: { readonly query: URLSearchParams }) =>
  query.size === 0 ? (
    <Empty text={t('contacts.none')} />
  ) : (
    <Empty text={t('contacts.noneFound')}>
      <Link class="button" to="contacts">
        {t('filters.clear')}
      </Link>
    </Empty>
  );

const CONSENTS = ['opted_in', 'opted_out', 'unknown'] as const;

function Filters({ query, groups: known }: { readonly query: URLSearchParams; readonly groups: readonly string[] }) {
  const [isOpen, setOpen] = useState(query.size > 0);
  const set = (name: string) => (event: { readonly currentTarget: HTMLInputElement | HTMLSelectElement }) => {
    const next = withQuery(query, { [name]: event.currentTarget.value.trim() });
    if (next.toString() !== query.toString()) go('contacts', next);
  };
  const select = (name: string, words: string, options: readonly (readonly [string, string])[], any: string) => (
    <select
      class={`select ${query.has(name) ? 'set' : ''}`}
      aria-label={words}
      value={query.get(name) ?? ''}
      onChange={set(name)}
    >
      <option value="">{any}</option>
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
  const chosen = query.get('group');
  const groups = new Set([...known, ...(chosen === null ? [] : [chosen])]);
  return (
    <>
      <button class="button filters-fold" type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name="filter" size={16} />
        {t('filters')}
      </button>
      <div class={`filters contact-filters ${isOpen ? 'open' : ''}`} role="group" aria-label={t('filters')}>
        <input
          key={query.get('q') ?? ''}
          class="input"
          type="search"
          name="q"
          defaultValue={query.get('q') ?? ''}
          placeholder={t('contacts.search')}
          aria-label={t('contacts.search')}
          onChange={set('q')}
        />
        {select(
          'group',
          t('contacts.group'),
          Array.from(groups, (group) => [group, group] as const),
          t('contacts.anyGroup'),
        )}
        {select(
          'consent',
          t('contacts.consent'),
          CONSENTS.map((consent) => [consent, t(`consent.${consent}`)] as const),
          t('contacts.anyConsent'),
        )}
        {select(
          'blocked',
          t('contacts.blocked'),
          [
            ['yes', t('contacts.blocked')],
            ['no', t('contacts.notBlocked')],
          ],
          t('contacts.anyBlock'),
        )}
        {query.size > 0 && (
          <Link class="button" to="contacts">
            <Icon name="close" size={14} />
            {t('filters.clear')}
          </Link>
        )}
      </div>
    </>
  );
}

const FILTERS = ['q', 'group', 'consent', 'blocked'] as const;

/** Those of the address that the API knows. */
function filtersOf(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams(FILTERS.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? '']] : [])));
}

/** The pages of the list that were loaded so far. */
function useContacts(query: URLSearchParams) {
  const filters = filtersOf(query);
  const key = `contacts?${filters.toString()}`;
  const first = useQuery<Contacts>(key);
  const [further, setFurther] = useState<{ readonly of: Contacts; readonly pages: readonly Contacts[] }>();
  const [failure, setFailure] = useState<ApiError>();
  const [isLoading, setLoading] = useState(false);
  const pages = first.data ? [first.data, ...(further?.of === first.data ? further.pages : [])] : [];
  const cursor = pages.at(-1)?.next_cursor ?? null;
  useEffect(() => setFailure(undefined), [key]);

  const more = async () => {
    if (!first.data || cursor === null) return;
    setLoading(true);
    try {
      const next = new URLSearchParams(filters);
      next.set('cursor', cursor);
      const page = await call<Contacts>('GET', 'contacts', { query: next });
      setFurther({ of: first.data, pages: [...pages.slice(1), page] });
      setFailure(undefined);
    } catch (error) {
      if (error instanceof ApiError) setFailure(error);
    } finally {
      setLoading(false);
    }
  };

  return {
    contacts: pages.flatMap(({ contacts }) => contacts),
    hasAnswer: first.data !== undefined,
    error: first.error ?? failure,
    isLoading,
    reload: first.reload,
    more: cursor === null ? undefined : () => void more(),
  };
}
