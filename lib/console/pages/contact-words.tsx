import type { Contact } from '../api.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';

/** What a person is called: as the business filed them, else as they call themselves. */
export function nameOf(contact: Contact): string | undefined {
  const filed = [contact.first_name, contact.last_name].filter(Boolean).join(' ');
  return filed || (contact.profile_name ?? undefined);
}

const LOOKS = { opted_in: ['done', 'good'], opted_out: ['close', 'doubt'] } as const;

/** What a person said of marketing, by sign, word and colour. */
export function ConsentChip({ consent }: { readonly consent: Contact['consent'] }) {
  // Most have said nothing: what stands out is what someone said.
  if (consent === 'unknown') return <span class="small muted">{t('consent.unknown')}</span>;
  const [icon, look] = LOOKS[consent];
  return (
    <span class={`chip ${look}`}>
      <Icon name={icon} size={14} />
      {t(`consent.${consent}`)}
    </span>
  );
}
