import { useState } from 'preact/hooks';
import { t } from '../i18n.js';
import { PhonePreview } from '../parts/phone-preview.js';
import { Failed, Loading } from '../parts/states.js';
import { Summary } from './new-bulk-send-recipients.js';
import { listFieldsOf, valuesOf, type StepProps } from './new-bulk-send-draft.js';

/** Shows the message as one of its recipients gets it. */
export function PreviewStep({ wizard: { draft, first, checked }, next }: StepProps) {
  const [at, setAt] = useState(0);
  if (first.error) return <Failed error={first.error} again={() => window.location.reload()} />;
  if (!first.rows || !draft.template) return <Loading />;
  const rows = first.rows.slice(draft.hasHeader ? 1 : 0);
  const row = rows[Math.min(at, rows.length - 1)] ?? [];
  const values = valuesOf(draft, row);
  return (
    <div class="step-grid">
      <div>
        <dl class="facts">
          <dt>{t('new.phone')}</dt>
          <dd class="number">
            <bdi>{values['phone']}</bdi>
          </dd>
          {listFieldsOf(draft.template).map(({ variable, field: { path } }) => (
            <>
              <dt>
                <bdi>{variable.placeholder ?? variable.name}</bdi>
              </dt>
              <dd>{values[path] ? <bdi>{values[path]}</bdi> : <span class="problem">{t('new.missing')}</span>}</dd>
            </>
          ))}
        </dl>
        <div class="actions recipient-steps">
          <button class="button" type="button" disabled={at === 0} onClick={() => setAt(at - 1)}>
            {t('new.before')}
          </button>
          <span class="number" role="status">
            {t('new.which', { at: at + 1, n: rows.length })}
          </span>
          <button class="button" type="button" disabled={at >= rows.length - 1} onClick={() => setAt(at + 1)}>
            {t('new.after')}
          </button>
        </div>
        <p class="small muted">{t('new.firstOnly', { n: rows.length })}</p>
        {checked && <Summary checked={checked} />}
        <div class="step-foot">
          <button class="button main-action" type="button" onClick={next}>
            {t('new.next')}
          </button>
        </div>
      </div>
      <div class="step-side">
        <PhonePreview template={draft.template} values={values} />
      </div>
    </div>
  );
}
