import { useRef } from 'preact/hooks';
import { t } from '../i18n.js';

/** Asks once before what cannot be undone; the answer repeats the verb. */
export function Confirm({
  verb,
  question,
  act,
  isDangerous = false,
  isMain = false,
  isDisabled = false,
}: {
  readonly verb: string;
  readonly question: string;
  readonly act: () => Promise<void>;
  readonly isDangerous?: boolean;
  /** Whether it is what one came to the page for. */
  readonly isMain?: boolean;
  readonly isDisabled?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const confirm = () => {
    dialog.current?.close();
    void act();
  };
  return (
    <>
      <button
        class={`button ${isDangerous ? 'danger' : ''} ${isMain ? 'main-action' : ''}`}
        type="button"
        disabled={isDisabled}
        onClick={() => dialog.current?.showModal()}
      >
        {verb}
      </button>
      <dialog ref={dialog} class="dialog" aria-label={verb}>
        <p>{question}</p>
        <div class="actions">
          <button class="button" type="button" onClick={() => dialog.current?.close()}>
            {t('confirm.leave')}
          </button>
          <button class={`button ${isDangerous ? 'danger' : 'main-action'}`} type="button" onClick={confirm}>
            {verb}
          </button>
        </div>
      </dialog>
    </>
  );
}
