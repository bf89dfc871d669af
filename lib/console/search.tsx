import { useEffect, useRef, useState } from 'preact/hooks';
import { type FoundContacts, type FoundConversations, type FoundMessages, useQuery } from './api.js';
import { phone } from './format.js';
import { Icon, type IconName } from './icons.js';
import { t } from './i18n.js';
import { StatusChip } from './parts/status.js';
import { go, type Place } from './router.js';

/** Milliseconds that typing has to rest before it is asked for. */
const REST = 200;

/** Results of a kind that are shown. */
const MOST = 5;

interface Result {
  readonly to: string;
  readonly name: string;
  readonly note: string;
  /** Of a message. */
  readonly status?: FoundMessages['messages'][number]['status'];
}

interface Group {
  readonly title: string;
  readonly icon: IconName;
  readonly results: readonly Result[];
}

interface Props {
  readonly place: Place;
  /** What may be found: the pages that this person has. */
  readonly pages: ReadonlySet<string>;
}

/** Finds messages, conversations and contacts by what one has: a number, a name, a wamid, an id. `/` goes there. */
export function Search({ place, pages }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const asked = place.path.startsWith('messages') ? (place.query.get('q') ?? '') : '';
  const [text, setText] = useState(asked);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const groups = useResults(isOpen ? text.trim() : '', pages);
  const results = groups.flatMap((group) => group.results);
  useSlash(input);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => setChosen(-1), [text]);

  const leave = () => {
    setOpen(false);
    input.current?.blur();
  };
  const open = ({ to }: Result) => {
    leave();
    setText(asked);
    go(to);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const q = text.trim();
    const best = results[chosen] ?? results.find(({ status }) => status === undefined);
    // What names no message, a person's name say, leads to the first that it does name.
    const hasMessages = results.some(({ status }) => status !== undefined);
    if (best && (chosen >= 0 || !hasMessages)) return open(best);
    leave();
    if (pages.has('messages')) go('messages', q === '' ? undefined : new URLSearchParams({ q }));
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return leave();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || results.length === 0) return;
    event.preventDefault();
    setChosen((before) => Math.min(results.length - 1, Math.max(-1, before + step)));
  };
  const isShown = isOpen && results.length > 0;

  return (
    <form class="search" role="search" onSubmit={submit}>
      <Icon name="search" size={16} />
      <input
        ref={input}
        class="input"
        role="combobox"
        aria-expanded={isShown}
        aria-controls="found"
        aria-autocomplete="list"
        aria-activedescendant={isShown && chosen >= 0 ? `found-${chosen}` : undefined}
        value={text}
        placeholder={t('search')}
        aria-label={t('search.label')}
        enterkeyhint="search"
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKey}
      />
      <kbd aria-hidden="true">/</kbd>
      <div id="found" class="found" role="listbox" aria-label={t('search.found')} hidden={!isShown}>
        {isShown &&
          groups.map(({ title, icon, results: own }) => (
            <div key={title} role="group" aria-label={title}>
              <div class="found-title small muted" role="presentation">
                {title}
              </div>
              {own.map((result) => {
                const index = results.indexOf(result);
                return (
                  // The keys are those of the field, which stays focused.
                  <div
                    key={result.to}
                    id={`found-${index}`}
                    class={`found-row ${index === chosen ? 'chosen' : ''}`}
                    role="option"
                    aria-selected={index === chosen}
                    onMouseDown={(event) => event.preventDefault()}
                    onClick={() => open(result)}
                  >
                    <Icon name={icon} size={16} />
                    <bdi class="cut">{result.name}</bdi>
                    <span class="small muted cut">
                      <bdi>{result.note}</bdi>
                    </span>
                    {result.status !== undefined && <StatusChip status={result.status} />}
                  </div>
                );
              })}
            </div>
          ))}
      </div>
    </form>
  );
}

/** `/` goes to the field, unless one is typing. */
function useSlash(input: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** What a text finds, by kind; those of the text before until the next ones have come. */
function useResults(text: string, pages: ReadonlySet<string>): readonly Group[] {
  const [rested, setRested] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(text), REST);
    return () => window.clearTimeout(timer);
  }, [text]);
  const q = rested.length < 2 || text.length < 2 ? undefined : new URLSearchParams({ q: rested }).toString();
  const key = (page: string, path: string) => (q !== undefined && pages.has(page) ? `${path}${q}` : undefined);
  const messages = useQuery<FoundMessages>(key('messages', 'messages/search?'));
  const conversations = useQuery<FoundConversations>(key('inbox', 'conversations?'));
  const contacts = useQuery<FoundContacts>(key('contacts', `contacts?limit=${MOST}&`));
  const groups: readonly Group[] = [
    { title: t('nav.messages'), icon: 'messages', results: messages.data?.messages.map(resultOfMessage) ?? [] },
    {
      title: t('search.conversations'),
      icon: 'inbox',
      results:
        conversations.data?.conversations.map((conversation) => ({
          to: `inbox/${conversation.conversation_id}`,
          name: conversation.customer_name ?? phone(conversation.phone_number ?? ''),
          note: conversation.last_message ?? '',
        })) ?? [],
    },
    {
      title: t('nav.contacts'),
      icon: 'contacts',
      results:
        contacts.data?.contacts.map((contact) => ({
          to: `contacts/${contact.id}`,
          name: nameOf(contact),
          note: phone(contact.phone ?? ''),
        })) ?? [],
    },
  ];
  return groups
    .map((group) => ({ ...group, results: group.results.slice(0, MOST) }))
    .filter(({ results }) => results.length > 0);
}

const resultOfMessage = (message: FoundMessages['messages'][number]): Result => ({
  to: `messages/${message.id}`,
  name: message.phone === '' ? (message.user_id ?? t('messages.erased')) : phone(message.phone),
  note: message.template_name ?? message.preview ?? '',
  status: message.status,
});

const nameOf = (contact: FoundContacts['contacts'][number]): string =>
  [contact.first_name, contact.last_name].filter(Boolean).join(' ') ||
  (contact.profile_name ?? contact.username ?? phone(contact.phone ?? ''));
