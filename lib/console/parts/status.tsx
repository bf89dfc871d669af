import { Icon, type IconName } from '../icons.js';
import { t } from '../i18n.js';

const LOOKS: Readonly<Record<string, readonly [icon: IconName, look: string]>> = {
  pending: ['clock', ''],
  sending: ['bulk', ''],
  unconfirmed: ['question', 'doubt'],
  sent: ['once', ''],
  delivered: ['twice', ''],
  read: ['twice', 'read'],
  played: ['twice', 'read'],
  failed: ['close', 'failed'],
};

const STATUSES = ['pending', 'sending', 'unconfirmed', 'sent', 'delivered', 'read', 'played', 'failed'] as const;
type Status = (typeof STATUSES)[number];

const isStatus = (text: string): text is Status => STATUSES.some((status) => status === text);

/** How far a message has come, by sign, word and colour; a word of Meta's that is new is shown as it is. */
export function StatusChip({ status }: { readonly status: string }) {
  const [icon, look] = LOOKS[status] ?? ['dots', ''];
  return (
    <span class={`chip ${look}`}>
      <Icon name={icon} size={14} />
      {isStatus(status) ? t(`status.${status}`) : status}
    </span>
  );
}
