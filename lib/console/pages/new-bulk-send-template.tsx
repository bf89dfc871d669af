import { useEffect, useState } from 'preact/hooks';
import { may, type Numbers, type Template, type Templates, useQuery } from '../api.js';
import { t } from '../i18n.js';
import { Field } from '../parts/field.js';
import { PhonePreview } from '../parts/phone-preview.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import type { StepProps } from './new-bulk-send-draft.js';
import { partsOf } from '../parts/template-values.js';

/** Milliseconds after the last key. */
const WAIT = 250;

/** Chooses the template, and the number that sends. */
export function TemplateStep({ wizard: { draft, update }, session, next }: StepProps) {
  const [typed, setTyped] = useState('');
  const asked = useSettled(typed.trim());
  const query = new URLSearchParams({ status: 'APPROVED', page_size: '50', ...(asked !== '' && { q: asked }) });
  const { data, error, reload } = useQuery<Templates>(`templates?${query.toString()}`);
  const [known, setKnown] = useState<Templates>();
  // While one types, what was found before stays.
  useEffect(() => setKnown((before) => data ?? before), [data]);
  const choose = (template: Template) => {
    if (template.id !== draft.template?.id) update({ template, values: {}, isOwnChoice: false });
  };
  return (
    <form
      class="step-grid"
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.template) next();
      }}
    >
      <div>
        <input
          class="input"
          type="search"
          value={typed}
          placeholder={t('new.searchTemplate')}
          aria-label={t('new.searchTemplate')}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <div class="card choices" role="radiogroup" aria-label={t('new.template')}>
          {error && !known && <Failed error={error} again={reload} />}
          {!error && !known && <Loading lines={5} />}
          {known?.templates.length === 0 && (
            <Empty text={asked === '' ? t('new.noTemplates') : t('new.noTemplateFound')} />
          )}
          {known?.templates.map((template) => (
            <label key={template.id} class="choice">
              <input
                type="radio"
                name="template"
                checked={template.id === draft.template?.id}
                onChange={() => choose(template)}
              />
              <span class="choice-words">
                <span>
                  <strong>
                    <bdi>{template.name}</bdi>
                  </strong>{' '}
                  <span class="muted">{template.language}</span>
                </span>
                <span class="small muted cut" dir="auto">
                  {partsOf(template)[0]?.body ?? ''}
                </span>
              </span>
              <span class="small muted">{template.category}</span>
            </label>
          ))}
        </div>
        {known !== undefined && known.total > known.templates.length && (
          <p class="small muted">{t('new.moreTemplates', { n: known.total })}</p>
        )}
        {may(session, 'accounts.read') && <Sender number={draft.number} choose={(number) => update({ number })} />}
        <div class="step-foot">
          <button class="button main-action" type="submit" disabled={!draft.template}>
            {t('new.next')}
          </button>
        </div>
      </div>
      <div class="step-side">
        {draft.template ? <PhonePreview template={draft.template} /> : <Empty text={t('new.chooseTemplate')} />}
      </div>
    </form>
  );
}

/** Which number sends, where there are several. */
function Sender({ number, choose }: { readonly number: string; readonly choose: (number: string) => void }) {
  const { data } = useQuery<Numbers>('numbers');
  if (!data || data.numbers.length < 2) return null;
  return (
    <div class="form sender">
      <Field id="new-number" label={t('message.from')}>
        {(input) => (
          <select
            {...input}
            class="select"
            value={number}
            onChange={({ currentTarget }) => choose(currentTarget.value)}
          >
            <option value="">{t('new.primaryNumber')}</option>
            {data.numbers.map((one) => (
              <option key={one.phone_number_id} value={one.phone_number_id}>
                {one.display_phone_number ?? one.phone_number_id} {one.verified_name ?? ''}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

/** The same a moment after it has last changed. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), WAIT);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}
