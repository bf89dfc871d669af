import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, may, type Session, signedOut } from './api.js';
import { zone } from './format.js';
import { Icon, type IconName, Logo } from './icons.js';
import { t } from './i18n.js';
import { BulkSendsPage } from './pages/bulk-sends.js';
import { MessagesPage } from './pages/messages.js';
import { OverviewPage } from './pages/overview.js';
import type { PageProps } from './pages/page.js';
import { follow } from './live.js';
import { lazy } from './parts/lazy.js';
import { Link } from './parts/link.js';
import { Live } from './parts/live.js';
import { Empty } from './parts/states.js';
import { LanguageSelect, ThemeButton } from './preferences.js';
import { NumberFilter } from './number-filter.js';
import { go, usePlace } from './router.js';
import { Search } from './search.js';

interface Section {
  readonly path: string;
  readonly icon: IconName;
  readonly title: () => string;
  readonly ability: Session['abilities'][number];
  readonly page: ComponentType<PageProps>;
}

const InboxPage = lazy(() => import('./pages/inbox.js').then((page) => page.InboxPage));

/** In this order: on a phone the first five are in the bar, and the others under "More". Pages that are seldom first are loaded late. */
const SECTIONS: readonly Section[] = [
  {
    path: 'overview',
    icon: 'overview',
    title: () => t('nav.overview'),
    ability: 'messages.read',
    page: OverviewPage,
  },
  {
    path: 'messages',
    icon: 'messages',
    title: () => t('nav.messages'),
    ability: 'messages.read',
    page: MessagesPage,
  },
  {
    path: 'bulk-sends',
    icon: 'bulk',
    title: () => t('nav.bulk'),
    ability: 'messages.read',
    page: BulkSendsPage,
  },
  {
    path: 'inbox',
    icon: 'inbox',
    title: () => t('nav.inbox'),
    ability: 'messages.read',
    page: InboxPage,
  },
  {
    path: 'templates',
    icon: 'templates',
    title: () => t('nav.templates'),
    ability: 'templates.read',
    page: lazy(() => import('./pages/templates.js').then(({ TemplatesPage }) => TemplatesPage)),
  },
  {
    path: 'contacts',
    icon: 'contacts',
    title: () => t('nav.contacts'),
    ability: 'contacts.read',
    page: lazy(() => import('./pages/contacts.js').then(({ ContactsPage }) => ContactsPage)),
  },
  {
    path: 'webhooks',
    icon: 'webhooks',
    title: () => t('nav.webhooks'),
    ability: 'webhooks.read',
    page: lazy(() => import('./pages/webhooks.js').then(({ WebhooksPage }) => WebhooksPage)),
  },
  {
    path: 'settings',
    icon: 'settings',
    title: () => t('nav.settings'),
    ability: 'accounts.read',
    page: lazy(() => import('./pages/settings.js').then(({ SettingsPage }) => SettingsPage)),
  },
];

/** One list of conversations, in a frame of a page of the host's. */
export function Embedded({ session }: { readonly session: Session }) {
  const place = usePlace();
  return (
    <main class="main">
      <InboxPage session={session} place={place} id={place.path.split('/')[1]} />
    </main>
  );
}

/** Without any of these nothing comes by the stream. */
const FOLLOWED = ['messages.read', 'templates.read', 'accounts.read', 'webhooks.read'] as const;

/** What is around every page: where one can go, where one is, and who one is. */
export function Frame({ session }: { readonly session: Session }) {
  const place = usePlace();
  const [path = '', id] = place.path.split('/', 2);
  const sections = SECTIONS.filter(({ ability }) => may(session, ability));
  const section = sections.find((candidate) => candidate.path === path);
  const first = sections[0];

  useEffect(() => {
    if (path === '' && first && first.path !== '') go(first.path, undefined, { replace: true });
  }, [path, first]);

  const isFollowing = FOLLOWED.some((ability) => may(session, ability));
  useEffect(() => (isFollowing ? follow() : undefined), [isFollowing]);
  const title = section?.title() ?? t('console');
  useEffect(() => {
    document.title = `${title} · WhatsApp`;
  }, [title]);

  return (
    <div class="frame">
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <div class="brand">
        <Logo />
        <span>WhatsApp</span>
      </div>
      <header class="bar">
        <div class="workspace">
          <strong>{session.workspace}</strong>
          {session.key_name !== null && <span class="small muted">{session.key_name}</span>}
        </div>
        <span class="space" />
        <NumberFilter session={session} place={place} />
        {sections.length > 0 && <Search place={place} pages={new Set(sections.map((one) => one.path))} />}
        {isFollowing && <Live />}
        <Preferences session={session} />
      </header>
      <nav class="nav" aria-label={t('nav')}>
        <ul>
          {sections.map((one) => (
            <li key={one.path}>
              <SectionLink section={one} current={path} />
            </li>
          ))}
          <li class="more">
            <More session={session} sections={sections.slice(IN_BAR)} current={path} />
          </li>
        </ul>
        <p class="nav-foot">{t('zone', { zone: zone() })}</p>
      </nav>
      <main class="main" id="main" tabIndex={-1}>
        <div class="content">
          {section ? (
            <section.page session={session} place={place} id={id} />
          ) : (
            path !== '' && (
              <Empty text={SECTIONS.some((known) => known.path === path) ? t('error.forbidden') : t('noPage')} />
            )
          )}
          {sections.length === 0 && path === '' && <Empty text={t('error.forbidden')} />}
        </div>
      </main>
    </div>
  );
}

const SectionLink = ({
  section: { path, icon, title },
  current,
}: {
  readonly section: Section;
  readonly current: string;
}) => (
  <Link class="nav-link" to={path} aria-current={path === current ? 'page' : undefined}>
    <Icon name={icon} />
    {title()}
  </Link>
);

const Preferences = ({ session }: { readonly session: Session }) => (
  <div class="preferences">
    <LanguageSelect />
    <ThemeButton />
    {session.is_signed_in && <SignOut />}
  </div>
);

/** Sections that the bar of a phone has room for. */
const IN_BAR = 5;

interface MoreProps {
  readonly session: Session;
  readonly sections: readonly Section[];
  readonly current: string;
}

/** On a phone: the sections that the bar has no room for, and what the top bar has none for. */
function More({ session, sections, current }: MoreProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => dialog.current?.close(), [current]);
  const open = () => {
    setOpen(true);
    dialog.current?.showModal();
  };
  const isHere = sections.some(({ path }) => path === current);
  return (
    <>
      <button class={`nav-link ${isHere ? 'here' : ''}`} type="button" aria-haspopup="dialog" onClick={open}>
        <Icon name="menu" />
        {t('nav.more')}
      </button>
      <dialog
        ref={dialog}
        class="more-sheet"
        aria-label={t('nav.more')}
        onClose={() => setOpen(false)}
        // A tap outside closes it.
        onClick={({ target, currentTarget }) => target === currentTarget && currentTarget.close()}
      >
        {isOpen && (
          <div>
            <ul>
              {sections.map((one) => (
                <li key={one.path}>
                  <SectionLink section={one} current={current} />
                </li>
              ))}
            </ul>
            <p class="small muted who-am-i">
              <bdi>{session.workspace}</bdi>
              {session.key_name !== null && ' · '}
              <bdi>{session.key_name}</bdi>
            </p>
            <Preferences session={session} />
          </div>
        )}
      </dialog>
    </>
  );
}

async function signOut(): Promise<void> {
  await call('DELETE', 'session').catch(() => undefined);
  signedOut.dispatchEvent(new Event('ended'));
}

function SignOut() {
  return (
    <button
      class="icon-button"
      type="button"
      onClick={() => void signOut()}
      aria-label={t('signOut')}
      title={t('signOut')}
    >
      <Icon name="out" />
    </button>
  );
}
