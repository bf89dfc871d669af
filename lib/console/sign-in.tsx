import { useState } from 'preact/hooks';
import { ApiError, call, type Session } from './api.js';
import { Logo } from './icons.js';
import { t } from './i18n.js';
import { LanguageSelect, ThemeButton } from './preferences.js';

/** Asks for an API key; what was typed stays until it was right. */
export function SignIn({ onSignedIn }: { readonly onSignedIn: (session: Session) => void }) {
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (key.trim() === '') return setProblem(t('signIn.empty'));
    setBusy(true);
    try {
      onSignedIn(await call<Session>('POST', 'session', { body: { key } }));
    } catch (error) {
      setProblem(error instanceof ApiError ? wordsFor(error) : String(error));
      setBusy(false);
    }
  };

  return (
    <main class="sign-in">
      <div>
        <form class="sign-in-card" onSubmit={(event) => void submit(event)} novalidate>
          <Logo />
          <h1>{t('signIn.title')}</h1>
          <p>{t('signIn.what')}</p>
          <label class="field">
            <span>{t('signIn.key')}</span>
            <input
              class="input mono"
              type="password"
              name="key"
              autocomplete="current-password"
              spellcheck={false}
              value={key}
              aria-invalid={problem !== ''}
              aria-describedby="sign-in-problem"
              onInput={(event) => setKey(event.currentTarget.value)}
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page has nothing else
              autofocus
            />
          </label>
          <div id="sign-in-problem" class="problem small" role="alert">
            {problem}
          </div>
          <button class="button main-action" type="submit" disabled={isBusy}>
            {t('signIn.do')}
          </button>
        </form>
        <div class="sign-in-foot">
          <LanguageSelect />
          <ThemeButton />
        </div>
      </div>
    </main>
  );
}

function wordsFor({ status, message }: ApiError): string {
  if (status === 401) return t('signIn.wrong');
  if (status === 429) return t('signIn.tooMany');
  return message || t('error.offline');
}
