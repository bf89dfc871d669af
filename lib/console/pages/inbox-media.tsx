import { useEffect, useRef, useState } from 'preact/hooks';
import { download, type ThreadMessage } from '../api.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { textAt } from './message-content.js';

interface Loaded {
  readonly url: string;
  /** As the server says; what may not be shown is `application/octet-stream`. */
  readonly type: string;
}

/** Files that were looked at lately: a frame has no cookies, so that each is fetched with the page's own header. */
const files = new Map<string, Promise<Loaded>>();
const MOST_FILES = 200;

function load(path: string): Promise<Loaded> {
  const known = files.get(path);
  if (known) return known;
  const file = download(path).then((blob) => ({ url: URL.createObjectURL(blob), type: blob.type }));
  files.set(path, file);
  file.catch(() => files.delete(path));
  const [oldest] = files.keys();
  if (files.size > MOST_FILES && oldest !== undefined) {
    void files.get(oldest)?.then(({ url }) => URL.revokeObjectURL(url));
    files.delete(oldest);
  }
  return file;
}

const KINDS = {
  image: ['image', 'inbox.image'],
  sticker: ['image', 'inbox.sticker'],
  video: ['video', 'inbox.video'],
  audio: ['audio', 'inbox.audio'],
  document: ['document', 'inbox.document'],
} as const;

export type MediaType = keyof typeof KINDS;
export const isMediaType = (type: string): type is MediaType => type in KINDS;

/** The file of a message: pictures at once, what is larger when it is asked for, all else to be saved. */
export function MessageMedia({
  conversationId,
  message,
  type,
}: {
  readonly conversationId: number;
  readonly message: ThreadMessage;
  readonly type: MediaType;
}) {
  const { content } = message;
  const link = textAt(content, 'link');
  const [state, setState] = useState<Loaded | 'idle' | 'loading' | 'failed'>('idle');
  const [icon, words] = KINDS[type];
  const name = textAt(content, 'filename');
  const isPicture = type === 'image' || type === 'sticker';
  const place = useRef<HTMLDivElement>(null);

  const get = async () => {
    setState('loading');
    try {
      const loaded = await load(`conversations/${conversationId}/messages/${message.id}/media`);
      setState(loaded);
      return loaded;
    } catch {
      setState('failed');
      return undefined;
    }
  };

  useEffect(() => {
    if (!isPicture || link !== undefined || !place.current) return undefined;
    const seen = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      seen.disconnect();
      void get();
    });
    seen.observe(place.current);
    return () => seen.disconnect();
  }, [message.id]);

  const save = async () => {
    const loaded = typeof state === 'object' ? state : await get();
    if (!loaded) return;
    const anchor = document.createElement('a');
    anchor.href = loaded.url;
    anchor.download = name ?? `${type}-${message.id}`;
    anchor.click();
  };

  if (link !== undefined) return <Elsewhere link={link} icon={icon} />;
  if (typeof state === 'object' && state.type.startsWith(`${isPicture ? 'image' : type}/`)) {
    // What the browser cannot show, whatever it is said to be, can be saved.
    return <Shown type={type} url={state.url} words={t(words)} fail={() => setState({ ...state, type: '' })} />;
  }
  return (
    <div ref={place} class={`file ${isPicture ? 'picture' : ''}`}>
      <Icon name={icon} size={20} />
      <span class="file-name">
        <bdi>{name ?? t(words)}</bdi>
        {state === 'failed' && (
          <span class="small problem" role="status">
            {t('inbox.fileGone')}
          </span>
        )}
      </span>
      {state === 'failed' ? (
        <button class="link-button" type="button" onClick={() => void get()}>
          {t('error.again')}
        </button>
      ) : (
        (!isPicture || typeof state === 'object') && (
          <button
            class="link-button"
            type="button"
            disabled={state === 'loading'}
            onClick={() => void (type === 'document' || typeof state === 'object' ? save() : get())}
          >
            {type === 'document' || typeof state === 'object' ? t('inbox.save') : t('inbox.play')}
          </button>
        )
      )}
    </div>
  );
}

function Shown({
  type,
  url,
  words,
  fail,
}: {
  readonly type: MediaType;
  readonly url: string;
  readonly words: string;
  readonly fail: () => void;
}) {
  switch (type) {
    case 'video':
      return (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- what customers send has no captions
        <video class="media" src={url} controls preload="metadata" aria-label={words} onError={fail} />
      );
    case 'audio':
      return (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- what customers send has no captions
        <audio class="media" src={url} controls aria-label={words} onError={fail} />
      );
    default:
      return (
        <a class="media-link" href={url} target="_blank" rel="noopener">
          <img class={type === 'sticker' ? 'media sticker' : 'media'} src={url} alt={words} onError={fail} />
        </a>
      );
  }
}

/** What was sent by its address is there, and is not loaded into this page. */
function Elsewhere({ link, icon }: { readonly link: string; readonly icon: 'image' | 'video' | 'audio' | 'document' }) {
  const host = URL.canParse(link) ? new URL(link).host : '';
  return (
    <div class="file">
      <Icon name={icon} size={20} />
      <span class="file-name">
        {/^https?:$/.test(URL.canParse(link) ? new URL(link).protocol : '') ? (
          <a href={link} target="_blank" rel="noreferrer noopener">
            {t('inbox.elsewhere', { host })}
          </a>
        ) : (
          <bdi>{link}</bdi>
        )}
      </span>
    </div>
  );
}
