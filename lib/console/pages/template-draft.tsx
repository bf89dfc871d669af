import { useState } from 'preact/hooks';
import { ApiError, call, may, type Session, type Template, type TemplateFilters, useQuery } from '../api.js';
import { currentLanguage, t } from '../i18n.js';
import { useDraft } from '../parts/draft.js';
import { Field } from '../parts/field.js';
import { Link } from '../parts/link.js';
import { PhonePreview } from '../parts/phone-preview.js';
import { ProblemList, type Problems, problemsAt } from '../parts/problems.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { go, withQuery } from '../router.js';
import { componentsOf, type Draft, draftOf, exampleValues, inPlaces, isDraft, newDraft } from './draft-components.js';
import { Buttons, CodeFields, placeName, Texts } from './draft-fields.js';
import { categoryWords, formatWords } from './template-words.js';

interface Props {
  readonly session: Session;
  readonly query: URLSearchParams;
}

/** A template that Meta does not have yet. */
export function NewTemplate({ session, query }: Props) {
  const [draft, setDraft, forget] = useDraft('template-new', () => newDraft(currentLanguage()), isDraft);
  if (!may(session, 'templates.create')) return <Empty text={t('error.forbidden')} />;
  const save = async () => {
    const { name, language, category, format, account } = draft;
    const { components } = componentsOf(draft);
    const body = {
      name,
      language,
      category,
      components,
      parameter_format: format,
      ...(account !== '' && { business_account_id: account }),
    };
    const created = await call<Template>('POST', 'templates', { body });
    forget();
    return created;
  };
  return (
    <DraftForm
      title={t('templates.new')}
      draft={draft}
      setDraft={setDraft}
      save={save}
      query={query}
      back="templates"
    />
  );
}

/** One that Meta has; what is sent replaces all its components. */
export function EditTemplate({ id, session, query }: Props & { readonly id: string }) {
  const { data, error, reload } = useQuery<Template>(`templates/${encodeURIComponent(id)}`);
  if (!may(session, 'templates.update')) return <Empty text={t('error.forbidden')} />;
  if (error && !data) return <Failed error={error} again={reload} />;
  return data ? <Edit template={data} query={query} /> : <Loading />;
}

function Edit({ template, query }: { readonly template: Template; readonly query: URLSearchParams }) {
  const [draft, setDraft, forget] = useDraft(`template-${template.id}`, () => draftOf(template), isDraft);
  const save = async () => {
    const { components } = componentsOf(draft);
    const body = { components, ...(draft.category !== template.category && { category: draft.category }) };
    const edited = await call<Template>('POST', `templates/${template.id}/edit`, { body });
    forget();
    return edited;
  };
  const title = t('templates.editTitle', { name: template.name });
  return (
    <DraftForm
      {...{ title, draft, setDraft, save, query }}
      back={`templates/${template.id}`}
      template={template}
      forget={() => {
        forget();
        setDraft(draftOf(template));
      }}
    />
  );
}

interface FormProps {
  readonly title: string;
  readonly draft: Draft;
  readonly setDraft: (draft: Draft) => void;
  readonly save: () => Promise<Template>;
  readonly query: URLSearchParams;
  /** Where one is without it. */
  readonly back: string;
  /** What is edited; absent for a new one. */
  readonly template?: Template;
  readonly forget?: () => void;
}

/** The form on one side, and on the other the phone as it would look. */
function DraftForm({ title, draft, setDraft, save, query, back, template, forget }: FormProps) {
  const [error, setError] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);
  const change = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed });
  const { components, places } = componentsOf(draft);
  const problems = inPlaces(error?.details ?? {}, places, t('templates.exampleMissing'));
  const list = withQuery(query, { edit: '' });
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { id } = await save();
      go(`templates/${id}`, list);
    } catch (refusal) {
      setError(refusal instanceof ApiError ? refusal : new ApiError(0, 'OFFLINE', ''));
      setBusy(false);
      window.scrollTo({ top: 0 });
    }
  };
  const { variables, values } = exampleValues(draft);
  return (
    <>
      <div class="page-head">
        <h1>
          <bdi>{title}</bdi>
        </h1>
      </div>
      <div class="draft">
        <form class="card padded form" onSubmit={(event) => void submit(event)} noValidate>
          {Object.keys(problems).length > 0 && <ProblemList problems={problems} nameOf={placeName} />}
          {error && Object.keys(problems).length === 0 && (
            <p class="notice bad" role="alert">
              {error.message || t('error.offline')}
            </p>
          )}
          {template?.status === 'APPROVED' && <p class="notice waiting">{t('templates.editApproved')}</p>}
          <Names draft={draft} change={change} problems={problems} template={template} />
          {draft.category === 'AUTHENTICATION' ? (
            <CodeFields draft={draft} change={change} problems={problems} />
          ) : (
            <>
              <Texts draft={draft} change={change} problems={problems} />
              <Buttons draft={draft} change={change} problems={problems} />
            </>
          )}
          {draft.others.length > 0 && (
            <p class="muted">{t('templates.others', { types: draft.others.map(({ type }) => type).join(', ') })}</p>
          )}
          <div class="actions">
            <button class="button main-action" type="submit" disabled={isBusy}>
              {t(template ? 'templates.save' : 'templates.create')}
            </button>
            <Link class="button" to={back} query={list}>
              {t('templates.back')}
            </Link>
            {forget && (
              <button class="button" type="button" onClick={forget}>
                {t('templates.forget')}
              </button>
            )}
          </div>
          <p class="small muted">{t('templates.kept')}</p>
        </form>
        <div class="draft-preview">
          <PhonePreview
            template={{ components, category: draft.category, language: draft.language, variables }}
            values={values}
          />
        </div>
      </div>
    </>
  );
}

const CATEGORIES = ['UTILITY', 'MARKETING', 'AUTHENTICATION'];

interface FieldsProps {
  readonly draft: Draft;
  readonly change: (changed: Partial<Draft>) => void;
  readonly problems: Problems;
}

function Names({ draft, change, problems, template }: FieldsProps & { readonly template: Template | undefined }) {
  const { data } = useQuery<TemplateFilters>(template ? undefined : 'templates/filters');
  const accounts = data?.accounts ?? [];
  const isFixed = template !== undefined;
  return (
    <>
      <div class="field-row">
        <Field
          id="draft-name"
          label={t('templates.name')}
          help={t('templates.nameHelp')}
          problems={problemsAt(problems, 'name')}
        >
          {(input) => (
            <input
              {...input}
              class="input"
              value={draft.name}
              disabled={isFixed}
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => change({ name: currentTarget.value })}
            />
          )}
        </Field>
        <Field
          id="draft-language"
          label={t('templates.language')}
          help={t('templates.languageHelp')}
          problems={problemsAt(problems, 'language')}
        >
          {(input) => (
            <input
              {...input}
              class="input"
              value={draft.language}
              disabled={isFixed}
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => change({ language: currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <div class="field-row">
        <Field id="draft-category" label={t('templates.category')} problems={problemsAt(problems, 'category')}>
          {(input) => (
            <select
              {...input}
              class="select"
              value={draft.category}
              disabled={template?.status === 'APPROVED'}
              onChange={({ currentTarget }) => change({ category: currentTarget.value })}
            >
              {[...new Set([...CATEGORIES, draft.category])].map((category) => (
                <option key={category} value={category}>
                  {categoryWords(category)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id="draft-format" label={t('templates.format')} problems={problemsAt(problems, 'parameter_format')}>
          {(input) => (
            <select
              {...input}
              class="select"
              value={draft.format}
              disabled={isFixed}
              onChange={({ currentTarget }) =>
                change({ format: currentTarget.value === 'NAMED' ? 'NAMED' : 'POSITIONAL' })
              }
            >
              <option value="POSITIONAL">{formatWords('POSITIONAL')}</option>
              <option value="NAMED">{formatWords('NAMED')}</option>
            </select>
          )}
        </Field>
      </div>
      {accounts.length > 1 && (
        <Field id="draft-account" label={t('templates.account')} problems={problemsAt(problems, 'business_account_id')}>
          {(input) => (
            <select
              {...input}
              class="select"
              value={draft.account}
              onChange={({ currentTarget }) => change({ account: currentTarget.value })}
            >
              <option value="">{t('templates.primaryAccount')}</option>
              {accounts.map(({ business_account_id: id, name }) => (
                <option key={id} value={id}>
                  {name ?? id}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </>
  );
}
