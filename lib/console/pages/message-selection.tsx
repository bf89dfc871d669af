import { useState } from 'preact/hooks';
import { ApiError, call, may, type Message, type MessageDetail, type Session } from '../api.js';
import { t } from '../i18n.js';
import { Confirm } from '../parts/confirm.js';

/** Messages that were selected one by one, with a box or `x`. */
export interface Selection {
  readonly has: (message: Message) => boolean;
  readonly toggle: (message: Message) => void;
  /** Of those that the list shows. */
  readonly selected: readonly Message[];
  readonly clear: () => void;
}

/** @param key what the list is of: another list begins with nothing selected */
export function useSelection(messages: readonly Message[], key: string): Selection {
  const [state, setState] = useState<{ key: string; ids: ReadonlySet<number> }>({ key, ids: new Set() });
  const ids = state.key === key ? state.ids : new Set<number>();
  return {
    has: ({ id }) => ids.has(id),
    toggle: ({ id }) =>
      setState((before) => {
        const next = new Set(before.key === key ? before.ids : []);
        if (!next.delete(id)) next.add(id);
        return { key, ids: next };
      }),
    selected: messages.filter(({ id }) => ids.has(id)),
    clear: () => setState({ key, ids: new Set() }),
  };
}

/** What can be done with the selected messages; nothing while there are none. */
export function SelectionBar({
  selection: { selected, clear },
  session,
  reload,
}: {
  readonly selection: Selection;
  readonly session: Session;
  readonly reload: () => void;
}) {
  const [result, setResult] = useState('');
  const [isBusy, setBusy] = useState(false);
  // What may have arrived is sent again from its own panel alone, which says so.
  const failed = selected.filter(({ status, error_code: code }) => status === 'failed' && code !== 'OUTCOME_UNKNOWN');

  const sendAgain = async () => {
    setBusy(true);
    const problems: string[] = [];
    for (const { id } of failed) {
      await call<MessageDetail>('POST', `messages/${id}/send-again`, { body: {} }).catch((error: unknown) => {
        problems.push(error instanceof ApiError ? error.message || t('error.offline') : String(error));
      });
    }
    const sent = t('selection.sent', { n: failed.length - problems.length });
    setResult(
      problems.length === 0 ? sent : `${sent} ${t('selection.not', { n: problems.length })} ${problems[0] ?? ''}`,
    );
    setBusy(false);
    clear();
    reload();
  };

  if (selected.length === 0 && result === '') return null;
  return (
    <div class="selection" role="status">
      <bdi>{selected.length === 0 ? result : t('selection.count', { n: selected.length })}</bdi>
      {failed.length > 0 && may(session, 'messages.send') && (
        <Confirm
          verb={t('message.sendAgain')}
          question={t('selection.sendAgain', { n: failed.length })}
          act={sendAgain}
          isDisabled={isBusy}
        />
      )}
      <button
        class="button"
        type="button"
        onClick={() => {
          clear();
          setResult('');
        }}
      >
        {t('selection.clear')}
      </button>
    </div>
  );
}
