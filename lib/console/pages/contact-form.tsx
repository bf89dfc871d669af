import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '../api.js';
import { t } from '../i18n.js';
import { useDraft } from '../parts/draft.js';
import { Field } from '../parts/field.js';
import { type Problems, problemsAt, ProblemList } from '../parts/problems.js';

export const FIELDS = [
  'phone',
  'first_name',
  'last_name',
  'groups',
  'email',
  'type',
  'company',
  'description',
  'address',
  'zip',
  'city',
  'state',
  'country',
] as const;
export type FieldName = (typeof FIELDS)[number];
export type ContactValues = Readonly<Record<FieldName, string>>;

const isField = (text: string): text is FieldName => FIELDS.some((field) => field === text);

/** Whether what was kept of a form is what someone changed in it. */
const isChange = (value: unknown): value is Partial<ContactValues> =>
  typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');

interface InputOptions {
  /** Which keys a phone offers. */
  readonly keys?: 'text' | 'email' | 'tel';
  readonly isLong?: boolean;
  readonly help?: string;
  /** Of a select. */
  readonly options?: ComponentChildren;
}

/** What is filed about a contact, as a form. */
export function ContactForm({
  name,
  initial,
  verb,
  save,
}: {
  /** Of the draft. */
  readonly name: string;
  readonly initial: ContactValues;
  readonly verb: string;
  /** Stores what has changed. */
  readonly save: (changed: Partial<ContactValues>) => Promise<void>;
}) {
  const [changed, setChanged, clear] = useDraft<Partial<ContactValues>>(name, () => ({}), isChange);
  const values = { ...initial, ...changed };
  const [problems, setProblems] = useState<Problems>({});
  const [failure, setFailure] = useState('');
  const [state, setState] = useState<'idle' | 'busy' | 'saved'>('idle');
  const hasChanged = FIELDS.some((field) => values[field] !== initial[field]);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setState('busy');
    setProblems({});
    setFailure('');
    try {
      await save(changed);
      clear();
      setState('saved');
    } catch (error) {
      const { details, message } = error instanceof ApiError ? error : { details: {}, message: String(error) };
      setProblems(details);
      if (Object.keys(details).length === 0) setFailure(message || t('error.offline'));
      setState('idle');
    }
  };

  const input = (field: FieldName, { keys = 'text', isLong = false, help, options }: InputOptions = {}) => {
    const change = ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) => {
      setChanged({ ...changed, [field]: value });
      setState('idle');
    };
    const own = { name: field, value: values[field], autocomplete: 'off' };
    return (
      <Field
        key={field}
        id={`contact-${field}`}
        label={t(`field.${field}`)}
        help={help}
        problems={problemsAt(problems, field)}
      >
        {(attributes) =>
          options ? (
            <select class="select" {...own} {...attributes} onChange={change}>
              {options}
            </select>
          ) : isLong ? (
            <textarea class="input" dir="auto" rows={3} {...own} {...attributes} onInput={change} />
          ) : (
            <input class="input" type="text" inputMode={keys} dir="auto" {...own} {...attributes} onInput={change} />
          )
        }
      </Field>
    );
  };

  return (
    <form class="form contact-form" noValidate onSubmit={(event) => void submit(event)}>
      <ProblemList
        problems={problems}
        nameOf={(path) => {
          const at = path.replace(/\[.*/, '');
          return isField(at) ? t(`field.${at}`) : path;
        }}
      />
      {input('phone', { keys: 'tel', help: t('field.phoneHelp') })}
      <div class="pair">
        {input('first_name')}
        {input('last_name')}
      </div>
      {input('groups', { help: t('field.groupsHelp') })}
      {input('email', { keys: 'email' })}
      <div class="pair">
        {input('type', {
          options: (
            <>
              <option value="">{t('type.none')}</option>
              <option value="lead">{t('type.lead')}</option>
              <option value="customer">{t('type.customer')}</option>
            </>
          ),
        })}
        {input('company')}
      </div>
      {input('address')}
      <div class="pair">
        {input('zip')}
        {input('city')}
      </div>
      <div class="pair">
        {input('state')}
        {input('country')}
      </div>
      {input('description', { isLong: true })}
      {failure !== '' && (
        <p class="problem" role="alert">
          <bdi>{failure}</bdi>
        </p>
      )}
      <div class="actions">
        <button class="button main-action" type="submit" disabled={state === 'busy' || !hasChanged}>
          {verb}
        </button>
        <span class="small muted" role="status">
          {state === 'saved' && t('contact.saved')}
        </span>
      </div>
    </form>
  );
}
