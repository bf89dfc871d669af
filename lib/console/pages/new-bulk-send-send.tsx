import { useState } from 'preact/hooks';
import { ApiError, type BulkSend, call, type CheckedList } from '../api.js';
import { absolute, momentIn } from '../format.js';
import { t } from '../i18n.js';
import { Confirm } from '../parts/confirm.js';
import { Field } from '../parts/field.js';
import { type Problems, problemsAt } from '../parts/problems.js';
import { go } from '../router.js';
import { asCsv, type Draft, listQuery, type StepProps } from './new-bulk-send-draft.js';
import { Checked, lengthOf, money } from './new-bulk-send-estimate.js';
import { Summary } from './new-bulk-send-recipients.js';

const ZONES = Intl.supportedValuesOf('timeZone');

/** Now or later, under which name; and off it goes. */
export function SendStep({ wizard }: StepProps) {
  const { draft, update, list, clear } = wizard;
  const [refusal, setRefusal] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);
  const moment = draft.isLater ? momentIn(draft.zone, draft.at) : undefined;
  const canSend = !isBusy && list !== undefined && (!draft.isLater || moment !== undefined);
  const problems: Problems = refusal?.details ?? {};
  const change = (changed: Partial<Draft>) => {
    update(changed);
    setRefusal(undefined);
  };
  const send = async () => {
    if (!list) return;
    setBusy(true);
    try {
      const query = sendQuery(draft, moment);
      const { id } = await call<BulkSend>('POST', 'bulk-sends', { file: asCsv(list), query, key: draft.key });
      clear();
      go(`bulk-sends/${id}`, undefined, { replace: true });
    } catch (error) {
      setRefusal(error instanceof ApiError ? error : new ApiError(0, 'OFFLINE', ''));
      setBusy(false);
    }
  };
  return (
    <Checked wizard={wizard}>
      {(checked) => (
        <div class="form step">
          <Recap draft={draft} checked={checked} />
          <Field
            id="new-name"
            label={t('new.name')}
            help={t('new.nameHelp')}
            isOptional
            problems={problemsAt(problems, 'name')}
          >
            {(input) => (
              <input
                {...input}
                class="input"
                dir="auto"
                maxLength={255}
                value={draft.name}
                onInput={({ currentTarget }) => change({ name: currentTarget.value })}
              />
            )}
          </Field>
          <div class="tabs" role="radiogroup" aria-label={t('new.when')}>
            {[false, true].map((isLater) => (
              <label key={String(isLater)} class={`tab ${draft.isLater === isLater ? 'chosen' : ''}`}>
                <input
                  type="radio"
                  name="when"
                  checked={draft.isLater === isLater}
                  onChange={() => change({ isLater })}
                />
                {isLater ? t('new.atTime') : t('new.now')}
              </label>
            ))}
          </div>
          {draft.isLater && <When draft={draft} change={change} moment={moment} problems={problems} />}
          {checked.cost !== null && (
            <Field
              id="new-budget"
              label={t('new.budget', { currency: checked.cost.currency })}
              help={
                checked.cost.amount === null
                  ? t('new.budgetHelp')
                  : t('new.budgetOf', { amount: money(checked.cost.amount, checked.cost.currency) })
              }
              isOptional
              problems={problemsAt(problems, 'budget')}
            >
              {(input) => (
                <input
                  {...input}
                  class="input"
                  inputMode="decimal"
                  autocomplete="off"
                  value={draft.budget}
                  onInput={({ currentTarget }) => change({ budget: currentTarget.value })}
                />
              )}
            </Field>
          )}
          {refusal && (
            <div class="notice bad" role="alert">
              <p>
                <bdi>{wordsFor(refusal)}</bdi>
              </p>
            </div>
          )}
          <div class="step-foot">
            <Confirm
              verb={draft.isLater ? t('new.schedule') : t('new.send')}
              question={
                moment === undefined
                  ? t('new.sendWhat', { n: checked.recipients, template: draft.template?.name ?? '' })
                  : t('new.scheduleWhat', {
                      n: checked.recipients,
                      template: draft.template?.name ?? '',
                      when: absolute(moment),
                    })
              }
              act={send}
              isMain
              isDisabled={!canSend || checked.recipients === 0}
            />
          </div>
        </div>
      )}
    </Checked>
  );
}

/** What is about to be sent. */
function Recap({ draft: { template }, checked }: { readonly draft: Draft; readonly checked: CheckedList }) {
  const { estimated_time_minutes: minutes, cost } = checked;
  return (
    <dl class="facts card padded">
      <dt>{t('new.template')}</dt>
      <dd>
        <bdi>{template?.name}</bdi> <span class="muted">{template?.language}</span>
      </dd>
      <dt>{t('new.recipients')}</dt>
      <dd>
        <Summary checked={checked} />
      </dd>
      <dt>{t('new.time')}</dt>
      <dd>{lengthOf(minutes)}</dd>
      {cost !== null && cost.amount !== null && (
        <>
          <dt>{t('new.cost')}</dt>
          <dd class="number">{money(cost.amount, cost.currency)}</dd>
        </>
      )}
    </dl>
  );
}

const wordsFor = ({ details, message }: ApiError): string =>
  Object.entries(details)
    .map(([path, texts]) => `${path} ${texts.join(' ')}`)
    .join(' ') ||
  message ||
  t('new.offline');

function When({
  draft,
  change,
  moment,
  problems,
}: {
  readonly draft: Draft;
  readonly change: (changed: Partial<Draft>) => void;
  readonly moment: string | undefined;
  readonly problems: Problems;
}) {
  return (
    <div class="field-row">
      <Field
        id="new-at"
        label={t('new.at')}
        help={moment === undefined ? undefined : t('new.thatIs', { when: absolute(moment) })}
        problems={problemsAt(problems, 'scheduled_at')}
      >
        {(input) => (
          <input
            {...input}
            class="input"
            type="datetime-local"
            value={draft.at}
            onInput={({ currentTarget }) => change({ at: currentTarget.value })}
          />
        )}
      </Field>
      <Field id="new-zone" label={t('new.zone')}>
        {(input) => (
          <select
            {...input}
            class="select"
            value={draft.zone}
            onChange={({ currentTarget }) => change({ zone: currentTarget.value })}
          >
            {[...new Set([draft.zone, ...ZONES])].map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

function sendQuery(draft: Draft, moment: string | undefined): URLSearchParams {
  const query = listQuery(draft);
  const { name, budget } = draft;
  const given = { name: name.trim(), budget: budget.trim().replace(',', '.'), scheduled_at: moment ?? '' };
  for (const [field, value] of Object.entries(given)) if (value !== '') query.set(field, value);
  return query;
}
