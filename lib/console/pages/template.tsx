import { useState } from 'preact/hooks';
import {
  ApiError,
  call,
  may,
  type Message,
  newKey,
  type Numbers,
  type Session,
  type Template,
  useQuery,
} from '../api.js';
import { absolute } from '../format.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Confirm } from '../parts/confirm.js';
import { Copyable } from '../parts/copy.js';
import { useDraft } from '../parts/draft.js';
import { Field } from '../parts/field.js';
import { Link } from '../parts/link.js';
import { Panel } from '../parts/panel.js';
import { PhonePreview } from '../parts/phone-preview.js';
import { type Problems, problemsAt } from '../parts/problems.js';
import { Failed, Loading } from '../parts/states.js';
import { sendValues, type TemplateValues } from '../parts/template-values.js';
import { VariablesForm } from '../parts/variables-form.js';
import { go, withQuery } from '../router.js';
import { categoryWords, formatWords, Quality, TemplateAdvice, TemplateChip } from './template-words.js';

interface Props {
  readonly id: string;
  readonly session: Session;
  readonly query: URLSearchParams;
  readonly close: () => void;
  readonly onChange: () => void;
}

/** A template as its reader has it, what Meta says of it, and a test of it. */
export function TemplatePanel({ id, session, query, close, onChange }: Props) {
  const { data, error, reload } = useQuery<Template>(`templates/${encodeURIComponent(id)}`, { live: ['template'] });
  return (
    <Panel title={data?.name ?? t('templates.title')} close={close}>
      {error && !data && <Failed error={error} again={reload} />}
      {!error && !data && <Loading />}
      {data && <Details template={data} session={session} query={query} onDeleted={onChange} />}
    </Panel>
  );
}

function Details({
  template,
  session,
  query,
  onDeleted,
}: {
  readonly template: Template;
  readonly session: Session;
  readonly query: URLSearchParams;
  readonly onDeleted: () => void;
}) {
  const [test, setTest] = useDraft(`template-test-${template.id}`, () => NO_TEST, isTest);
  const isThere = template.status !== 'DELETED' && template.status !== 'PENDING_DELETION';
  return (
    <>
      <div class="summary">
        <div>
          <div class="who">
            <bdi>{template.name}</bdi>
          </div>
          <div class="muted">
            <bdi>{template.language}</bdi> · {categoryWords(template.category)}
          </div>
        </div>
        <TemplateChip status={template.status} />
      </div>
      <TemplateAdvice template={template} />
      <PhonePreview template={template} values={test.values} />
      {may(session, 'messages.send') && template.status === 'APPROVED' && (
        <TestSend template={template} session={session} test={test} setTest={setTest} />
      )}
      <section>
        <h2 class="section-title">{t('message.facts')}</h2>
        <dl class="facts">
          <dt>{t('number.quality')}</dt>
          <dd>
            <Quality quality={template.quality} />
          </dd>
          <dt>{t('templates.id')}</dt>
          <dd>
            <Copyable text={template.template_id} />
          </dd>
          <dt>{t('templates.account')}</dt>
          <dd>
            <Copyable text={template.business_account_id} />
          </dd>
          <dt>{t('templates.format')}</dt>
          <dd>{formatWords(template.parameter_format)}</dd>
          <dt>{t('templates.synced')}</dt>
          <dd>{absolute(template.synced_at)}</dd>
        </dl>
      </section>
      <div class="actions">
        {may(session, 'messages.read') && (
          <Link class="button" to="messages" query={new URLSearchParams({ template: template.name })}>
            <Icon name="messages" size={16} />
            {t('templates.messages')}
          </Link>
        )}
        {isThere && may(session, 'templates.update') && (
          <Link class="button" to={`templates/${template.id}`} query={withQuery(query, { edit: '1' })}>
            {t('templates.edit')}
          </Link>
        )}
        {isThere && may(session, 'templates.delete') && (
          <Delete template={template} query={query} onDeleted={onDeleted} />
        )}
      </div>
      <details class="fold">
        <summary>{t('templates.raw')}</summary>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
        <pre tabIndex={0}>{JSON.stringify(template.components, null, 2)}</pre>
      </details>
    </>
  );
}

interface Test {
  readonly to: string;
  readonly number: string;
  readonly values: TemplateValues;
}

const NO_TEST: Test = { to: '', number: '', values: {} };

function isTest(value: unknown): value is Test {
  const { to, number, values }: { to?: unknown; number?: unknown; values?: unknown } = Object(value);
  return typeof to === 'string' && typeof number === 'string' && typeof values === 'object' && values !== null;
}

/** Sends it to one number; what is given for the variables is shown on the phone above as it is typed. */
function TestSend({
  template,
  session,
  test,
  setTest,
}: {
  readonly template: Template;
  readonly session: Session;
  readonly test: Test;
  readonly setTest: (test: Test) => void;
}) {
  const { data } = useQuery<Numbers>(may(session, 'accounts.read') ? 'numbers' : undefined);
  const [sent, setSent] = useState<Message>();
  const [problem, setProblem] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);
  // As long as nothing is changed, sending again sends nothing twice.
  const [key, setKey] = useState(newKey);
  const change = (changed: Partial<Test>) => {
    setTest({ ...test, ...changed });
    setKey(newKey());
    setSent(undefined);
  };
  const problems: Problems = problem?.details ?? {};
  const numbers = data?.numbers ?? [];
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    const body = {
      ...sendValues(template.variables, test.values),
      to: test.to,
      ...(test.number !== '' && { phone_number_id: test.number }),
    };
    try {
      setSent(await call<Message>('POST', `templates/${template.id}/send`, { body, key }));
      setProblem(undefined);
    } catch (error) {
      setSent(undefined);
      setProblem(error instanceof ApiError ? error : new ApiError(0, 'OFFLINE', ''));
    }
    setBusy(false);
  };
  return (
    <section>
      <h2 class="section-title">{t('templates.test')}</h2>
      <form class="form" onSubmit={(event) => void send(event)} noValidate>
        <VariablesForm
          template={template}
          values={test.values}
          onChange={(values) => change({ values })}
          problems={problems}
        />
        <Field id="test-to" label={t('templates.to')} problems={problemsAt(problems, 'to')}>
          {(input) => (
            <input
              {...input}
              class="input"
              type="tel"
              value={test.to}
              placeholder="+5491112345678"
              autocomplete="off"
              onInput={({ currentTarget }) => change({ to: currentTarget.value })}
            />
          )}
        </Field>
        {numbers.length > 1 && (
          <Field id="test-from" label={t('message.from')} problems={problemsAt(problems, 'phone_number_id')}>
            {(input) => (
              <select
                {...input}
                class="select"
                value={test.number}
                onChange={({ currentTarget }) => change({ number: currentTarget.value })}
              >
                <option value="">{t('templates.primary')}</option>
                {numbers.map(({ phone_number_id: number, display_phone_number: words }) => (
                  <option key={number} value={number}>
                    {words ?? number}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        {problem && (
          <p class="problem" role="alert">
            {problem.message || t('error.offline')}
          </p>
        )}
        <div class="actions">
          <button class="button main-action" type="submit" disabled={isBusy}>
            {t('templates.send')}
          </button>
          <span role="status">
            {sent && (
              <>
                {t('templates.sent')} <Link to={`messages/${sent.id}`}>{t('message.title', { id: sent.id })}</Link>
              </>
            )}
          </span>
        </div>
      </form>
    </section>
  );
}

function Delete({
  template,
  query,
  onDeleted,
}: {
  readonly template: Template;
  readonly query: URLSearchParams;
  readonly onDeleted: () => void;
}) {
  const [problem, setProblem] = useState('');
  const remove = async () => {
    try {
      await call('DELETE', `templates/${template.id}`);
      onDeleted();
      go('templates', query);
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message || t('error.offline') : String(error));
    }
  };
  const { name, language } = template;
  return (
    <>
      <Confirm
        verb={t('templates.delete')}
        question={t('templates.deleteWhat', { name, language })}
        act={remove}
        isDangerous
      />
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
