import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, call, type ConversationDetail, type Session } from '../api.js';
import { absolute, dayOf, phone } from '../format.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Copyable } from '../parts/copy.js';
import { Link } from '../parts/link.js';
import { isEmbedded } from '../router.js';
import { addressOfList, nameOf } from './conversation.js';

interface Props {
  readonly conversation: ConversationDetail;
  readonly session: Session;
  readonly mayChange: boolean;
  readonly query: URLSearchParams;
  readonly close: () => void;
  readonly reload: () => void;
}

/** Who the person is, and what the business has filed of the conversation. */
export function ConversationDetails({ conversation, session, mayChange, close, reload }: Props) {
  const { phone_number: number, label } = conversation;
  return (
    <aside class="details" aria-label={t('inbox.details')}>
      <header class="pane-head">
        <h2>{t('inbox.details')}</h2>
        <button class="icon-button" type="button" onClick={close} aria-label={t('close')} title={t('close')}>
          <Icon name="close" />
        </button>
      </header>
      <div class="details-body">
        <section>
          <h3 class="small muted">{t('inbox.conversation')}</h3>
          <Filed
            conversation={conversation}
            name="assigned_to"
            words={t('inbox.assigned')}
            mayChange={mayChange}
            suggestion={session.key_name}
            reload={reload}
          />
          <Filed
            conversation={conversation}
            name="label"
            words={t('inbox.label')}
            mayChange={mayChange}
            reload={reload}
          />
          <dl class="details-facts">
            <Fact name={t('inbox.since')} text={dayOf(conversation.created_at)} />
            {!isEmbedded && <Fact name={t('inbox.ourNumber')} text={conversation.phone_number_id} />}
          </dl>
          {label !== null && (
            <Link to={addressOfList} query={new URLSearchParams({ label })}>
              {t('inbox.others')}
            </Link>
          )}
        </section>
        <section>
          <h3 class="small muted">{t('inbox.person')}</h3>
          <p class="details-name">
            <bdi>{nameOf(conversation)}</bdi>
          </p>
          <PersonFacts conversation={conversation} />
          {!isEmbedded && (
            <p class="details-links">
              {conversation.contact && <Link to={`contacts/${conversation.contact.id}`}>{t('inbox.contactPage')}</Link>}
              {number !== null && (
                <Link to="messages" query={new URLSearchParams({ phone: number })}>
                  {t('inbox.allMessages')}
                </Link>
              )}
            </p>
          )}
        </section>
      </div>
    </aside>
  );
}

function PersonFacts({ conversation }: { readonly conversation: ConversationDetail }) {
  const { contact, phone_number: number, username, user_id: userId } = conversation;
  return (
    <dl class="details-facts">
      {number !== null && (
        <div>
          <dt>{t('inbox.phone')}</dt>
          <dd>
            <Copyable text={phone(number)} />
          </dd>
        </div>
      )}
      <Fact name={t('inbox.username')} text={username} />
      <Fact name={t('inbox.userId')} text={userId} />
      {contact && (
        <>
          <Fact name={t('inbox.otherNumbers')} text={contact.other_identities.map(spelled).join(', ')} />
          <Fact name={t('inbox.name')} text={contact.profile_name} />
          <Fact name={t('inbox.email')} text={contact.email} />
          <Fact name={t('inbox.company')} text={contact.company} />
          <Fact name={t('inbox.groups')} text={contact.groups.join(', ')} />
          <Fact name={t('inbox.notes')} text={contact.description} />
          <Fact name={t('inbox.consent')} text={consentOf(contact)} />
          {contact.blocked_at !== null && (
            <div class="blocked">{t('inbox.blocked', { when: absolute(contact.blocked_at) })}</div>
          )}
        </>
      )}
    </dl>
  );
}

const spelled = (identity: string): string => (/^\d+$/.test(identity) ? phone(identity) : identity);

function consentOf({ opted_out_at: out, consent_at: at }: NonNullable<ConversationDetail['contact']>): string {
  if (out !== null) return t('inbox.optedOut', { when: dayOf(out) });
  return at === null ? t('inbox.noConsent') : t('inbox.optedIn', { when: dayOf(at) });
}

const Fact = ({ name, text }: { readonly name: string; readonly text: string | null }) =>
  text === null || text === '' ? null : (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{text}</bdi>
      </dd>
    </div>
  );

/** A word that is filed of a conversation: saved when one goes on, or by Enter. */
function Filed({
  conversation,
  name,
  words,
  mayChange,
  suggestion = null,
  reload,
}: Pick<Props, 'conversation' | 'mayChange' | 'reload'> & {
  readonly name: 'label' | 'assigned_to';
  readonly words: string;
  readonly suggestion?: string | null;
}) {
  const stored = conversation[name] ?? '';
  const [text, setText] = useState(stored);
  const [note, setNote] = useState<{ readonly text: string; readonly isBad: boolean }>();
  const isTouched = useRef(false);
  // What others file shows at once, but not over what is being typed.
  useEffect(() => {
    if (!isTouched.current) setText(stored);
  }, [stored]);

  const save = async (word: string) => {
    isTouched.current = false;
    setText(word);
    if (word.trim() === stored) return;
    try {
      const body = { [name]: word.trim() === '' ? null : word.trim() };
      await call<ConversationDetail>('PATCH', `conversations/${conversation.conversation_id}`, { body });
      setNote({ text: t('inbox.saved'), isBad: false });
      reload();
    } catch (error) {
      isTouched.current = true;
      const why = error instanceof ApiError ? error.message : String(error);
      setNote({ text: why || t('error.offline'), isBad: true });
    }
  };

  return (
    <div class="filed">
      <label class="field">
        <span>{words}</span>
        <input
          class="input"
          type="text"
          dir="auto"
          maxLength={255}
          disabled={!mayChange}
          value={text}
          onInput={({ currentTarget: { value } }) => {
            isTouched.current = true;
            setNote(undefined);
            setText(value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void save(text);
          }}
          onBlur={() => void save(text)}
        />
      </label>
      <span class={`small ${note?.isBad ? 'problem' : 'muted'}`} role="status">
        {note?.text}
      </span>
      {mayChange && suggestion !== null && stored !== suggestion && (
        <button class="link-button small" type="button" onClick={() => void save(suggestion)}>
          {t('inbox.assignMe')}
        </button>
      )}
    </div>
  );
}
