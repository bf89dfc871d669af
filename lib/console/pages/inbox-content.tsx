import type { ComponentChildren } from 'preact';
import type { ThreadMessage } from '../api.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { FormattedText } from '../parts/formatted-text.js';
import { isMediaType, MessageMedia } from './inbox-media.js';
import { listAt, templateLines, textAt, valueAt } from './message-content.js';

interface Props {
  readonly conversationId: number;
  readonly message: ThreadMessage;
}

/** What a message says, by its type. What strangers wrote is text; addresses of theirs open elsewhere. */
export function MessageContent({ conversationId, message }: Props) {
  const { type, content, text } = message;
  if (type === 'template') return <TemplateWords text={text} />;
  if (content === null) return <p class="muted">{t('inbox.notKept')}</p>;
  if (isMediaType(type)) {
    const caption = textAt(content, 'caption');
    return (
      <>
        <MessageMedia conversationId={conversationId} message={message} type={type} />
        {caption !== undefined && <Words text={caption} />}
      </>
    );
  }
  switch (type) {
    case 'text':
      return <Words text={textAt(content, 'body') ?? text} />;
    case 'location':
      return <Place content={content} />;
    case 'contacts':
      return <Cards content={content} />;
    case 'interactive':
      return message.direction === 'inbound' ? <Answer content={content} /> : <Interactive content={content} />;
    case 'button':
      return <Words text={textAt(content, 'text') ?? text} />;
    case 'order':
      return <Order content={content} />;
    case 'reaction':
      return <Reaction content={content} />;
    case 'edit':
      return (
        <>
          <p class="small muted">{t('inbox.edited')}</p>
          <Words text={text} />
        </>
      );
    case 'revoke':
      return <p class="muted">{t('inbox.deleted')}</p>;
    case 'unsupported':
      return <p class="muted">{t('inbox.unsupported', { type: textAt(content, 'type') ?? type })}</p>;
    default:
      return <p class="muted">{t('inbox.unknown', { type })}</p>;
  }
}

export const Words = ({ text }: { readonly text: string }) => (
  <p dir="auto">
    <FormattedText text={text} plain={withLinks} />
  </p>
);

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

function withLinks(text: string): ComponentChildren {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    parts.push(text.slice(end, index));
    end = index + address.length;
    parts.push(
      URL.canParse(address) ? (
        <a href={address} target="_blank" rel="noreferrer noopener">
          {address}
        </a>
      ) : (
        address
      ),
    );
  }
  return [...parts, text.slice(end)];
}

function TemplateWords({ text }: { readonly text: string }) {
  const { text: words, buttons } = templateLines(text);
  return (
    <>
      <Words text={words} />
      <Buttons labels={buttons} />
    </>
  );
}

const Buttons = ({ labels }: { readonly labels: readonly string[] }) =>
  labels.length === 0 ? null : (
    <ul class="bubble-buttons">
      {labels.map((label) => (
        <li key={label}>
          <bdi>{label}</bdi>
        </li>
      ))}
    </ul>
  );

function Place({ content }: { readonly content: object }) {
  const [latitude, longitude] = [Number(valueAt(content, 'latitude')), Number(valueAt(content, 'longitude'))];
  const place = new URLSearchParams({ mlat: String(latitude), mlon: String(longitude) });
  return (
    <div class="file">
      <Icon name="pin" size={20} />
      <span class="file-name">
        <strong>
          <bdi>{textAt(content, 'name') ?? `${latitude}, ${longitude}`}</bdi>
        </strong>
        <bdi class="small">{textAt(content, 'address')}</bdi>
        {Number.isFinite(latitude) && Number.isFinite(longitude) && (
          <a href={`https://www.openstreetmap.org/?${place.toString()}`} target="_blank" rel="noreferrer noopener">
            {t('inbox.map')}
          </a>
        )}
      </span>
    </div>
  );
}

function Cards({ content }: { readonly content: object }) {
  const cards = Array.isArray(content) ? content : listAt(content, 'contacts');
  return (
    <>
      {cards.map((card: unknown, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- cards have no ids, and never change
        <div key={index} class="file">
          <Icon name="person" size={20} />
          <span class="file-name">
            <strong>
              <bdi>{textAt(card, 'name', 'formatted_name') ?? t('inbox.contact')}</bdi>
            </strong>
            {[...listAt(card, 'phones'), ...listAt(card, 'emails')].map((entry) => {
              const address = textAt(entry, 'phone') ?? textAt(entry, 'email');
              return (
                <bdi key={address} class="small number">
                  {address}
                </bdi>
              );
            })}
            <bdi class="small">{textAt(card, 'org', 'company')}</bdi>
          </span>
        </div>
      ))}
    </>
  );
}

/** What a customer tapped. */
function Answer({ content }: { readonly content: object }) {
  switch (textAt(content, 'type')) {
    case 'button_reply':
      return <Words text={textAt(content, 'button_reply', 'title') ?? ''} />;
    case 'list_reply':
      return (
        <>
          <Words text={textAt(content, 'list_reply', 'title') ?? ''} />
          <bdi class="small muted">{textAt(content, 'list_reply', 'description')}</bdi>
        </>
      );
    case 'nfm_reply':
      return (
        <>
          <p>
            <strong>{t('inbox.form')}</strong> <bdi>{textAt(content, 'nfm_reply', 'body')}</bdi>
          </p>
          <FormValues json={textAt(content, 'nfm_reply', 'response_json') ?? ''} />
        </>
      );
    case 'call_permission_reply': {
      const isAllowed = textAt(content, 'call_permission_reply', 'response') === 'accept';
      return <p>{t(isAllowed ? 'inbox.callAllowed' : 'inbox.callRefused')}</p>;
    }
    default:
      return <p class="muted">{t('inbox.unknown', { type: textAt(content, 'type') ?? 'interactive' })}</p>;
  }
}

function FormValues({ json }: { readonly json: string }) {
  const values = Object.entries(Object(parsed(json)));
  return (
    <dl class="form-values small">
      {values.map(([name, value]) => (
        <div key={name}>
          <dt class="muted">
            <bdi>{name}</bdi>
          </dt>
          <dd>
            <bdi>{typeof value === 'string' ? value : JSON.stringify(value)}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}

/** A message of ours with something to tap. */
function Interactive({ content }: { readonly content: object }) {
  const header = textAt(content, 'header', 'text');
  const footer = textAt(content, 'footer', 'text');
  const buttons = [
    ...listAt(content, 'action', 'buttons').map((button) => textAt(button, 'reply', 'title')),
    textAt(content, 'action', 'button'),
    textAt(content, 'action', 'parameters', 'display_text'),
    textAt(content, 'action', 'parameters', 'flow_cta'),
  ];
  return (
    <>
      {header !== undefined && (
        <p>
          <strong>
            <bdi>{header}</bdi>
          </strong>
        </p>
      )}
      <Words text={textAt(content, 'body', 'text') ?? `[${textAt(content, 'type') ?? 'interactive'}]`} />
      {footer !== undefined && <bdi class="small muted">{footer}</bdi>}
      <Buttons labels={buttons.filter((label) => label !== undefined)} />
    </>
  );
}

function Order({ content }: { readonly content: object }) {
  const text = textAt(content, 'text');
  return (
    <>
      <p>
        <strong>{t('inbox.order')}</strong>
      </p>
      <ul class="order">
        {listAt(content, 'product_items').map((item, index) => {
          const [product = '', quantity = ''] = [textAt(item, 'product_retailer_id'), textAt(item, 'quantity')];
          const price = [textAt(item, 'item_price'), textAt(item, 'currency')].filter(Boolean).join(' ');
          return (
            // oxlint-disable-next-line react/no-array-index-key -- an order never changes
            <li key={index}>
              <bdi>{t('inbox.orderLine', { quantity, product })}</bdi> <bdi class="muted">{price}</bdi>
            </li>
          );
        })}
      </ul>
      {text !== undefined && <Words text={text} />}
    </>
  );
}

function Reaction({ content }: { readonly content: object }) {
  const emoji = textAt(content, 'emoji');
  return (
    <p class="muted">
      <bdi>{emoji === undefined ? t('inbox.unreacted') : t('inbox.reacted', { emoji })}</bdi>
    </p>
  );
}
