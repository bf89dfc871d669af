import { mayAll, type Options, useQuery } from '../api.js';
import { duration } from '../format.js';
import { formatNumber, t } from '../i18n.js';
import { Link } from '../parts/link.js';
import { Failed, Loading } from '../parts/states.js';
import { ApiKeysPart } from './api-keys.js';
import { AccountsPart } from './accounts.js';
import type { PageProps } from './page.js';

const PARTS = ['accounts', 'keys', 'options'] as const;
type Part = (typeof PARTS)[number];

/** By what the address ends with; a panel belongs to its part. */
const PART_OF: Readonly<Record<string, Part>> = {
  accounts: 'accounts',
  'new-account': 'accounts',
  keys: 'keys',
  'new-key': 'keys',
  options: 'options',
};

/** What the workspace works with: accounts and numbers, and for whoever may do everything its keys and the options. */
export function SettingsPage({ session, id = 'accounts' }: PageProps) {
  const part = PART_OF[id] ?? 'accounts';
  const parts = mayAll(session) ? PARTS : PARTS.slice(0, 1);
  return (
    <>
      <div class="page-head">
        <h1>{t('nav.settings')}</h1>
        <span class="small muted">{t('settings.workspace', { workspace: session.workspace })}</span>
      </div>
      {parts.length > 1 && (
        <nav class="settings-tabs" aria-label={t('nav.settings')}>
          {parts.map((name) => (
            <Link
              key={name}
              to={name === 'accounts' ? 'settings' : `settings/${name}`}
              aria-current={name === part ? 'page' : undefined}
            >
              {t(`settings.${name}`)}
            </Link>
          ))}
        </nav>
      )}
      {(part === 'accounts' || parts.length === 1) && (
        <AccountsPart session={session} isAdding={id === 'new-account' && mayAll(session)} />
      )}
      {part === 'keys' && parts.length > 1 && <ApiKeysPart isCreating={id === 'new-key'} />}
      {part === 'options' && parts.length > 1 && <OptionsPart />}
    </>
  );
}

function OptionsPart() {
  const { data, error, reload } = useQuery<Options>('options');
  return (
    <>
      <p class="muted part-what">{t('options.what')}</p>
      <div class="card list">
        {error && !data && <Failed error={error} again={reload} />}
        {!error && !data && <Loading />}
        {data && (
          <table class="table options">
            <thead>
              <tr>
                <th scope="col">{t('options.name')}</th>
                <th scope="col">{t('options.value')}</th>
              </tr>
            </thead>
            <tbody>
              {data.options.map((option) => (
                <tr key={option.name}>
                  <td>
                    <code>{option.name}</code>
                  </td>
                  <td class={option.value === null ? 'muted' : 'number'}>
                    <bdi>{valueOf(option)}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </>
  );
}

function valueOf({ value, kind }: Options['options'][number]): string {
  if (value === null) return t('options.unset');
  if (typeof value === 'boolean') return t(value ? 'options.yes' : 'options.no');
  if (typeof value === 'string') return value;
  return kind === 'duration' ? duration(value) : formatNumber(value);
}
