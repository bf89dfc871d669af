import { useState } from 'preact/hooks';
import {
  ApiError,
  call,
  type ConversationDetail,
  type SendableTemplates,
  type Template,
  useQuery,
  newKey,
} from '../api.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { useDraft } from '../parts/draft.js';
import { PhonePreview } from '../parts/phone-preview.js';
import type { Problems } from '../parts/problems.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { sendValues, type TemplateValues } from '../parts/template-values.js';
import { VariablesForm } from '../parts/variables-form.js';
import { isUnanswered, type Send, wordsFor } from './thread-messages.js';

interface Chosen {
  readonly name: string;
  readonly language: string;
  readonly values: TemplateValues;
  readonly key: string;
}

interface Props {
  readonly conversation: ConversationDetail;
  readonly send: Send;
  readonly done: () => void;
}

/** What can be sent at any time: a template, chosen and filled. What was typed is kept in this tab. */
export function TemplateComposer({ conversation, send, done }: Props) {
  const { conversation_id: id } = conversation;
  const { data, error, reload } = useQuery<SendableTemplates>(`conversations/${id}/templates`);
  const [chosen, choose] = useDraft<Chosen | null>(`inbox-template-${id}`, () => null, isChosen);
  if (!data) return error ? <Failed error={error} again={reload} /> : <Loading lines={3} />;
  const template = data.templates.find(({ name, language }) => name === chosen?.name && language === chosen.language);
  return template && chosen ? (
    <FilledTemplate
      key={template.id}
      id={id}
      template={template}
      chosen={chosen}
      choose={choose}
      send={send}
      done={done}
    />
  ) : (
    <TemplateChoice
      templates={data.templates}
      choose={({ name, language }) => choose({ name, language, values: {}, key: newKey() })}
    />
  );
}

const isChosen = (value: unknown): value is Chosen =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  'language' in value &&
  'values' in value &&
  'key' in value;

function TemplateChoice({
  templates,
  choose,
}: {
  readonly templates: readonly Template[];
  readonly choose: (template: Template) => void;
}) {
  const [search, setSearch] = useState('');
  const found = templates.filter(({ name }) => name.includes(search.trim().toLowerCase()));
  if (templates.length === 0) return <Empty text={t('inbox.noTemplates')} />;
  return (
    <div class="template-choice">
      <input
        class="input"
        type="search"
        value={search}
        placeholder={t('inbox.searchTemplates')}
        aria-label={t('inbox.searchTemplates')}
        onInput={({ currentTarget: { value } }) => setSearch(value)}
      />
      {found.length === 0 && <p class="small muted">{t('inbox.noTemplateFound')}</p>}
      <ul aria-label={t('inbox.chooseTemplate')}>
        {found.map((template) => (
          <li key={template.id}>
            <button type="button" onClick={() => choose(template)}>
              <strong>
                <bdi>{template.name}</bdi>
              </strong>{' '}
              <span class="small muted">
                {template.language} · {template.category.toLowerCase()}
              </span>
              <bdi class="small muted cut">{bodyOf(template)}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const bodyOf = ({ components }: Template): string =>
  components.find(({ type }) => type.toUpperCase() === 'BODY')?.text ?? '';

function FilledTemplate({
  id,
  template,
  chosen,
  choose,
  send,
  done,
}: {
  readonly id: number;
  readonly template: Template;
  readonly chosen: Chosen;
  readonly choose: (next: Chosen | null) => void;
} & Pick<Props, 'send' | 'done'>) {
  const [problems, setProblems] = useState<Problems>({});
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const { name, language, values, key } = chosen;

  const submit = async () => {
    setBusy(true);
    const body = { name, language, ...sendValues(template.variables, values) };
    const message = { type: 'template', text: bodyOf(template), content: {}, context_wamid: null };
    try {
      await send(key, message, () => call('POST', `conversations/${id}/template`, { body, key }));
      choose(null);
      done();
    } catch (error) {
      setProblems(error instanceof ApiError ? error.details : {});
      setProblem(error instanceof ApiError && Object.keys(error.details).length > 0 ? '' : wordsFor(error));
      if (!isUnanswered(error)) choose({ ...chosen, key: newKey() });
      setBusy(false);
    }
  };

  return (
    <form
      class="template-fill"
      novalidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="template-fill-head">
        <strong class="cut">
          <bdi>{name}</bdi>
        </strong>
        <span class="small muted">{language}</span>
        <span class="space" />
        <button class="link-button" type="button" onClick={() => choose(null)}>
          {t('inbox.otherTemplate')}
        </button>
      </div>
      <div class="template-fill-body">
        <VariablesForm
          template={template}
          values={values}
          problems={problems}
          onChange={(next) => choose({ ...chosen, values: next, key: newKey() })}
        />
        <PhonePreview template={template} values={values} />
      </div>
      {problem !== '' && (
        <p class="problem small" role="alert">
          {problem}
        </p>
      )}
      <button class="button main-action" type="submit" disabled={isBusy}>
        <Icon name="send" size={16} />
        {t('inbox.sendTemplate')}
      </button>
    </form>
  );
}
