import { useState } from 'preact/hooks';
import { ApiError, call, type Callback, type CallbackSet, type Delivery, may, type Session, useQuery } from '../api.js';
import { absolute } from '../format.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Confirm } from '../parts/confirm.js';
import { Copyable } from '../parts/copy.js';
import { useDraft } from '../parts/draft.js';
import { Field } from '../parts/field.js';
import { Link } from '../parts/link.js';
import { useListKeys } from '../parts/list-keys.js';
import { PagesFoot, usePages } from '../parts/pages.js';
import { type Problems, problemsAt } from '../parts/problems.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Time } from '../parts/time.js';
import { go, withQuery } from '../router.js';
import { answerWords, DeliveryChip } from './delivery.js';

const REFRESH = 4_000;
const STATUSES = ['pending', 'delivered', 'failed'] as const;
const EVENTS = ['message.status', 'message.inbound', 'contact.created', 'contact.updated', 'contact.deleted'] as const;

interface Props {
  readonly session: Session;
  readonly query: URLSearchParams;
  readonly id: string | undefined;
}

/** Where callbacks go, and how each of them went. */
export function Callbacks({ session, query, id }: Props) {
  const { data, error, reload } = useQuery<Callback>('callbacks', { every: REFRESH });
  const [isEditing, setEditing] = useState(false);
  const [secret, setSecret] = useState<string>();
  const canChange = may(session, 'webhooks.update');
  if (error && !data) return <Failed error={error} again={reload} />;
  if (!data) return <Loading />;
  const { callback } = data;
  const done = (set?: CallbackSet) => {
    setEditing(false);
    if (set) setSecret(set.secret);
    reload();
  };
  return (
    <>
      <section class="card padded callback-target">
        {secret !== undefined && (
          <div class="notice waiting secret">
            <Icon name="alert" />
            <div>
              <p>{t('callbacks.secretOnce')}</p>
              <Copyable text={secret} />
            </div>
          </div>
        )}
        {isEditing ? (
          <Settings callback={callback} done={done} />
        ) : (
          <>
            {callback ? <Target callback={callback} /> : <p class="muted">{t('callbacks.none')}</p>}
            {canChange && (
              <div class="actions">
                <button class="button" type="button" onClick={() => setEditing(true)}>
                  {t(callback ? 'callbacks.change' : 'callbacks.set')}
                </button>
                {callback && (
                  <Confirm
                    verb={t('callbacks.remove')}
                    question={t('callbacks.removeWhat')}
                    act={async () => {
                      await call('DELETE', 'callbacks');
                      reload();
                    }}
                    isDangerous
                  />
                )}
              </div>
            )}
          </>
        )}
      </section>
      <DeliveryList query={query} id={id} canResend={canChange && callback !== null} />
    </>
  );
}

function Target({ callback }: { readonly callback: NonNullable<Callback['callback']> }) {
  const { url, events, failures, failing_since: since, resting_until: until } = callback;
  return (
    <>
      <dl class="facts">
        <dt>URL</dt>
        <dd>
          <Copyable text={url} />
        </dd>
        <dt>{t('callbacks.events')}</dt>
        <dd>{events === null ? t('callbacks.all') : events.join(', ')}</dd>
        <dt>{t('callbacks.secret')}</dt>
        <dd class="muted">{t('callbacks.hidden')}</dd>
        <dt>{t('callbacks.changed')}</dt>
        <dd>{absolute(callback.updated_at)}</dd>
      </dl>
      {failures > 0 && since !== null && (
        <div class="notice waiting">
          <Icon name="alert" />
          <div>
            <p>{t('callbacks.failing', { n: failures, when: absolute(since) })}</p>
            {until !== null && Date.parse(until) > Date.now() && (
              <p>{t('callbacks.resting', { when: absolute(until) })}</p>
            )}
          </div>
        </div>
      )}
    </>
  );
}

interface Draft {
  readonly url: string;
  readonly events: readonly string[];
}

function isDraft(value: unknown): value is Draft {
  const { url, events }: { url?: unknown; events?: unknown } = Object(value);
  return typeof url === 'string' && Array.isArray(events);
}

/** The secret is made up anew, and is kept nowhere in the browser. */
function Settings({
  callback,
  done,
}: {
  readonly callback: Callback['callback'];
  readonly done: (set?: CallbackSet) => void;
}) {
  const first = () => ({ url: callback?.url ?? '', events: callback?.events ?? [...EVENTS] });
  const [draft, setDraft, forget] = useDraft<Draft>('callback', first, isDraft);
  const [error, setError] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);
  const problems: Problems = error?.details ?? {};
  const isAll = EVENTS.every((event) => draft.events.includes(event));
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const body = { url: draft.url.trim(), ...(!isAll && { events: draft.events }) };
      const set = await call<CallbackSet>('POST', 'callbacks', { body });
      forget();
      done(set);
    } catch (refusal) {
      setError(refusal instanceof ApiError ? refusal : new ApiError(0, 'OFFLINE', ''));
      setBusy(false);
    }
  };
  const choose = (name: string, isChosen: boolean) =>
    setDraft({
      ...draft,
      events: EVENTS.filter((event) => (event === name ? isChosen : draft.events.includes(event))),
    });
  return (
    <form class="form" onSubmit={(event) => void save(event)} noValidate>
      <Field id="callback-url" label="URL" help={t('callbacks.urlHelp')} problems={problemsAt(problems, 'url')}>
        {(input) => (
          <input
            {...input}
            class="input"
            type="url"
            value={draft.url}
            placeholder="https://"
            autocomplete="off"
            onInput={({ currentTarget }) => setDraft({ ...draft, url: currentTarget.value })}
          />
        )}
      </Field>
      <fieldset class="checks">
        <legend>{t('callbacks.events')}</legend>
        {EVENTS.map((event) => (
          <label key={event} class="check">
            <input
              type="checkbox"
              checked={draft.events.includes(event)}
              onChange={({ currentTarget }) => choose(event, currentTarget.checked)}
            />
            <code>{event}</code>
          </label>
        ))}
        {problemsAt(problems, 'events').map((text) => (
          <p key={text} class="problem">
            {text}
          </p>
        ))}
      </fieldset>
      <p class="muted">{t('callbacks.newSecret')}</p>
      {error && Object.keys(problems).length === 0 && (
        <p class="problem" role="alert">
          {error.message || t('error.offline')}
        </p>
      )}
      <div class="actions">
        <button class="button main-action" type="submit" disabled={isBusy}>
          {t('callbacks.save')}
        </button>
        <button
          class="button"
          type="button"
          onClick={() => {
            forget();
            done();
          }}
        >
          {t('templates.back')}
        </button>
      </div>
    </form>
  );
}

function DeliveryList({
  query,
  id,
  canResend,
}: {
  readonly query: URLSearchParams;
  readonly id: string | undefined;
  readonly canResend: boolean;
}) {
  const asked = new URLSearchParams();
  for (const name of ['status', 'event']) if (query.has(name)) asked.set(name, query.get(name) ?? '');
  const here = withQuery(query, { tab: 'callbacks' });
  const list = usePages<Delivery>(`callbacks/deliveries?${asked.toString()}`, 'deliveries', { every: REFRESH });
  const chosen = useListKeys(list.items, (delivery) => go(`webhooks/${delivery.id}`, here));
  const choose = (name: string, words: string, any: string, options: readonly (readonly [string, string])[]) => (
    <select
      class={`select ${query.has(name) ? 'set' : ''}`}
      aria-label={words}
      value={query.get(name) ?? ''}
      onChange={({ currentTarget }) => go('webhooks', withQuery(here, { [name]: currentTarget.value }))}
    >
      <option value="">{any}</option>
      {options.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
  return (
    <section>
      <div class="section-head">
        <h2>{t('callbacks.deliveries')}</h2>
        {choose(
          'status',
          t('messages.status'),
          t('filters.anyStatus'),
          STATUSES.map((status) => [status, t(`callbacks.${status}`)]),
        )}
        {choose(
          'event',
          t('callbacks.event'),
          t('callbacks.anyEvent'),
          EVENTS.map((event) => [event, event]),
        )}
        {canResend && <ResendFailed onDone={list.reload} />}
      </div>
      <div class="card list">
        {list.error && <Failed error={list.error} again={list.reload} />}
        {!list.error && !list.hasAnswer && <Loading />}
        {list.hasAnswer && list.items.length === 0 && (
          <Empty text={t(asked.size > 0 ? 'callbacks.noneFound' : 'callbacks.noDeliveries')} />
        )}
        {list.items.length > 0 && (
          <table class="table deliveries">
            <thead>
              <tr>
                <th scope="col">{t('callbacks.event')}</th>
                <th scope="col">{t('messages.status')}</th>
                <th scope="col">{t('callbacks.answer')}</th>
                <th scope="col" class="right">
                  {t('webhooks.tries')}
                </th>
                <th scope="col" class="right">
                  {t('callbacks.next')}
                </th>
                <th scope="col" class="right">
                  {t('messages.when')}
                </th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((delivery, index) => (
                <tr key={delivery.id} class={`${delivery.id === id ? 'open' : ''} ${index === chosen ? 'chosen' : ''}`}>
                  <td class="cut">
                    <Link class="row-link" to={`webhooks/${delivery.id}`} query={here}>
                      {delivery.event}
                    </Link>
                  </td>
                  <td>
                    <DeliveryChip status={delivery.status} />
                  </td>
                  <td class="cut">
                    {answerWords(delivery)} <bdi class="muted small">{delivery.error}</bdi>
                  </td>
                  <td class="right number">{delivery.attempts}</td>
                  <td class="right nowrap muted">
                    {delivery.next_attempt_at !== null && <Time at={delivery.next_attempt_at} />}
                  </td>
                  <td class="right nowrap muted">
                    <Time at={delivery.created_at} />
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

function ResendFailed({ onDone }: { readonly onDone: () => void }) {
  const [outcome, setOutcome] = useState('');
  const resend = async () => {
    try {
      const { count } = await call<{ count: number }>('POST', 'callbacks/deliveries/resend', { body: {} });
      setOutcome(t('callbacks.resent', { n: count }));
    } catch (error) {
      setOutcome(error instanceof ApiError ? error.message || t('error.offline') : String(error));
    }
    onDone();
  };
  return (
    <>
      <span class="small muted" role="status">
        {outcome}
      </span>
      <button class="button" type="button" onClick={() => void resend()}>
        <Icon name="retry" size={16} />
        {t('callbacks.resendAll')}
      </button>
    </>
  );
}
