import { useState } from 'preact/hooks';
import {
  type Account,
  type Accounts,
  ApiError,
  call,
  mayAll,
  type Numbers,
  type PhoneNumber,
  type Session,
  useQuery,
} from '../api.js';
import { relative } from '../format.js';
import { formatNumber, t } from '../i18n.js';
import { Icon } from '../icons.js';
import { useAction } from '../parts/action.js';
import { Copyable } from '../parts/copy.js';
import { Field } from '../parts/field.js';
import { Link } from '../parts/link.js';
import { Panel } from '../parts/panel.js';
import { type Problems, problemsAt, ProblemList } from '../parts/problems.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { go } from '../router.js';
import { Pause, QualityChip } from './phone-number.js';

/** The business accounts with the state of their tokens and webhooks, and the phone numbers. */
export function AccountsPart({ session, isAdding }: { readonly session: Session; readonly isAdding: boolean }) {
  const accounts = useQuery<Accounts>('accounts', { live: ['webhook', 'pause'] });
  const numbers = useQuery<Numbers>('numbers', { live: ['pause'] });
  const [said, setSaid] = useState('');
  const reload = () => {
    accounts.reload();
    numbers.reload();
  };
  const { act, isBusy, problem } = useAction(reload);
  const sync = () =>
    void act(async () => {
      setSaid('');
      await call('POST', 'accounts/sync', { body: {} });
      setSaid(t('account.synced'));
    });
  return (
    <>
      {mayAll(session) && (
        <div class="actions part-actions">
          <button class="button" type="button" disabled={isBusy} onClick={sync}>
            <Icon name="retry" size={16} />
            {t('account.sync')}
          </button>
          <Link class="button" to="settings/new-account">
            <Icon name="plus" size={16} />
            {t('account.add')}
          </Link>
          <span class="small muted" role="status">
            {said}
          </span>
        </div>
      )}
      {problem}
      {accounts.error && !accounts.data && <Failed error={accounts.error} again={accounts.reload} />}
      {!accounts.error && !accounts.data && <Loading />}
      {accounts.data?.accounts.length === 0 && (
        <div class="card">
          <Empty text={t('account.none')} />
        </div>
      )}
      <div class="phone-numbers">
        {accounts.data?.accounts.map((account) => (
          <AccountCard key={account.business_account_id} account={account} session={session} reload={reload} />
        ))}
      </div>
      {numbers.error && !numbers.data && <Failed error={numbers.error} again={numbers.reload} />}
      {numbers.data && numbers.data.numbers.length > 0 && (
        <>
          <h2 class="section-title numbers-title">{t('overview.numbers')}</h2>
          <div class="phone-numbers">
            {numbers.data.numbers.map((number) => (
              <NumberCard key={number.phone_number_id} number={number} session={session} reload={reload} />
            ))}
          </div>
        </>
      )}
      {isAdding && <AddAccountPanel added={reload} />}
    </>
  );
}

interface AccountProps {
  readonly account: Account;
  readonly session: Session;
  readonly reload: () => void;
}

function AccountCard({ account, session, reload }: AccountProps) {
  const { act, isBusy, problem } = useAction(reload);
  const [said, setSaid] = useState('');
  const subscribe = () =>
    void act(async () => {
      await call('POST', `accounts/${encodeURIComponent(account.business_account_id)}/subscribe`, { body: {} });
      setSaid(t('account.subscribed'));
    });
  return (
    <div class="card padded">
      <div class="who">
        <bdi>{account.name ?? account.business_account_id}</bdi>
      </div>
      <div class="muted">
        <bdi>{account.owner_name}</bdi>
      </div>
      <dl class="facts card-facts">
        <dt>Id</dt>
        <dd>
          <Copyable text={account.business_account_id} />
        </dd>
        <dt>{t('account.token')}</dt>
        <dd>
          <span class={`chip ${account.token === 'taken' ? 'good' : 'failed'}`}>
            <Icon name={account.token === 'taken' ? 'done' : 'alert'} size={14} />
            {t(`account.token.${account.token}`)}
          </span>
        </dd>
        <dt>{t('account.webhooks')}</dt>
        <dd class={account.is_silent ? 'warning' : ''}>{webhooksInWords(account)}</dd>
        <dt>{t('account.from')}</dt>
        <dd>{t(account.is_configured ? 'account.from.options' : 'account.from.database')}</dd>
        <dt>{t('account.lastSync')}</dt>
        <dd>{account.synced_at === null ? t('keys.never') : relative(account.synced_at)}</dd>
      </dl>
      {mayAll(session) && (
        <div class="actions">
          <button class="button" type="button" disabled={isBusy} onClick={subscribe}>
            {t('account.subscribe')}
          </button>
          <span class="small muted" role="status">
            {said}
          </span>
        </div>
      )}
      {problem}
    </div>
  );
}

function webhooksInWords({ is_silent, webhook_at }: Account): string {
  if (is_silent) return t('account.webhooks.silent');
  return webhook_at === null ? t('account.webhooks.never') : t('account.webhooks.last', { when: relative(webhook_at) });
}

function NumberCard({
  number,
  session,
  reload,
}: {
  readonly number: PhoneNumber;
  readonly session: Session;
  readonly reload: () => void;
}) {
  const { act, isBusy, problem } = useAction(reload);
  const [pin, setPin] = useState('');
  const [said, setSaid] = useState('');
  const path = `numbers/${encodeURIComponent(number.phone_number_id)}`;
  const register = (event: SubmitEvent) => {
    event.preventDefault();
    void act(async () => {
      setSaid('');
      await call('POST', `${path}/register`, { body: { pin } });
      setPin('');
      setSaid(t('numberSettings.registered'));
    });
  };
  return (
    <div class="card padded phone-number">
      <div class="summary">
        <div>
          <div class="who number">{number.display_phone_number ?? number.phone_number_id}</div>
          <div class="muted">
            <bdi>{number.verified_name}</bdi>
            {number.is_primary && ` · ${t('number.primary')}`}
          </div>
        </div>
        <QualityChip quality={number.quality} />
      </div>
      <dl class="facts card-facts">
        <dt>Id</dt>
        <dd>
          <Copyable text={number.phone_number_id} />
        </dd>
        <dt>{t('numberSettings.status')}</dt>
        <dd>{number.status ?? t('options.unset')}</dd>
        <dt>{t('numberSettings.limit')}</dt>
        <dd>{number.limit === null ? t('numberSettings.noLimit') : formatNumber(number.limit)}</dd>
      </dl>
      {number.pause && <Pause number={number} pause={number.pause} session={session} reload={reload} />}
      {mayAll(session) && (
        <>
          {!number.is_primary && (
            <div class="actions">
              <button
                class="button"
                type="button"
                disabled={isBusy}
                onClick={() => void act(() => call('POST', `${path}/primary`, { body: {} }))}
              >
                {t('numberSettings.makePrimary')}
              </button>
            </div>
          )}
          <details class="fold">
            <summary>{t('numberSettings.register')}</summary>
            <form class="form fold-body" onSubmit={register}>
              <p class="small muted">{t('numberSettings.registerWhat')}</p>
              <label class="field">
                <span>{t('numberSettings.pin')}</span>
                <input
                  class="input"
                  inputMode="numeric"
                  autocomplete="off"
                  value={pin}
                  onInput={({ currentTarget }) => setPin(currentTarget.value)}
                />
              </label>
              <div class="actions">
                <button class="button" type="submit" disabled={isBusy}>
                  {t('numberSettings.register')}
                </button>
                <span class="small muted" role="status">
                  {said}
                </span>
              </div>
            </form>
          </details>
          {problem}
        </>
      )}
    </div>
  );
}

const ACCOUNT_FIELDS = [
  ['business_account_id', 'account.id', 'text'],
  ['access_token', 'account.accessToken', 'password'],
  ['app_secret', 'account.appSecret', 'password'],
] as const;

const toAccounts = () => go('settings');

/** Secrets are kept in no draft. */
function AddAccountPanel({ added }: { readonly added: () => void }) {
  const [values, setValues] = useState({ business_account_id: '', access_token: '', app_secret: '' });
  const [problems, setProblems] = useState<Problems>({});
  const { act, isBusy, problem } = useAction(() => {
    added();
    toAccounts();
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setProblems({});
    void act(async () => {
      try {
        await call('POST', 'accounts', { body: values });
      } catch (error) {
        if (error instanceof ApiError) setProblems(error.details);
        throw error;
      }
    });
  };
  return (
    <Panel title={t('account.add')} close={toAccounts}>
      <p class="muted">{t('account.addWhat')}</p>
      <form class="form" noValidate onSubmit={submit}>
        <ProblemList
          problems={problems}
          nameOf={(path) => t(ACCOUNT_FIELDS.find(([name]) => name === path)?.[1] ?? 'account.id')}
        />
        {ACCOUNT_FIELDS.map(([name, label, type]) => (
          <Field
            key={name}
            id={`account-${name}`}
            label={t(label)}
            isOptional={name === 'app_secret'}
            problems={problemsAt(problems, name)}
          >
            {(attributes) => {
              const own = {
                name,
                class: 'input',
                autocomplete: 'off',
                value: values[name],
                onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
                  setValues({ ...values, [name]: currentTarget.value }),
              };
              return type === 'password' ? (
                <input {...own} {...attributes} type="password" />
              ) : (
                <input {...own} {...attributes} type="text" inputMode="numeric" />
              );
            }}
          </Field>
        ))}
        {Object.keys(problems).length === 0 && problem}
        <div class="actions">
          <button class="button main-action" type="submit" disabled={isBusy}>
            {t('account.add')}
          </button>
        </div>
      </form>
    </Panel>
  );
}
