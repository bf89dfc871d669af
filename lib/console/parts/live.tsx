import { secondOfDay, timeOfDay } from '../format.js';
import { t } from '../i18n.js';
import { useLiveState } from '../live.js';

/** Whether what one sees is of this moment, and when something last happened. */
export function Live() {
  const { is, at } = useLiveState();
  if (is === 'off') return null;
  const words = is === 'live' ? t('live') : is === 'late' ? t('live.late') : t('live.connecting');
  const last = at === 0 ? '' : t('live.last', { when: secondOfDay(new Date(at)) });
  return (
    <span class={`live ${is}`} title={last || words}>
      <span class="words">{words}</span>
      {at !== 0 && is === 'live' && <span class="number">{timeOfDay(new Date(at))}</span>}
    </span>
  );
}
