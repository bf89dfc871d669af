import { Icon, type IconName } from '../icons.js';
import { formatNumber, t } from '../i18n.js';
import type { BulkSend } from '../api.js';

/** How far a bulk send is, as shares of its recipients. */
export function Progress({ bulkSend }: { readonly bulkSend: BulkSend }) {
  const { sent_count: sent, delivered_count: delivered, read_count: read, failed_count: failed } = bulkSend;
  const all = Math.max(1, sent + failed + bulkSend.pending_count + bulkSend.unconfirmed_count);
  const parts = [
    ['read', read],
    ['delivered', Math.max(0, delivered - read)],
    ['sent', Math.max(0, sent - delivered)],
    ['failed', failed],
  ] as const;
  const done = Math.floor(((sent + failed) / all) * 100);
  return (
    <div
      class="progress"
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={done}
      aria-label={t('bulk.progress', { done: formatNumber(done) })}
    >
      {parts.map(([name, count]) => (
        <i key={name} class={name} style={{ width: `${(count / all) * 100}%` }} />
      ))}
    </div>
  );
}

const LOOKS: Readonly<Record<BulkSend['status'], string>> = {
  SCHEDULED: '',
  QUEUED: '',
  PROCESSING: 'good',
  PAUSED: 'doubt',
  COMPLETED: 'good',
  PARTIAL: 'doubt',
  FAILED: 'failed',
  CANCELLED: '',
};

const ICONS = {
  SCHEDULED: 'clock',
  QUEUED: 'clock',
  PROCESSING: 'bulk',
  PAUSED: 'pause',
  COMPLETED: 'once',
  PARTIAL: 'alert',
  FAILED: 'close',
  CANCELLED: 'stop',
} as const satisfies Record<BulkSend['status'], IconName>;

/** The state of a bulk send by sign, word and colour. */
export const BulkChip = ({ status }: { readonly status: BulkSend['status'] }) => (
  <span class={`chip ${LOOKS[status]}`}>
    <Icon name={ICONS[status]} size={14} />
    {t(`bulk.${status}`)}
  </span>
);
