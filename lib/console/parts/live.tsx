import { timeOfDay } from '../format.js';
import { t } from '../i18n.js';

/** Whether what one sees is of this moment. @param at when it last came, in ms */
export const Live = ({ isLate, at }: { readonly isLate: boolean; readonly at: number }) => (
  <span class={`live ${isLate ? 'late' : ''}`} title={at === 0 ? '' : timeOfDay(new Date(at))}>
    <span>{isLate ? t('live.late') : t('live')}</span>
  </span>
);
