import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, call, type Session, signedOut } from './api.js';
import { Embedded, Frame } from './frame.js';
import { t } from './i18n.js';
import { Empty, Failed } from './parts/states.js';
import { preferencesChanged } from './preferences.js';
import { isEmbedded } from './router.js';
import { SignIn } from './sign-in.js';

type State =
  | { readonly is: 'asking' }
  | { readonly is: 'signed-out' }
  | { readonly is: 'failed'; readonly error: ApiError }
  | { readonly is: 'in'; readonly session: Session };

/** Who looks at the console decides what there is: the sign-in, or the pages. */
export function App(): JSX.Element | null {
  const [state, setState] = useState<State>({ is: 'asking' });
  const [, setTurn] = useState(0);

  const ask = async () => {
    try {
      const session = await call<Session>('GET', 'session');
      setState(session.needs_sign_in ? { is: 'signed-out' } : { is: 'in', session });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState({ is: 'failed', error });
    }
  };

  useEffect(() => {
    const end = () => setState({ is: 'signed-out' });
    const again = () => setTurn((turn) => turn + 1);
    signedOut.addEventListener('ended', end);
    preferencesChanged.addEventListener('change', again);
    void ask();
    return () => {
      signedOut.removeEventListener('ended', end);
      preferencesChanged.removeEventListener('change', again);
    };
  }, []);

  switch (state.is) {
    case 'signed-out':
      if (isEmbedded) return <Empty text={t('inbox.linkEnded')} />;
      return <SignIn onSignedIn={(session) => setState({ is: 'in', session })} />;
    case 'failed':
      return (
        <main class="sign-in">
          <Failed
            error={state.error}
            what={state.error.status === 401 || state.error.status === 403 ? t('error.hostRefused') : undefined}
            again={() => void ask()}
          />
        </main>
      );
    case 'in':
      return isEmbedded ? <Embedded session={state.session} /> : <Frame session={state.session} />;
    default:
      return null;
  }
}
