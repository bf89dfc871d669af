import { useState } from 'preact/hooks';
import { Icon } from '../icons.js';
import { t } from '../i18n.js';

/** An id with a button that copies it. */
export function Copyable({ text }: { readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    window.setTimeout(() => setCopied(false), 1_500);
  };
  const words = isCopied ? t('copied') : t('copy');
  return (
    <span class="copyable">
      <code>{text}</code>
      <button class="icon-button tiny" type="button" title={words} aria-label={words} onClick={() => void copy()}>
        <Icon name={isCopied ? 'done' : 'copy'} size={14} />
      </button>
    </span>
  );
}
