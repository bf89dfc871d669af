import type { Template, TemplateVariable } from '../api.js';
import { type Key, t } from '../i18n.js';
import { Field } from './field.js';
import { type Problems, problemsAt } from './problems.js';
import { fieldsOf, type TemplateValues, type ValueField } from './template-values.js';

interface Props {
  readonly template: Pick<Template, 'variables'>;
  readonly values: TemplateValues;
  readonly onChange: (values: TemplateValues) => void;
  /** What a server refused, by path. */
  readonly problems?: Problems;
}

/** What a template takes, as a form: a field for each value, those of a carousel by card. */
export function VariablesForm({ template, values, onChange, problems = {} }: Props) {
  const cards = [...new Set(template.variables.map(({ card }) => card))];
  return (
    <div class="form">
      {cards.map((card) => {
        const known = template.variables.filter((variable) => variable.card === card);
        // A name that header and body share is one value.
        const distinct = known.filter(({ path }, index) => known.findIndex((one) => one.path === path) === index);
        const fields = distinct.flatMap((variable) => fieldsOf(variable).map((field) => ({ variable, field })));
        const inputs = fields.map(({ variable, field }) => (
          <ValueInput
            key={field.path}
            variable={variable}
            field={field}
            value={values[field.path] ?? ''}
            problems={problemsOf(variable, field, problems)}
            onChange={(value) => onChange({ ...values, [field.path]: value })}
          />
        ));
        return card === null ? (
          inputs
        ) : (
          <fieldset key={card} class="form card-values">
            <legend>{t('variables.card', { n: card + 1 })}</legend>
            {inputs}
          </fieldset>
        );
      })}
    </div>
  );
}

/** What no other field of the variable is about belongs to its first. */
function problemsOf(variable: TemplateVariable, field: ValueField, problems: Problems): readonly string[] {
  const fields = fieldsOf(variable);
  const own = problemsAt(problems, field.path);
  if (field.path === variable.path) {
    const others = fields.filter(({ path }) => path !== field.path).flatMap(({ path }) => problemsAt(problems, path));
    const ofOthers = new Set(others);
    return own.filter((text) => !ofOthers.has(text));
  }
  return field === fields[0] ? [...own, ...(problems[variable.path] ?? [])] : own;
}

function ValueInput({
  variable,
  field,
  value,
  problems,
  onChange,
}: {
  readonly variable: TemplateVariable;
  readonly field: ValueField;
  readonly value: string;
  readonly problems: readonly string[];
  readonly onChange: (value: string) => void;
}) {
  const shared = {
    class: 'input',
    name: field.path,
    value,
    autocomplete: 'off',
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => onChange(currentTarget.value),
  };
  return (
    <Field
      id={`value-${field.path}`}
      label={<bdi>{nameOfValue(variable, field)}</bdi>}
      help={field.name === '' ? helpOf(variable) : undefined}
      isOptional={!field.isRequired}
      problems={problems}
    >
      {(input) =>
        variable.kind === 'OFFER_EXPIRATION' ? (
          <input type="datetime-local" {...shared} {...input} />
        ) : (
          <input type="text" dir="auto" {...shared} {...input} />
        )
      }
    </Field>
  );
}

const FIELD_NAMES = {
  latitude: 'variables.latitude',
  longitude: 'variables.longitude',
  name: 'variables.placeName',
  address: 'variables.address',
  filename: 'variables.filename',
  catalog: 'variables.catalog',
  product: 'variables.product',
  products: 'variables.products',
} as const satisfies Record<Exclude<ValueField['name'], ''>, Key>;

/** What a field is called: by its variable's name in the text, or by its kind. */
export function nameOfValue(variable: TemplateVariable, field: ValueField): string {
  const { component, placeholder, button_index: index, kind } = variable;
  if (field.name !== '') return t(FIELD_NAMES[field.name]);
  if (component === 'BUTTON' && index !== null)
    return `${t('variables.button', { n: index + 1 })}: ${t(`variables.${kind}`)}`;
  if (placeholder === null) return t(`variables.${kind}`);
  if (!/^\d+$/.test(placeholder)) return `{{${placeholder}}}`;
  return `{{${placeholder}}} · ${t(component === 'HEADER' ? 'variables.header' : 'variables.body')}`;
}

function helpOf({ kind, example }: TemplateVariable): string | undefined {
  switch (kind) {
    case 'IMAGE':
    case 'VIDEO':
    case 'GIF':
    case 'DOCUMENT':
      return t('variables.mediaHelp');
    case 'URL_SUFFIX':
      return t('variables.suffixHelp');
    default:
      return example === null || example === '' ? undefined : t('variables.example', { example });
  }
}
