import type { CheckedList, TemplateVariable } from '../api.js';
import { formatNumber, t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Failed, Loading } from '../parts/states.js';
import { Field } from '../parts/field.js';
import type { ValueField } from '../parts/template-values.js';
import { nameOfValue } from '../parts/variables-form.js';
import { isMapped, listFieldsOf, type Wizard, type StepProps, isFine } from './new-bulk-send-draft.js';

/** Takes a list of people, and what its columns are. */
export function RecipientsStep({ wizard, next }: StepProps) {
  const { draft, update, list, first, checked, checkError, isChecking, check } = wizard;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const found = checked ?? (await check());
    if (found && isFine(found)) next();
  };
  return (
    <form class="form step" onSubmit={(event) => void submit(event)} noValidate>
      <div class="tabs" role="radiogroup" aria-label={t('new.recipients')}>
        {[false, true].map((isPasted) => (
          <label key={String(isPasted)} class={`tab ${draft.isPasted === isPasted ? 'chosen' : ''}`}>
            <input
              type="radio"
              name="source"
              checked={draft.isPasted === isPasted}
              onChange={() => update({ isPasted, isOwnChoice: false })}
            />
            {isPasted ? t('new.paste') : t('new.file')}
          </label>
        ))}
      </div>
      {draft.isPasted ? <Pasted wizard={wizard} /> : <ChosenFile wizard={wizard} />}
      {first.error && <Refused error={first.error} again={() => update({})} />}
      {list && !first.error && !first.rows && <Loading lines={3} />}
      {list && first.rows && first.rows.length > 0 && <Columns wizard={wizard} rows={first.rows} />}
      {checkError && <Refused error={checkError} again={() => void check()} />}
      {checked && <Found checked={checked} nameOf={(path) => nameOfTarget(wizard, path)} />}
      <div class="step-foot">
        <button class="button main-action" type="submit" disabled={!list || !isMapped(draft) || isChecking}>
          {isChecking ? t('new.checking') : t('new.check')}
        </button>
      </div>
    </form>
  );
}

/** What the server refused, field by field. */
function Refused({ error, again }: { readonly error: NonNullable<Wizard['checkError']>; readonly again: () => void }) {
  const details = Object.values(error.details).flat();
  return <Failed error={error} what={details.length > 0 ? details.join(' ') : undefined} again={again} />;
}

function ChosenFile({ wizard: { draft, open, list } }: Pick<StepProps, 'wizard'>) {
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) void open(file);
  };
  return (
    <div>
      <label
        class="drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          take(event.dataTransfer?.files);
        }}
      >
        <input
          type="file"
          class="hidden-text"
          accept=".csv,.tsv,.txt,text/csv,text/plain"
          aria-label={t('new.chooseFile')}
          onChange={({ currentTarget }) => take(currentTarget.files)}
        />
        <Icon name="document" />
        {draft.file ? (
          <span>
            <strong>
              <bdi>{draft.file.name}</bdi>
            </strong>{' '}
            <span class="muted">{sizeOf(draft.file.size)}</span>
          </span>
        ) : (
          <span>{t('new.dropFile')}</span>
        )}
        <span class="button">{draft.file ? t('new.otherFile') : t('new.chooseFile')}</span>
      </label>
      {draft.file && !list && (
        <div class="notice waiting" role="status">
          <Icon name="alert" />
          <p>{t('new.fileAgain')}</p>
        </div>
      )}
      <p class="small muted">{t('new.fileHelp')}</p>
    </div>
  );
}

const sizeOf = (bytes: number): string =>
  bytes < 1024 * 1024
    ? formatNumber(bytes / 1024, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 1 })
    : formatNumber(bytes / 1024 / 1024, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });

const Pasted = ({ wizard: { draft, update } }: Pick<StepProps, 'wizard'>) => (
  <Field id="new-pasted" label={t('new.pasted')} help={t('new.pasteHelp')}>
    {(input) => (
      <textarea
        {...input}
        class="input mono"
        rows={8}
        spellcheck={false}
        autocomplete="off"
        value={draft.pasted}
        placeholder={'+5491112345678, Ana\n+5511912345678, João'}
        onInput={({ currentTarget }) => update({ pasted: currentTarget.value })}
      />
    )}
  </Field>
);

type Rows = NonNullable<Wizard['first']['rows']>;

/** Which column is what; one may also give a value that is the same for all. */
function Columns({ wizard: { draft, update }, rows }: Pick<StepProps, 'wizard'> & { readonly rows: Rows }) {
  const { template, columns, hasHeader } = draft;
  if (!template) return null;
  const width = Math.max(...rows.map((row) => row.length));
  const samples = rows.slice(hasHeader ? 1 : 0, hasHeader ? 5 : 4);
  const labels = Array.from({ length: width }, (_, column) => {
    const name = hasHeader ? rows[0]?.[column] : '';
    return name || t('new.column', { n: column + 1 });
  });
  const sampleOf = (column: number) =>
    samples
      .map((row) => row[column] ?? '')
      .filter(Boolean)
      .join(' · ');
  const choose = (path: string, column: number) => {
    // A column is for one thing.
    const others = Object.entries(columns).filter(([other, taken]) => other !== path && taken !== column);
    update({ isOwnChoice: true, columns: Object.fromEntries(column < 0 ? others : [...others, [path, column]]) });
  };
  const targets = [
    { path: 'phone', label: t('new.phone'), isRequired: true },
    ...listFieldsOf(template).map(({ variable, field }) => ({
      path: field.path,
      label: labelOf(variable, field),
      isRequired: field.isRequired,
    })),
  ];
  return (
    <fieldset>
      <legend>{t('new.columns')}</legend>
      <label class="check">
        <input
          type="checkbox"
          checked={hasHeader}
          onChange={({ currentTarget }) => update({ hasHeader: currentTarget.checked, isOwnChoice: true })}
        />
        {t('new.hasHeader')}
      </label>
      <div class="mapping">
        {targets.map(({ path, label, isRequired }) => {
          const column = columns[path];
          return (
            <div key={path} class="column-row">
              <label for={`column-${path}`}>
                <bdi>{label}</bdi>
                {!isRequired && <span class="muted"> {t('form.optional')}</span>}
              </label>
              <select
                id={`column-${path}`}
                class="select"
                value={String(column ?? -1)}
                onChange={({ currentTarget }) => choose(path, Number(currentTarget.value))}
              >
                <option value="-1">{path === 'phone' ? t('new.chooseColumn') : t('new.sameForAll')}</option>
                {labels.map((name, index) => (
                  // oxlint-disable-next-line react/no-array-index-key -- columns are known by their places alone
                  <option key={index} value={index}>
                    {name}
                  </option>
                ))}
              </select>
              {column === undefined && path !== 'phone' ? (
                <input
                  class="input"
                  type="text"
                  dir="auto"
                  autocomplete="off"
                  value={draft.values[path] ?? ''}
                  aria-label={t('new.valueForAll', { name: label })}
                  placeholder={t('new.sameValue')}
                  onInput={({ currentTarget }) => update({ values: { ...draft.values, [path]: currentTarget.value } })}
                />
              ) : (
                <bdi class="small muted cut">{column === undefined ? '' : sampleOf(column)}</bdi>
              )}
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}

const labelOf = (variable: TemplateVariable, field: ValueField): string =>
  variable.card === null
    ? nameOfValue(variable, field)
    : `${t('variables.card', { n: variable.card + 1 })}, ${nameOfValue(variable, field)}`;

/** What a value is called, by its path in a problem. */
function nameOfTarget({ draft: { template } }: Wizard, path: string): string {
  if (path === '' || path === 'phone') return path === '' ? '' : t('new.phone');
  const found = listFieldsOf(template).find(({ field }) => path === field.path || path.startsWith(`${field.path}.`));
  return found ? labelOf(found.variable, found.field) : path;
}

/** What checking the list has found. */
export function Found({
  checked,
  nameOf,
}: {
  readonly checked: CheckedList;
  readonly nameOf: (path: string) => string;
}) {
  const { problems, problem_count: count, invalid } = checked;
  return (
    <div role="status" class="form">
      <Summary checked={checked} />
      {invalid > 0 && (
        <div class="notice bad">
          <Icon name="alert" />
          <div class="row-problems">
            <p>{t('new.invalid', { n: invalid })}</p>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col" class="right">
                    {t('new.row')}
                  </th>
                  <th scope="col">{t('new.value')}</th>
                  <th scope="col">{t('new.problem')}</th>
                </tr>
              </thead>
              <tbody>
                {problems.map(({ row, field, message }, index) => (
                  // oxlint-disable-next-line react/no-array-index-key -- the list does not change
                  <tr key={index}>
                    <td class="right number">{formatNumber(row)}</td>
                    <td>
                      <bdi>{nameOf(field)}</bdi>
                    </td>
                    <td>
                      <bdi>{message}</bdi>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {count > problems.length && (
              <p class="small muted">{t('new.moreProblems', { n: count - problems.length })}</p>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

/** How many people are in a list, and who is left out. */
export function Summary({ checked: { recipients, duplicates, refused } }: { readonly checked: CheckedList }) {
  return (
    <p>
      <strong>{t('new.people', { n: recipients })}</strong>
      {duplicates > 0 && <> · {t('new.duplicates', { n: duplicates })}</>}
      {refused > 0 && <> · {t('new.refused', { n: refused })}</>}
    </p>
  );
}
