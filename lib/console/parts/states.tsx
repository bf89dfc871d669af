import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api.js';
import { Icon } from '../icons.js';
import { t } from '../i18n.js';

/** What went wrong with a part of the page, and a way to try it again; the rest of the page stays. */
export const Failed = ({
  error,
  what,
  again,
}: {
  readonly error: ApiError;
  readonly what?: string | undefined;
  readonly again: () => void;
}) => (
  <div class="notice bad" role="alert">
    <Icon name="alert" />
    <div>
      <p>{what ?? wordsFor(error)}</p>
      <div class="actions">
        <button class="button" type="button" onClick={again}>
          {t('error.again')}
        </button>
      </div>
    </div>
  </div>
);

function wordsFor({ status, message }: ApiError): string {
  if (status === 0) return t('error.offline');
  if (status === 403) return t('error.forbidden');
  return message || t('error.unknown', { status });
}

/** What will appear here, and one thing to do. */
export const Empty = ({ text, children }: { readonly text: string; readonly children?: ComponentChildren }) => (
  <div class="empty">
    <p>{text}</p>
    {children}
  </div>
);

/** Of the same height as what comes; shown after 200 ms. */
export const Loading = ({ lines = 8 }: { readonly lines?: number }) => (
  <div class="skeleton" role="status" aria-label={t('loading')}>
    {Array.from({ length: lines }, (_, index) => (
      <i key={index} />
    ))}
  </div>
);
