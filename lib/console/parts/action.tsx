import { useState } from 'preact/hooks';
import { t } from '../i18n.js';
import { ApiError } from '../request.js';

/** Does what a button is for, once at a time; why it could not be done is shown next to it. */
export function useAction(done: () => void) {
  const [failure, setFailure] = useState('');
  const [isBusy, setBusy] = useState(false);
  const act = async (action: () => Promise<unknown>) => {
    setBusy(true);
    setFailure('');
    try {
      await action();
      done();
    } catch (error) {
      setFailure(error instanceof ApiError ? wordsFor(error) : String(error));
    } finally {
      setBusy(false);
    }
  };
  const problem = failure !== '' && (
    <p class="problem" role="alert">
      <bdi>{failure}</bdi>
    </p>
  );
  return { act, isBusy, problem };
}

/** What is wrong with each field, where there is a form no larger than a button. */
function wordsFor({ details, message }: ApiError): string {
  const texts = Object.values(details).flat();
  if (texts.length === 0) return message || t('error.offline');
  return texts.map((text) => text.charAt(0).toUpperCase() + text.slice(1)).join(' ');
}
