import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, call, type ImportPreview, type ImportProgress } from '../api.js';
import { t } from '../i18n.js';
import { Link } from '../parts/link.js';
import { Panel } from '../parts/panel.js';
import { callForLines } from '../request.js';
import { FIELDS } from './contact-form.js';

const TARGETS = [...FIELDS, 'user_id', 'marketing'] as const;
type Target = (typeof TARGETS)[number];

const isTarget = (text: string | null): text is Target => TARGETS.some((target) => target === text);

/** As much of a file as shows its columns. */
const BEGINNING = 64 * 1024;

type Step =
  | { readonly is: 'mapping' }
  | { readonly is: 'checking' | 'importing'; readonly rows: number }
  | { readonly is: 'checked' | 'imported'; readonly report: ImportProgress };

/** A file of people becomes contacts: columns mapped, all of it checked, then stored. */
export function ImportPanel({ close, changed }: { readonly close: () => void; readonly changed: () => void }) {
  const [file, setFile] = useState<Blob>();
  const [preview, setPreview] = useState<ImportPreview>();
  const [targets, setTargets] = useState<readonly (Target | '')[]>([]);
  const [step, setStep] = useState<Step>({ is: 'mapping' });
  const [failure, setFailure] = useState('');

  const attempt = async (action: () => Promise<void>) => {
    setFailure('');
    try {
      await action();
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message || t('error.offline') : String(error));
      setStep({ is: 'mapping' });
    }
  };

  const choose = (chosen: File | undefined) =>
    attempt(async () => {
      setPreview(undefined);
      setStep({ is: 'mapping' });
      if (!chosen) return;
      // Systems call it whatever they like.
      const csv = new Blob([chosen], { type: 'text/csv' });
      const found = await call<ImportPreview>('POST', 'contacts/import/preview', {
        file: csv.slice(0, BEGINNING, 'text/csv'),
      });
      setFile(csv);
      setPreview(found);
      setTargets(found.columns.map(({ field }) => (isTarget(field) ? field : '')));
    });

  const run = (isDryRun: boolean) =>
    attempt(async () => {
      if (!file) return;
      const query = new URLSearchParams({ columns: targets.join(','), dry_run: String(isDryRun) });
      const is = isDryRun ? 'checking' : 'importing';
      setStep({ is, rows: 0 });
      let report: ImportProgress | undefined;
      for await (const line of callForLines<ImportProgress>('contacts/import', { file, query })) {
        report = line;
        setStep({ is, rows: line.rows });
      }
      if (!isDryRun) changed();
      if (!report?.is_done) throw new ApiError(0, 'BROKEN', t('import.broken'));
      if (report.error !== null) setFailure(report.error);
      setStep({ is: isDryRun ? 'checked' : 'imported', report });
    });

  const isBusy = step.is === 'checking' || step.is === 'importing';
  const wrong = problemOf(targets);
  return (
    <Panel title={t('import.title')} close={close}>
      <p class="muted">{t('import.what')}</p>
      <label class="field">
        <span>{t('import.file')}</span>
        <input
          class="input"
          type="file"
          accept=".csv,.txt,.tsv,text/csv"
          disabled={isBusy}
          onChange={({ currentTarget }) => void choose(currentTarget.files?.[0])}
        />
      </label>
      {failure !== '' && (
        <p class="problem" role="alert">
          <bdi>{failure}</bdi>
        </p>
      )}
      {preview && step.is !== 'imported' && (
        <Columns
          preview={preview}
          targets={targets}
          isDisabled={isBusy}
          onChange={(next) => {
            setTargets(next);
            setStep({ is: 'mapping' });
          }}
        />
      )}
      {preview && step.is === 'mapping' && (
        <div class="actions">
          <button
            class="button main-action"
            type="button"
            disabled={wrong !== undefined}
            onClick={() => void run(true)}
          >
            {t('import.check')}
          </button>
          {wrong !== undefined && <p class="problem">{wrong}</p>}
        </div>
      )}
      {isBusy && (
        <p role="status">{t(step.is === 'checking' ? 'import.checking' : 'import.doing', { n: step.rows })}</p>
      )}
      {(step.is === 'checked' || step.is === 'imported') && (
        <Report report={step.report} isDone={step.is === 'imported'} />
      )}
      {step.is === 'checked' && <Confirmed report={step.report} go={() => void run(false)} />}
      {step.is === 'imported' && (
        <Link class="button" to="contacts">
          {t('nav.contacts')}
        </Link>
      )}
    </Panel>
  );
}

/** What keeps the columns from being read. */
function problemOf(targets: readonly string[]): string | undefined {
  const chosen = targets.filter(isTarget);
  const twice = chosen.find((target, index) => chosen.indexOf(target) !== index);
  if (twice) return t('import.twice', { field: t(`field.${twice}`) });
  return chosen.includes('phone') || chosen.includes('user_id') ? undefined : t('import.noKey');
}

function Columns({
  preview: { columns, rows },
  targets,
  isDisabled,
  onChange,
}: {
  readonly preview: ImportPreview;
  readonly targets: readonly (Target | '')[];
  readonly isDisabled: boolean;
  readonly onChange: (targets: readonly (Target | '')[]) => void;
}) {
  return (
    <section>
      <h2 class="section-title">{t('import.columns')}</h2>
      <p class="small muted columns-help">{t('import.columnsWhat')}</p>
      <ul class="columns">
        {columns.map(({ name }, index) => {
          const example = rows.map((cells) => cells[index] ?? '').find(Boolean) ?? '';
          const words = name.trim() || `${index + 1}`;
          return (
            <li key={index}>
              <span class="cut">
                <strong>
                  <bdi>{words}</bdi>
                </strong>
                {example !== '' && (
                  <span class="small muted cut">
                    <bdi>{example}</bdi>
                  </span>
                )}
              </span>
              <select
                class="select"
                aria-label={words}
                value={targets[index]}
                disabled={isDisabled}
                onChange={({ currentTarget: { value } }) => onChange(targets.with(index, isTarget(value) ? value : ''))}
              >
                <option value="">{t('import.leaveOut')}</option>
                {TARGETS.map((target) => (
                  <option key={target} value={target}>
                    {t(`field.${target}`)}
                  </option>
                ))}
              </select>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Report({ report, isDone }: { readonly report: ImportProgress; readonly isDone: boolean }) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.scrollIntoView({ block: 'start' }), [report]);
  return (
    <section ref={section} role="status">
      <p>{t(isDone ? 'import.done' : 'import.checked')}</p>
      <ul class="report">
        <li>{t('import.created', { n: report.created })}</li>
        <li>{t('import.updated', { n: report.updated })}</li>
        {report.failed > 0 && <li class="bad-number">{t('import.failed', { n: report.failed })}</li>}
      </ul>
      {report.problems.length > 0 && (
        <>
          <h2 class="section-title">{t('import.problems')}</h2>
          <table class="numbers problems-by-line">
            <thead>
              <tr>
                <th scope="col">{t('import.line')}</th>
                <th scope="col">{t('import.problem')}</th>
              </tr>
            </thead>
            <tbody>
              {report.problems.map(({ line, field, message }) => (
                <tr key={`${line} ${field} ${message}`}>
                  <td class="number">{line}</td>
                  <td>
                    {isTarget(field) && <strong>{t(`field.${field}`)} </strong>}
                    <bdi>{message}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {report.further_problems > 0 && (
            <p class="small muted">{t('import.further', { n: report.further_problems })}</p>
          )}
        </>
      )}
    </section>
  );
}

/** Stores what was checked. */
function Confirmed({ report, go }: { readonly report: ImportProgress; readonly go: () => void }) {
  const count = report.created + report.updated;
  if (count === 0) return <p>{t('import.nothing')}</p>;
  return (
    <div class="actions">
      <button class="button main-action" type="button" onClick={go}>
        {t('import.do', { n: count })}
      </button>
    </div>
  );
}
