import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, call, type CheckedList, type Message, newKey } from '../api.js';
import { duration } from '../format.js';
import { formatNumber, t } from '../i18n.js';
import { Field } from '../parts/field.js';
import { Link } from '../parts/link.js';
import { type Problems, problemsAt } from '../parts/problems.js';
import { Failed, Loading } from '../parts/states.js';
import { sendValues } from '../parts/template-values.js';
import { type Draft, valuesOf, type Wizard, type StepProps } from './new-bulk-send-draft.js';
import { Summary } from './new-bulk-send-recipients.js';

/** How long it takes, whether the limit suffices, what it costs; and a test. */
export function EstimateStep({ wizard, next }: StepProps) {
  const { checked } = wizard;
  return (
    <div class="step">
      <Checked wizard={wizard}>{(found) => <Estimate checked={found} />}</Checked>
      <TestSend wizard={wizard} />
      <div class="step-foot">
        <button class="button main-action" type="button" disabled={!checked} onClick={next}>
          {t('new.next')}
        </button>
      </div>
    </div>
  );
}

/** What is known of the list; where that was lost by a reload, it is checked again. */
export function Checked({
  wizard: { checked, checkError, isChecking, list, check },
  children,
}: {
  readonly wizard: Wizard;
  readonly children: (checked: CheckedList) => preact.ComponentChildren;
}) {
  useEffect(() => {
    if (!checked && !checkError && !isChecking && list) void check();
  }, [checked, list]);
  if (checkError && !checked) return <Failed error={checkError} again={() => void check()} />;
  return checked ? <>{children(checked)}</> : <Loading lines={4} />;
}

function Estimate({ checked }: { readonly checked: CheckedList }) {
  const { estimated_time_minutes: minutes, quota, cost } = checked;
  const { quota_available: available, quota_total: total, quota_needed: needed } = quota;
  return (
    <div class="estimates">
      <section class="card padded">
        <h3>{t('new.who')}</h3>
        <Summary checked={checked} />
      </section>
      <section class="card padded">
        <h3>{t('new.time')}</h3>
        <strong class="figure">{lengthOf(minutes)}</strong>
        <p class="small muted">{t('new.timeHelp')}</p>
      </section>
      <section class="card padded">
        <h3>{t('new.limit')}</h3>
        {total === null || available === null ? (
          <p>{t('number.noLimit')}</p>
        ) : (
          <>
            <p>{t('new.reached', { used: total - available, n: total })}</p>
            <meter class="limit" value={total - available} max={total} aria-hidden="true" />
            <p class={quota.can_send ? 'small muted' : 'small warning'}>
              {quota.can_send ? t('new.fits', { n: needed }) : t('new.waits', { n: needed - available, needed })}
            </p>
          </>
        )}
      </section>
      <section class="card padded">
        <h3>{t('new.cost')}</h3>
        {cost === null ? (
          <p class="muted">{t('new.noRateCard')}</p>
        ) : (
          <>
            <strong class="figure number">
              {cost.amount === null ? t('new.unknownCost') : money(cost.amount, cost.currency)}
            </strong>
            {cost.without_rate > 0 && <p class="small warning">{t('new.withoutRate', { n: cost.without_rate })}</p>}
            <p class="small muted">{t('new.costHelp')}</p>
          </>
        )}
      </section>
    </div>
  );
}

/** How long sending takes: an estimate is no more exact than a second. */
export const lengthOf = (minutes: number): string => duration(Math.max(1_000, Math.round(minutes * 60) * 1_000));

/** A sum in its currency, as exact as it is. */
export function money(amount: string, currency: string): string {
  try {
    return formatNumber(Number(amount), { style: 'currency', currency });
  } catch {
    return `${amount} ${currency}`;
  }
}

/** Sends what the first recipient would get to a number of one's own. */
function TestSend({ wizard: { draft, update, first } }: { readonly wizard: Wizard }) {
  const [sent, setSent] = useState<Message>();
  const [refusal, setRefusal] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);
  const key = useRef(newKey());
  const row = first.rows?.[draft.hasHeader ? 1 : 0];
  const problems: Problems = refusal?.details ?? {};
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!draft.template || !row) return;
    setBusy(true);
    setSent(undefined);
    try {
      setSent(
        await call<Message>('POST', `templates/${draft.template.id}/send`, {
          body: testOf(draft, row),
          key: key.current,
        }),
      );
      key.current = newKey();
      setRefusal(undefined);
    } catch (error) {
      setRefusal(error instanceof ApiError ? error : new ApiError(0, 'OFFLINE', ''));
    }
    setBusy(false);
  };
  return (
    <form class="card padded form test-send" onSubmit={(event) => void send(event)} noValidate>
      <h3>{t('new.test')}</h3>
      <Field id="new-test" label={t('new.testTo')} help={t('new.testHelp')} problems={problemsAt(problems, 'to')}>
        {(input) => (
          <input
            {...input}
            class="input"
            type="tel"
            autocomplete="off"
            placeholder="+5491112345678"
            value={draft.testTo}
            onInput={({ currentTarget }) => {
              key.current = newKey();
              update({ testTo: currentTarget.value });
            }}
          />
        )}
      </Field>
      <div class="actions">
        <button class="button" type="submit" disabled={isBusy || !row || draft.testTo.trim() === ''}>
          {t('new.sendTest')}
        </button>
        <span role="status">
          {sent && (
            <>
              {t('new.testSent')} <Link to={`messages/${sent.id}`}>{t('message.title', { id: sent.id })}</Link>
            </>
          )}
        </span>
      </div>
      {refusal && (
        <p class="problem" role="alert">
          <bdi>{Object.values(problems).flat().join(' ') || refusal.message || t('error.offline')}</bdi>
        </p>
      )}
    </form>
  );
}

const testOf = (draft: Draft, row: readonly string[]) => ({
  ...sendValues(draft.template?.variables ?? [], valuesOf(draft, row)),
  to: draft.testTo.trim(),
  ...(draft.number !== '' && { phone_number_id: draft.number }),
});
