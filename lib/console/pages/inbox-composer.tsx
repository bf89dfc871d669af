import { useEffect, useRef, useState } from 'preact/hooks';
import { call, type ConversationDetail, may, type Session, type ThreadMessage, newKey } from '../api.js';
import { duration, timeOfDay } from '../format.js';
import { formatNumber, t } from '../i18n.js';
import { Icon } from '../icons.js';
import { useDraft } from '../parts/draft.js';
import { nameOf } from './conversation.js';
import { TemplateComposer } from './inbox-template.js';
import { isUnanswered, type Outgoing, type Send, wordsFor } from './thread-messages.js';

interface Props {
  readonly conversation: ConversationDetail;
  readonly session: Session;
  readonly replyTo: ThreadMessage | undefined;
  readonly setReplyTo: (message: ThreadMessage | undefined) => void;
  readonly send: Send;
}

/** Where one answers: freely for 24 hours after the customer wrote, after that by a template. */
export function Composer(props: Props) {
  const { conversation, session } = props;
  const until = conversation.window_expires_at;
  const now = useNow(until);
  const rest = until === null ? 0 : Date.parse(until) - now;
  const isOpen = rest > 0;
  const [wantsTemplate, setWantsTemplate] = useState(false);
  const mayChoose = may(session, 'templates.read');
  return (
    <div class="composer">
      {isOpen && until !== null ? (
        <div class={`window small ${rest < HOUR ? 'ending' : ''}`}>
          <Icon name="clock" size={14} />
          <span>{t('inbox.window', { time: duration(rest), when: timeOfDay(until) })}</span>
          <span class="space" />
          {mayChoose && (
            <button class="link-button" type="button" onClick={() => setWantsTemplate(!wantsTemplate)}>
              {t(wantsTemplate ? 'inbox.useText' : 'inbox.useTemplate')}
            </button>
          )}
        </div>
      ) : (
        <div class="window closed small">
          <Icon name="clock" size={14} />
          <span>{t('inbox.windowClosed')}</span>
        </div>
      )}
      {isOpen && !wantsTemplate && <TextComposer key={conversation.conversation_id} {...props} />}
      {(!isOpen || wantsTemplate) && mayChoose && (
        <TemplateComposer conversation={conversation} send={props.send} done={() => setWantsTemplate(false)} />
      )}
    </div>
  );
}

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The present, as often as a rest of time until then changes in words. */
function useNow(until: string | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const rest = until === null ? 0 : Date.parse(until) - Date.now();
    if (rest <= 0) {
      setNow(Date.now());
      return undefined;
    }
    const timer = window.setTimeout(() => setNow(Date.now()), Math.min(rest, rest < HOUR ? 1_000 : MINUTE / 2) + 5);
    return () => window.clearTimeout(timer);
  }, [until, now]);
  return now;
}

interface Draft {
  readonly text: string;
  /** By which a click that is repeated sends once; another text has another key. */
  readonly key: string;
}

const newDraft = (text = ''): Draft => ({ text, key: newKey() });

const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  'key' in value &&
  typeof value.text === 'string' &&
  typeof value.key === 'string';

const LARGEST_FILE = 100 * 1024 * 1024;

function TextComposer({ conversation, replyTo, setReplyTo, send }: Props) {
  const { conversation_id: id } = conversation;
  const [draft, change] = useDraft(`inbox-${id}`, newDraft, isDraft);
  /** Of what is on its way: kept until it has arrived, but not shown any more. */
  const [sending, setSending] = useState('');
  const [file, setFile] = useState<File>();
  const [problem, setProblem] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);
  const current = useRef(draft);
  current.current = draft;
  const written = draft.key === sending ? '' : draft.text;
  const text = written.trim();

  useEffect(() => {
    if (replyTo) area.current?.focus();
  }, [replyTo]);

  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    const isTooLarge = chosen.size > LARGEST_FILE;
    setProblem(isTooLarge ? t('inbox.tooLarge', { size: sizeOf(LARGEST_FILE) }) : '');
    if (!isTooLarge) setFile(chosen);
  };

  const submit = async () => {
    if (text === '' && !file) return;
    const { key } = draft;
    setSending(key);
    setFile(undefined);
    setReplyTo(undefined);
    setProblem('');
    area.current?.focus();
    try {
      await send(key, outgoingOf(text, file, replyTo), () => ask(id, { text, key, file, replyTo }));
      if (current.current.key === key) change(newDraft());
    } catch (error) {
      setProblem(wordsFor(error));
      // What was refused is another message when it is sent again; of what got no answer no one knows.
      if (current.current.key === key && !isUnanswered(error)) change(newDraft(draft.text));
      setFile((other) => other ?? file);
      setReplyTo(replyTo);
    }
    setSending('');
  };

  return (
    <form
      class="composer-text"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {replyTo && (
        <Attached
          icon="reply"
          title={replyTo.direction === 'outbound' ? t('inbox.you') : nameOf(conversation)}
          text={replyTo.text}
          words={t('inbox.notReply')}
          remove={() => setReplyTo(undefined)}
        />
      )}
      {file && (
        <Attached
          icon="attach"
          title={file.name}
          text={sizeOf(file.size)}
          words={t('inbox.detach')}
          remove={() => setFile(undefined)}
        />
      )}
      {problem !== '' && (
        <p class="problem small" role="alert">
          {problem}
        </p>
      )}
      <div class="composer-row">
        <label class="icon-button" title={t('inbox.attach')}>
          <Icon name="attach" />
          <input
            class="hidden-text"
            type="file"
            aria-label={t('inbox.attach')}
            onChange={({ currentTarget }) => {
              choose(currentTarget.files?.[0]);
              currentTarget.value = '';
            }}
          />
        </label>
        <textarea
          ref={area}
          class="input"
          rows={Math.min(8, Math.max(1, written.split('\n').length))}
          dir="auto"
          maxLength={file ? 1_024 : 4_096}
          value={written}
          placeholder={t(file ? 'inbox.caption' : 'inbox.writeHere')}
          aria-label={t('inbox.write')}
          aria-describedby="composer-keys"
          onInput={({ currentTarget: { value } }) => change(newDraft(value))}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              void submit();
            }
            if (event.key === 'Escape' && replyTo) {
              event.preventDefault();
              setReplyTo(undefined);
            }
          }}
          onPaste={({ clipboardData }) => choose(clipboardData?.files[0])}
        />
        <button class="button main-action" type="submit" disabled={text === '' && !file} title={t('inbox.sendKeys')}>
          <Icon name="send" size={16} />
          {t('inbox.send')}
        </button>
      </div>
      <span class="hidden-text" id="composer-keys">
        {t('inbox.sendKeys')}
      </span>
    </form>
  );
}

interface Sending {
  readonly text: string;
  readonly key: string;
  readonly file: File | undefined;
  readonly replyTo: ThreadMessage | undefined;
}

function ask(id: number, { text, key, file, replyTo }: Sending): Promise<ThreadMessage> {
  const wamid = replyTo?.wamid ?? null;
  if (!file) return call('POST', `conversations/${id}/text`, { body: { text, reply_to: wamid }, key });
  const form = new FormData();
  if (text !== '') form.append('caption', text);
  if (wamid !== null) form.append('reply_to', wamid);
  form.append('file', file, file.name);
  return call('POST', `conversations/${id}/file`, { form, key });
}

const outgoingOf = (text: string, file: File | undefined, replyTo: ThreadMessage | undefined): Outgoing => ({
  type: 'text',
  text,
  content: { body: [file?.name, text].filter(Boolean).join('\n') },
  context_wamid: replyTo?.wamid ?? null,
});

function Attached({
  icon,
  title,
  text,
  words,
  remove,
}: {
  readonly icon: 'reply' | 'attach';
  readonly title: string;
  readonly text: string;
  readonly words: string;
  readonly remove: () => void;
}) {
  return (
    <div class="attached">
      <Icon name={icon} size={16} />
      <span class="cut">
        <strong>
          <bdi>{title}</bdi>
        </strong>{' '}
        <bdi class="muted">{text}</bdi>
      </span>
      <button class="icon-button tiny" type="button" aria-label={words} title={words} onClick={remove}>
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}

const sizeOf = (bytes: number): string =>
  bytes < 1_000_000
    ? formatNumber(Math.ceil(bytes / 1_000), { style: 'unit', unit: 'kilobyte' })
    : formatNumber(bytes / 1_000_000, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
