import type { ComponentChildren } from 'preact';
import type { MessageDetail } from '../api.js';
import { type Key, t } from '../i18n.js';
import { en } from '../locales/en.js';
import { Copyable } from '../parts/copy.js';

/** A failure in three parts: what happened, what was done, what one can do. */
export function Failure({
  message,
  error,
  children,
}: {
  readonly message: MessageDetail;
  readonly error: NonNullable<MessageDetail['error']>;
  readonly children: ComponentChildren;
}) {
  const { error_code: code, error_message: words, retries, bulk_send_id: bulk } = message;
  return (
    <section class="failure" aria-label={t('failure')}>
      <div>
        <h3>{t('failure.what')}</h3>
        <p>
          <bdi>{error.meaning ?? words ?? code}</bdi>
        </p>
        {error.meaning !== null && words !== null && (
          <p class="small muted">
            <bdi>{t('failure.meta', { code: code ?? '', words: withoutCode(words) })}</bdi>
          </p>
        )}
        {error.details !== null && !words?.includes(error.details) && (
          <p class="small muted">
            <bdi>{error.details}</bdi>
          </p>
        )}
      </div>
      <div>
        <h3>{t('failure.done')}</h3>
        <p>{retries > 0 ? t('failure.tried', { n: retries + 1 }) : t('failure.once')}</p>
      </div>
      <div>
        <h3>{t('failure.do')}</h3>
        <p>{bulk !== null && error.may_pass ? t('advice.bulk') : t(adviceFor(code, error.reaction))}</p>
        {children}
        {error.documentation_url !== null && (
          <p class="small docs">
            <a href={error.documentation_url} target="_blank" rel="noreferrer noopener">
              {t('failure.docs')}
            </a>
          </p>
        )}
        {error.trace_id !== null && (
          <p class="small muted">
            {t('failure.trace')} <Copyable text={error.trace_id} />
          </p>
        )}
      </div>
    </section>
  );
}

/** Meta's texts begin with the code, which is shown before them. */
export const withoutCode = (words: string): string => words.replace(/^\(#\d+\)\s*/, '');

/** By the module's own code, else by what the module does about the error. */
function adviceFor(code: string | null, reaction: string | null): Key {
  const keys = [`advice.${code ?? ''}`, `advice.${reaction ?? ''}`];
  return keys.find(isKey) ?? 'advice.other';
}

const isKey = (key: string): key is Key => Object.hasOwn(en, key);
