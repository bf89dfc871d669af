import { useState } from 'preact/hooks';
import { call, type ContactDetail, may, type Session, useQuery } from '../api.js';
import { absolute, phone, relative } from '../format.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { useAction } from '../parts/action.js';
import { Confirm } from '../parts/confirm.js';
import { Copyable } from '../parts/copy.js';
import { Link } from '../parts/link.js';
import { Panel } from '../parts/panel.js';
import { Failed, Loading } from '../parts/states.js';
import { Time } from '../parts/time.js';
import { ContactForm, type ContactValues, FIELDS } from './contact-form.js';
import { ConsentChip, nameOf } from './contact-words.js';

interface PanelProps {
  readonly session: Session;
  readonly close: () => void;
}

const NOTHING: ContactValues = {
  phone: '',
  first_name: '',
  last_name: '',
  groups: '',
  email: '',
  type: '',
  company: '',
  description: '',
  address: '',
  zip: '',
  city: '',
  state: '',
  country: '',
};

/** Files someone as a contact. */
export function NewContactPanel({ session, close, created }: PanelProps & { readonly created: (id: number) => void }) {
  const save = async (changed: Partial<ContactValues>) => {
    const body = { phone: '', ...changed };
    const { id } = await call<ContactDetail>('POST', 'contacts', { body });
    created(id);
  };
  return (
    <Panel title={t('contacts.new')} close={close}>
      <ContactForm name={`${session.workspace} new contact`} initial={NOTHING} verb={t('contact.create')} save={save} />
    </Panel>
  );
}

/** Who someone is, what they said of marketing, and what can be done about them. */
export function ContactPanel({
  id,
  session,
  close,
  changed,
}: PanelProps & { readonly id: string; readonly changed: () => void }) {
  const { data, error, reload } = useQuery<ContactDetail>(`contacts/${encodeURIComponent(id)}`);
  const update = () => {
    reload();
    changed();
  };
  return (
    <Panel title={t('contact.title', { id })} close={close}>
      {error && !data && <Failed error={error} again={reload} />}
      {!error && !data && <Loading />}
      {data && (
        <>
          <Who contact={data} session={session} />
          <Marketing contact={data} session={session} update={update} />
          <section>
            <h2 class="section-title">{t('contact.details')}</h2>
            <Details contact={data} session={session} update={update} />
          </section>
          <Identities contact={data} />
          {may(session, 'contacts.update') && <Block contact={data} update={update} />}
          {may(session, 'contacts.delete') && (
            <Erase
              contact={data}
              erased={() => {
                changed();
                close();
              }}
            />
          )}
        </>
      )}
    </Panel>
  );
}

function Who({ contact, session }: { readonly contact: ContactDetail; readonly session: Session }) {
  const number = contact.phone === null ? contact.user_id : phone(contact.phone);
  return (
    <div class="contact-who">
      <div class="who">{nameOf(contact) === undefined ? t('contacts.unnamed') : <bdi>{nameOf(contact)}</bdi>}</div>
      <div class="muted">
        {number !== null && <Copyable text={number} />}
        {contact.username !== null && (
          <>
            {' '}
            @<bdi>{contact.username}</bdi>
          </>
        )}
      </div>
      {may(session, 'messages.read') && (
        <div class="actions">
          {contact.phone !== null && (
            <Link class="button" to="messages" query={new URLSearchParams({ phone: contact.phone })}>
              <Icon name="messages" size={16} />
              {t('contact.messages')}
            </Link>
          )}
          {contact.conversations.map((conversation) => (
            <Link key={conversation.id} class="button" to={`inbox/${conversation.id}`}>
              {t('contact.conversation')}
              {contact.conversations.length > 1 && ` · ${conversation.phone_number_id}`}
            </Link>
          ))}
        </div>
      )}
    </div>
  );
}

interface PartProps {
  readonly contact: ContactDetail;
  readonly update: () => void;
}

function Marketing({ contact, session, update }: PartProps & { readonly session: Session }) {
  const { act, isBusy, problem } = useAction(update);
  const say = (consent: 'opted_in' | 'opted_out') => () =>
    void act(() => call('POST', `contacts/${contact.id}/consent`, { body: { consent } }));
  return (
    <section>
      <div class="summary">
        <h2 class="section-title">{t('contact.marketing')}</h2>
        <ConsentChip consent={contact.consent} />
      </div>
      <p>{t(`contact.marketing.${contact.consent}`)}</p>
      {may(session, 'contacts.update') && (
        <div class="actions">
          {contact.consent !== 'opted_in' && (
            <button class="button" type="button" disabled={isBusy} onClick={say('opted_in')}>
              {t('contact.optIn')}
            </button>
          )}
          {contact.consent !== 'opted_out' && (
            <button class="button" type="button" disabled={isBusy} onClick={say('opted_out')}>
              {t('contact.optOut')}
            </button>
          )}
        </div>
      )}
      {problem}
      {contact.consents.length > 0 && (
        <>
          <h3 class="small muted history-title">{t('contact.history')}</h3>
          <ol class="history">
            {contact.consents.map((change) => (
              <li key={change.said_at + change.consent}>
                <ConsentChip consent={change.consent} />
                <span class="small muted">
                  <SourceOf change={change} />
                </span>
                <span class="small muted nowrap">
                  <Time at={change.said_at} />
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function SourceOf({ change: { source, entered_by } }: { readonly change: ContactDetail['consents'][number] }) {
  if (entered_by === null) return <>{t(`contact.source.${source}`)}</>;
  const [before, after] = t('contact.source.enteredBy', { who: '\0' }).split('\0');
  return (
    <>
      {before}
      <bdi>{entered_by}</bdi>
      {after}
    </>
  );
}

function Details({ contact, session, update }: PartProps & { readonly session: Session }) {
  const initial = valuesOf(contact);
  if (!may(session, 'contacts.update')) {
    const filled = FIELDS.filter((field) => initial[field] !== '');
    return (
      <dl class="facts">
        {filled.map((field) => (
          <>
            <dt>{t(`field.${field}`)}</dt>
            <dd>
              <bdi>{initial[field]}</bdi>
            </dd>
          </>
        ))}
      </dl>
    );
  }
  const save = async (changed: Partial<ContactValues>) => {
    await call('PUT', `contacts/${contact.id}`, { body: changed });
    update();
  };
  return (
    <ContactForm
      key={contact.updated_at}
      name={`${session.workspace} contact ${contact.id}`}
      initial={initial}
      verb={t('contact.save')}
      save={save}
    />
  );
}

function valuesOf(contact: ContactDetail): ContactValues {
  const text = (field: Exclude<keyof ContactValues, 'phone' | 'groups'>) => contact[field] ?? '';
  return {
    phone: contact.phone === null ? '' : phone(contact.phone),
    groups: contact.groups.join(', '),
    first_name: text('first_name'),
    last_name: text('last_name'),
    email: text('email'),
    type: text('type'),
    company: text('company'),
    description: text('description'),
    address: text('address'),
    zip: text('zip'),
    city: text('city'),
    state: text('state'),
    country: text('country'),
  };
}

const Identities = ({ contact: { identities } }: { readonly contact: ContactDetail }) => (
  <section>
    <h2 class="section-title">{t('contact.identities')}</h2>
    <ul class="identities">
      {identities.map(({ identity, kind, since, until }) => (
        <li key={`${identity} ${String(since)}`}>
          <Copyable text={kind === 'phone' ? phone(identity) : identity} />
          <span class="small muted">{period(since, until)}</span>
        </li>
      ))}
    </ul>
  </section>
);

const period = (since: string | null, until: string | null): string =>
  [
    since === null ? '' : t('contact.identity.since', { when: absolute(since) }),
    until === null ? t('contact.identity.now') : t('contact.identity.until', { when: absolute(until) }),
  ]
    .filter(Boolean)
    .join(', ');

/** Meta takes it, or says why not. */
function Block({ contact, update }: PartProps) {
  const { act, isBusy, problem } = useAction(update);
  const [reason, setReason] = useState('');
  const path = `contacts/${contact.id}/block`;
  if (contact.blocked_at !== null) {
    return (
      <div class="notice waiting">
        <Icon name="block" />
        <div>
          <p>{t('contact.blockedSince', { when: relative(contact.blocked_at) })}</p>
          {contact.block_reason !== null && (
            <p class="small">
              <bdi>{contact.block_reason}</bdi>
            </p>
          )}
          <div class="actions">
            <button class="button" type="button" disabled={isBusy} onClick={() => void act(() => call('DELETE', path))}>
              {t('contact.unblock')}
            </button>
          </div>
          {problem}
        </div>
      </div>
    );
  }
  return (
    <details class="fold">
      <summary>{t('contact.block')}</summary>
      <div class="form fold-body">
        <p class="small muted">{t('contact.blockWhat')}</p>
        <label class="field">
          <span>{t('contact.blockReason')}</span>
          <input
            class="input"
            dir="auto"
            value={reason}
            maxLength={5_000}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button
            class="button danger"
            type="button"
            disabled={isBusy}
            onClick={() => void act(() => call('POST', path, { body: { reason } }))}
          >
            {t('contact.block')}
          </button>
        </div>
        {problem}
      </div>
    </details>
  );
}

function Erase({ contact, erased }: { readonly contact: ContactDetail; readonly erased: () => void }) {
  const { act, problem } = useAction(erased);
  const who = nameOf(contact) ?? (contact.phone === null ? (contact.user_id ?? '') : phone(contact.phone));
  return (
    <div>
      <Confirm
        verb={t('contact.erase')}
        question={t('contact.eraseWhat', { who: `\u2068${who}\u2069` })}
        act={() => act(() => call('DELETE', `contacts/${contact.id}`))}
        isDangerous
      />
      {problem}
    </div>
  );
}
