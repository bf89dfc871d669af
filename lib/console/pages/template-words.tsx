import type { Template } from '../api.js';
import { type Key, t } from '../i18n.js';
import { Icon, type IconName } from '../icons.js';

const STATUSES: Readonly<Record<string, readonly [words: Key, icon: IconName, look: string]>> = {
  APPROVED: ['templates.APPROVED', 'once', 'good'],
  PENDING: ['templates.PENDING', 'clock', 'doubt'],
  IN_APPEAL: ['templates.IN_APPEAL', 'clock', 'doubt'],
  REJECTED: ['templates.REJECTED', 'close', 'failed'],
  PAUSED: ['templates.PAUSED', 'pause', 'doubt'],
  DISABLED: ['templates.DISABLED', 'stop', 'failed'],
  PENDING_DELETION: ['templates.PENDING_DELETION', 'clock', ''],
  DELETED: ['templates.DELETED', 'close', ''],
  LIMIT_EXCEEDED: ['templates.LIMIT_EXCEEDED', 'alert', 'failed'],
  ARCHIVED: ['templates.ARCHIVED', 'down', ''],
};

/** A status of Meta's in words; one that is new is shown as it is. */
export function statusWords(status: string): string {
  const [key] = STATUSES[status] ?? [];
  return key === undefined ? status : t(key);
}

/** Whether a template can be sent, by sign, word and colour. */
export function TemplateChip({ status }: { readonly status: string }) {
  const [, icon, look] = STATUSES[status] ?? [undefined, 'dots' as const, ''];
  return (
    <span class={`chip ${look}`}>
      <Icon name={icon} size={14} />
      {statusWords(status)}
    </span>
  );
}

const CATEGORY_KEYS: Readonly<Record<string, Key>> = {
  MARKETING: 'templates.MARKETING',
  UTILITY: 'templates.UTILITY',
  AUTHENTICATION: 'templates.AUTHENTICATION',
};

export function categoryWords(category: string): string {
  const key = CATEGORY_KEYS[category.toUpperCase()];
  return key === undefined ? category : t(key);
}

const QUALITIES: Readonly<Record<string, readonly [words: Key, look: string]>> = {
  GREEN: ['number.GREEN', 'good'],
  YELLOW: ['number.YELLOW', 'doubt'],
  RED: ['number.RED', 'failed'],
};

/** How people take it, in Meta's count. */
export function Quality({ quality }: { readonly quality: string | null }) {
  const [words, look] = QUALITIES[quality ?? ''] ?? [];
  if (words === undefined) return <span class="muted">{t('templates.noQuality')}</span>;
  return <span class={`chip ${look}`}>{t(words)}</span>;
}

const STATUS_ADVICE: Readonly<Record<string, Key>> = {
  PENDING: 'templates.advice.PENDING',
  IN_APPEAL: 'templates.advice.PENDING',
  PAUSED: 'templates.advice.PAUSED',
  DISABLED: 'templates.advice.DISABLED',
  PENDING_DELETION: 'templates.advice.DELETED',
  DELETED: 'templates.advice.DELETED',
  LIMIT_EXCEEDED: 'templates.advice.LIMIT_EXCEEDED',
  ARCHIVED: 'templates.advice.ARCHIVED',
};

const REASON_ADVICE: Readonly<Record<string, Key>> = {
  ABUSIVE_CONTENT: 'templates.reason.ABUSIVE_CONTENT',
  INCORRECT_CATEGORY: 'templates.reason.INCORRECT_CATEGORY',
  INVALID_FORMAT: 'templates.reason.INVALID_FORMAT',
  PROMOTIONAL: 'templates.reason.PROMOTIONAL',
  SCAM: 'templates.reason.SCAM',
  TAG_CONTENT_MISMATCH: 'templates.reason.TAG_CONTENT_MISMATCH',
};

/** Why a template cannot be sent, or soon may not be, and what one can do. */
export function TemplateAdvice({ template }: { readonly template: Template }) {
  const { status, rejected_reason: reason, quality } = template;
  const hasReason = reason !== null && reason !== '' && reason !== 'NONE';
  if (status === 'APPROVED' && quality !== 'RED' && quality !== 'YELLOW') return null;
  const isBad = status === 'REJECTED' || status === 'DISABLED';
  return (
    <div class={`notice ${isBad ? 'bad' : 'waiting'}`}>
      <Icon name={isBad ? 'alert' : 'clock'} />
      <div>
        {status === 'REJECTED' && (
          <p>
            {t('templates.rejectedFor')} <code>{hasReason ? reason : '—'}</code>
          </p>
        )}
        <p>{t(adviceFor(status, reason))}</p>
      </div>
    </div>
  );
}

function adviceFor(status: string, reason: string | null): Key {
  if (status === 'APPROVED') return 'templates.advice.quality';
  if (status === 'REJECTED') return REASON_ADVICE[reason ?? ''] ?? 'templates.advice.REJECTED';
  return STATUS_ADVICE[status] ?? 'templates.advice.other';
}

/** How the variables of a template are called. */
export const formatWords = (format: Template['parameter_format']): string =>
  format === 'NAMED'
    ? t('templates.NAMED', { example: '{{first_name}}' })
    : t('templates.POSITIONAL', { example: '{{1}}, {{2}}' });
