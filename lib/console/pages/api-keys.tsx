import { useState } from 'preact/hooks';
import { type ApiKey, type ApiKeys, ApiError, call, type NewApiKey, useQuery } from '../api.js';
import { relative } from '../format.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { useAction } from '../parts/action.js';
import { Confirm } from '../parts/confirm.js';
import { Copyable } from '../parts/copy.js';
import { useDraft } from '../parts/draft.js';
import { Field } from '../parts/field.js';
import { Link } from '../parts/link.js';
import { Panel } from '../parts/panel.js';
import { type Problems, problemsAt, ProblemList } from '../parts/problems.js';
import { Failed, Loading } from '../parts/states.js';
import { go } from '../router.js';

/** The keys of the workspace: created, replaced and revoked. A new one is shown once. */
export function ApiKeysPart({ isCreating }: { readonly isCreating: boolean }) {
  const { data, error, reload } = useQuery<ApiKeys>('keys');
  const [fresh, setFresh] = useState<NewApiKey>();
  const show = (created: NewApiKey) => {
    setFresh(created);
    reload();
    go('settings/keys');
  };
  return (
    <>
      <div class="actions part-actions">
        <Link class="button main-action" to="settings/new-key">
          <Icon name="plus" size={16} />
          {t('keys.new')}
        </Link>
      </div>
      {fresh && (
        <div class="notice waiting fresh-key" role="status">
          <Icon name="alert" />
          <div>
            <p>
              <strong>
                <bdi>{fresh.api_key.name}</bdi>
              </strong>{' '}
              {t('keys.once')}
            </p>
            <Copyable text={fresh.key} />
          </div>
          <button
            class="icon-button"
            type="button"
            onClick={() => setFresh(undefined)}
            aria-label={t('close')}
            title={t('close')}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
      <div class="card list">
        {error && !data && <Failed error={error} again={reload} />}
        {!error && !data && <Loading />}
        {data && (
          <table class="table keys">
            <thead>
              <tr>
                <th scope="col">{t('keys.name')}</th>
                <th scope="col">{t('keys.key')}</th>
                <th scope="col">{t('keys.abilities')}</th>
                <th scope="col">{t('keys.used')}</th>
                <th scope="col">{t('keys.expires')}</th>
                <th scope="col">
                  <span class="hidden-text">{t('keys.revoke')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.keys.map((key) => (
                <KeyRow key={key.id} apiKey={key} show={show} reload={reload} />
              ))}
            </tbody>
          </table>
        )}
      </div>
      {isCreating && <NewKeyPanel created={show} />}
    </>
  );
}

function KeyRow({
  apiKey,
  show,
  reload,
}: {
  readonly apiKey: ApiKey;
  readonly show: (created: NewApiKey) => void;
  readonly reload: () => void;
}) {
  const { act, problem } = useAction(reload);
  const { id, name, revoked_at, expires_at } = apiKey;
  const isExpired = expires_at !== null && Date.parse(expires_at) <= Date.now();
  const isInForce = revoked_at === null && !isExpired;
  const quoted = `\u2068${name}\u2069`;
  return (
    <tr class={isInForce ? '' : 'muted'}>
      <td class="cut">
        <bdi>{name}</bdi>
        {apiKey.is_own && <span class="small muted own-key">{t('keys.own')}</span>}
      </td>
      <td class="cut">
        <code>{apiKey.hint}…</code>
      </td>
      <td class="cut" title={apiKey.abilities.join(', ')}>
        {apiKey.abilities.includes('*') ? t('keys.everything') : apiKey.abilities.join(', ')}
      </td>
      <td class="nowrap" data-label={t('keys.used')}>
        {apiKey.last_used_at === null ? t('keys.never') : relative(apiKey.last_used_at)}
      </td>
      <td class="nowrap" data-label={t('keys.expires')}>
        {revoked_at !== null
          ? t('keys.state.revoked')
          : expires_at === null
            ? t('keys.never')
            : isExpired
              ? t('keys.state.expired')
              : relative(expires_at)}
      </td>
      <td class="key-actions">
        {isInForce && (
          <div class="actions">
            <Confirm
              verb={t('keys.rotate')}
              question={t('keys.rotateWhat', { name: quoted })}
              act={() => act(async () => show(await call<NewApiKey>('POST', `keys/${id}/rotate`, { body: {} })))}
            />
            <Confirm
              verb={t('keys.revoke')}
              question={`${t('keys.revokeWhat', { name: quoted })} ${apiKey.is_own ? t('keys.revokeOwn') : ''}`}
              act={() => act(() => call('DELETE', `keys/${id}`))}
              isDangerous
            />
          </div>
        )}
        {problem}
      </td>
    </tr>
  );
}

interface KeyDraft {
  readonly name: string;
  readonly expires: string;
  /** All when null. */
  readonly abilities: readonly string[] | null;
}

const isDraft = (value: unknown): value is KeyDraft =>
  typeof value === 'object' && value !== null && 'name' in value && 'expires' in value && 'abilities' in value;

const ABILITIES = [
  'messages.send',
  'messages.read',
  'templates.read',
  'accounts.read',
  ...['contacts', 'groups', 'statuses', 'sources'].flatMap((what) =>
    ['read', 'create', 'update', 'delete'].map((how) => `${what}.${how}`),
  ),
];

function NewKeyPanel({ created }: { readonly created: (key: NewApiKey) => void }) {
  const [draft, setDraft, clear] = useDraft<KeyDraft>(
    'new key',
    () => ({ name: '', expires: '', abilities: null }),
    isDraft,
  );
  const [problems, setProblems] = useState<Problems>({});
  const { act, isBusy, problem } = useAction(() => undefined);
  const { abilities } = draft;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setProblems({});
    void act(async () => {
      const body = {
        name: draft.name,
        ...(abilities && { abilities }),
        ...(draft.expires !== '' && { expires_at: new Date(draft.expires).toISOString() }),
      };
      try {
        const key = await call<NewApiKey>('POST', 'keys', { body });
        clear();
        created(key);
      } catch (error) {
        if (error instanceof ApiError) setProblems(error.details);
        throw error;
      }
    });
  };
  const toggle = (ability: string) => {
    const chosen = new Set(abilities);
    if (!chosen.delete(ability)) chosen.add(ability);
    setDraft({ ...draft, abilities: [...chosen] });
  };
  return (
    <Panel title={t('keys.new')} close={() => go('settings/keys')}>
      <form class="form" noValidate onSubmit={submit}>
        <ProblemList
          problems={problems}
          nameOf={(path) =>
            t(path.startsWith('abilities') ? 'keys.abilities' : path === 'name' ? 'keys.name' : 'keys.expires')
          }
        />
        <Field id="key-name" label={t('keys.name')} problems={problemsAt(problems, 'name')}>
          {(attributes) => (
            <input
              class="input"
              dir="auto"
              autocomplete="off"
              value={draft.name}
              onInput={({ currentTarget }) => setDraft({ ...draft, name: currentTarget.value })}
              {...attributes}
            />
          )}
        </Field>
        <fieldset class="form">
          <legend>{t('keys.abilities')}</legend>
          <label class="ability">
            <input
              type="radio"
              name="scope"
              checked={abilities === null}
              onChange={() => setDraft({ ...draft, abilities: null })}
            />
            {t('keys.everything')}
          </label>
          <label class="ability">
            <input
              type="radio"
              name="scope"
              checked={abilities !== null}
              onChange={() => setDraft({ ...draft, abilities: ['messages.read'] })}
            />
            {t('keys.some')}
          </label>
          {abilities && (
            <div class="abilities">
              {ABILITIES.map((ability) => (
                <label key={ability} class="ability">
                  <input type="checkbox" checked={abilities.includes(ability)} onChange={() => toggle(ability)} />
                  <code>{ability}</code>
                </label>
              ))}
            </div>
          )}
        </fieldset>
        <Field
          id="key-expires"
          label={t('keys.expires')}
          help={t('keys.expiresHelp')}
          problems={problemsAt(problems, 'expires_at')}
        >
          {(attributes) => (
            <input
              class="input"
              type="datetime-local"
              value={draft.expires}
              onInput={({ currentTarget }) => setDraft({ ...draft, expires: currentTarget.value })}
              {...attributes}
            />
          )}
        </Field>
        {Object.keys(problems).length === 0 && problem}
        <div class="actions">
          <button class="button main-action" type="submit" disabled={isBusy}>
            {t('keys.create')}
          </button>
        </div>
      </form>
    </Panel>
  );
}
