import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Field } from '../parts/field.js';
import { FieldProblems, type Problems, problemsAt } from '../parts/problems.js';
import { placeholdersIn } from '../parts/template-values.js';
import { type Draft, type DraftButton, NEW_BUTTON } from './draft-components.js';

interface Props {
  readonly draft: Draft;
  readonly change: (changed: Partial<Draft>) => void;
  readonly problems: Problems;
}

const HEADERS = ['', 'TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'] as const;
const LENGTHS = { header: 60, body: 1024, footer: 60 };

const headerWords = (header: string): string => {
  switch (header) {
    case '':
      return t('templates.noHeader');
    case 'TEXT':
      return t('templates.textHeader');
    case 'IMAGE':
    case 'VIDEO':
    case 'DOCUMENT':
    case 'LOCATION':
      return t(`preview.${header}`);
    default:
      return header;
  }
};

const count = (text: string, most: number): string => t('templates.characters', { n: Array.from(text).length, most });

/** Header, body and footer, each with the examples that its variables need. */
export function Texts({ draft, change, problems }: Props) {
  const { header, headerText, handle, body, footer } = draft;
  const needsFile = header === 'IMAGE' || header === 'VIDEO' || header === 'DOCUMENT';
  return (
    <>
      <Field id="draft-header" label={t('templates.header')} problems={problemsAt(problems, 'HEADER.format')}>
        {(input) => (
          <select
            {...input}
            class="select"
            value={header}
            onChange={({ currentTarget }) => change({ header: currentTarget.value })}
          >
            {[...new Set<string>([...HEADERS, header])].map((format) => (
              <option key={format} value={format}>
                {headerWords(format)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {header === 'TEXT' && (
        <>
          <Field
            id="draft-header-text"
            label={t('templates.headerText')}
            help={count(headerText, LENGTHS.header)}
            problems={problemsAt(problems, 'HEADER.text')}
          >
            {(input) => (
              <input
                {...input}
                class="input"
                dir="auto"
                value={headerText}
                onInput={({ currentTarget }) => change({ headerText: currentTarget.value })}
              />
            )}
          </Field>
          <Examples place="HEADER" text={headerText} draft={draft} change={change} problems={problems} />
        </>
      )}
      {needsFile && (
        <Field
          id="draft-handle"
          label={t('templates.handle')}
          help={t('templates.handleHelp')}
          problems={problemsAt(problems, 'HEADER.example')}
        >
          {(input) => (
            <input
              {...input}
              class="input"
              value={handle}
              spellcheck={false}
              autocomplete="off"
              onInput={({ currentTarget }) => change({ handle: currentTarget.value })}
            />
          )}
        </Field>
      )}
      <Field
        id="draft-body"
        label={t('templates.body')}
        help={`${t('templates.bodyHelp')} ${count(body, LENGTHS.body)}`}
        problems={problemsAt(problems, 'BODY.text')}
      >
        {(input) => (
          <textarea
            {...input}
            class="input"
            dir="auto"
            rows={5}
            value={body}
            onInput={({ currentTarget }) => change({ body: currentTarget.value })}
          />
        )}
      </Field>
      <Examples place="BODY" text={body} draft={draft} change={change} problems={problems} />
      <Field
        id="draft-footer"
        label={t('templates.footer')}
        help={count(footer, LENGTHS.footer)}
        isOptional
        problems={problemsAt(problems, 'FOOTER')}
      >
        {(input) => (
          <input
            {...input}
            class="input"
            dir="auto"
            value={footer}
            onInput={({ currentTarget }) => change({ footer: currentTarget.value })}
          />
        )}
      </Field>
    </>
  );
}

/** A field for each variable of a text: Meta's reviewers want to see one. */
function Examples({ place, text, draft, change, problems }: Props & { readonly place: string; readonly text: string }) {
  const names = placeholdersIn(text);
  if (names.length === 0) return null;
  return (
    <fieldset class="form examples">
      <legend class="small">{t('templates.examples')}</legend>
      <FieldProblems id={`draft-${place}-examples`} problems={problemsAt(problems, `${place}.example`)} />
      {names.map((name) => {
        const key = `${place}.${name}`;
        const set = (example: string) => change({ examples: { ...draft.examples, [key]: example } });
        return (
          <Field key={key} id={`draft-${key}`} label={<bdi>{`{{${name}}}`}</bdi>}>
            {(input) => (
              <input
                {...input}
                class="input"
                dir="auto"
                value={draft.examples[key] ?? ''}
                onInput={({ currentTarget }) => set(currentTarget.value)}
              />
            )}
          </Field>
        );
      })}
    </fieldset>
  );
}

const BUTTONS = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'COPY_CODE', 'FLOW', 'CATALOG', 'VOICE_CALL'] as const;

const isOffered = (type: string): type is (typeof BUTTONS)[number] => BUTTONS.some((offered) => offered === type);

const buttonWords = (type: string): string => (isOffered(type) ? t(`templates.button.${type}`) : type);

/** Up to ten buttons, each with what its kind needs. */
export function Buttons({ draft, change, problems }: Props) {
  const { buttons } = draft;
  const set = (index: number, changed: Partial<DraftButton>) =>
    change({ buttons: buttons.map((button, at) => (at === index ? { ...button, ...changed } : button)) });
  return (
    <fieldset class="form">
      <legend>{t('templates.buttons')}</legend>
      <FieldProblems id="draft-buttons" problems={problems['BUTTONS.buttons'] ?? problems['BUTTONS'] ?? []} />
      {buttons.map((button, index) => (
        <ButtonFields
          // oxlint-disable-next-line react/no-array-index-key -- buttons are known by their places alone
          key={index}
          index={index}
          button={button}
          set={(changed) => set(index, changed)}
          remove={() => change({ buttons: buttons.filter((_, at) => at !== index) })}
          problems={problems}
        />
      ))}
      {buttons.length < 10 && (
        <button class="button add" type="button" onClick={() => change({ buttons: [...buttons, NEW_BUTTON] })}>
          {t('templates.addButton')}
        </button>
      )}
    </fieldset>
  );
}

const EXTRAS = {
  URL: ['url', 'templates.button.url', '.url'],
  PHONE_NUMBER: ['phone', 'templates.button.phone', '.phone_number'],
  COPY_CODE: ['example', 'templates.button.code', '.example'],
  FLOW: ['flow', 'templates.button.flow', '.flow_id'],
} as const;

const extraWords = (key: (typeof EXTRAS)[keyof typeof EXTRAS][1]): string => t(key, { variable: '{{1}}' });

const hasExtra = (type: string): type is keyof typeof EXTRAS => type in EXTRAS;

function ButtonFields({
  index,
  button,
  set,
  remove,
  problems,
}: {
  readonly index: number;
  readonly button: DraftButton;
  readonly set: (changed: Partial<DraftButton>) => void;
  readonly remove: () => void;
  readonly problems: Problems;
}) {
  const path = `BUTTONS.buttons[${index}]`;
  const id = `draft-button-${index}`;
  const { type } = button;
  const words = t('variables.button', { n: index + 1 });
  const text = (name: keyof Omit<DraftButton, 'kept'>, label: string, at: string) => (
    <Field id={`${id}-${name}`} label={label} problems={problemsAt(problems, path + at)}>
      {(input) => (
        <input
          {...input}
          class="input"
          dir="auto"
          value={button[name]}
          onInput={({ currentTarget }) => set({ [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <div class="button-fields" role="group" aria-label={words}>
      <div class="field-row">
        <Field id={`${id}-type`} label={words} problems={problems[path] ?? []}>
          {(input) => (
            <select
              {...input}
              class="select"
              value={type}
              onChange={({ currentTarget }) => set({ type: currentTarget.value })}
            >
              {[...new Set<string>([...BUTTONS, type])].map((kind) => (
                <option key={kind} value={kind}>
                  {buttonWords(kind)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {text('text', t('templates.button.text'), '.text')}
        <button
          class="icon-button"
          type="button"
          onClick={remove}
          aria-label={t('templates.removeButton', { n: index + 1 })}
          title={t('templates.removeButton', { n: index + 1 })}
        >
          <Icon name="close" />
        </button>
      </div>
      {hasExtra(type) && text(EXTRAS[type][0], extraWords(EXTRAS[type][1]), EXTRAS[type][2])}
      {type === 'URL' &&
        placeholdersIn(button.url).length > 0 &&
        text('example', t('templates.button.urlExample'), '.example')}
    </div>
  );
}

/** Of a one-time code: Meta writes the texts itself. */
export function CodeFields({ draft, change, problems }: Props) {
  const label = draft.buttons[0]?.text ?? '';
  return (
    <>
      <p class="muted">{t('templates.codeTexts')}</p>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.hasAdvice}
          onChange={({ currentTarget }) => change({ hasAdvice: currentTarget.checked })}
        />
        {t('templates.codeAdvice')}
      </label>
      <Field id="draft-minutes" label={t('templates.codeMinutes')} isOptional problems={problemsAt(problems, 'FOOTER')}>
        {(input) => (
          <input
            {...input}
            class="input"
            type="number"
            min={1}
            max={90}
            value={draft.minutes}
            onInput={({ currentTarget }) => change({ minutes: currentTarget.value })}
          />
        )}
      </Field>
      <Field
        id="draft-code-button"
        label={t('templates.button.text')}
        isOptional
        problems={problemsAt(problems, 'BUTTONS')}
      >
        {(input) => (
          <input
            {...input}
            class="input"
            dir="auto"
            value={label}
            onInput={({ currentTarget }) => change({ buttons: [{ ...NEW_BUTTON, text: currentTarget.value }] })}
          />
        )}
      </Field>
    </>
  );
}

/** What a path is called in the list of problems. */
export function placeName(path: string): string {
  const [, button, end = ''] = /^BUTTONS\.buttons\[(\d+)\](.*)$/.exec(path) ?? [];
  if (button !== undefined) {
    const extra = Object.values(EXTRAS).find(([, , field]) => field === end);
    const field =
      end === '.text'
        ? t('templates.button.text')
        : end === '.example'
          ? t('templates.button.example')
          : extra && extraWords(extra[1]);
    return [t('variables.button', { n: Number(button) + 1 }), field].filter(Boolean).join(', ');
  }
  const [place = ''] = path.split(/[.[]/, 1);
  switch (place) {
    case 'name':
      return t('templates.name');
    case 'language':
      return t('templates.language');
    case 'category':
      return t('templates.category');
    case 'parameter_format':
      return t('templates.format');
    case 'HEADER':
      return t('templates.header');
    case 'BODY':
      return t('templates.body');
    case 'FOOTER':
      return t('templates.footer');
    case 'BUTTONS':
      return t('templates.buttons');
    case 'components':
      return t('templates.whole');
    default:
      return place;
  }
}
