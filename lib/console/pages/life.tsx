import type { MessageCallbacks, MessageDetail } from '../api.js';
import { absolute, dayOf, duration, secondOfDay } from '../format.js';
import { t } from '../i18n.js';
import { Icon, type IconName } from '../icons.js';
import { Link } from '../parts/link.js';

type Callbacks = MessageCallbacks['deliveries'];

interface Step {
  readonly status: string;
  readonly words: string;
  readonly at: string | null;
  readonly icon: IconName;
  readonly look?: 'bad' | 'doubt';
}

/** What happened to a message, each step with its time and how long it took after the one before. */
export function Life({
  message,
  callbacks = [],
}: {
  readonly message: MessageDetail;
  readonly callbacks?: Callbacks | undefined;
}) {
  const steps = stepsOf(message);
  return (
    <ol class="life">
      {steps.map(({ status, words, at, icon, look }, index) => (
        <li key={words} class={look ?? (at === null ? 'ahead' : '')}>
          <span class="dot">{at !== null && <Icon name={icon} size={12} />}</span>
          <span class="what">{words}</span>
          {at === null ? <span /> : <When at={at} last={lastTime(steps, index)} />}
          <Gap from={lastTime(steps, index)} to={at} />
          <Reported callbacks={callbacks.filter(({ message_status: reported }) => reported === status)} />
        </li>
      ))}
    </ol>
  );
}

/** The callbacks that report a step. */
const Reported = ({ callbacks }: { readonly callbacks: Callbacks }) =>
  callbacks.map(({ id, status, response_status: answer, attempts }) => (
    <Link key={id} class={`callback small ${status}`} to={`webhooks/${id}`} query={CALLBACKS}>
      <Icon name="webhooks" size={14} />
      {answer === null
        ? t(`life.callback.${status}`)
        : t(`life.callback.${status}.answered`, { answer: String(answer), n: attempts })}
    </Link>
  ));

const CALLBACKS = new URLSearchParams({ tab: 'callbacks' });

/** The day is named where it changes. */
const When = ({ at, last }: { readonly at: string; readonly last: string | null }) => (
  <time class="number" dateTime={at} title={absolute(at)}>
    {last !== null && dayOf(last) === dayOf(at) ? secondOfDay(at) : absolute(at)}
  </time>
);

function Gap({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  if (from === null || to === null) return null;
  const ms = Date.parse(to) - Date.parse(from);
  // Meta's clock has whole seconds, and is not ours.
  return <span class="gap small">{ms < 1_000 ? t('life.atOnce') : t('life.after', { time: duration(ms) })}</span>;
}

function lastTime(steps: readonly Step[], index: number): string | null {
  return steps.slice(0, index).findLast(({ at }) => at !== null)?.at ?? null;
}

function stepsOf(message: MessageDetail): Step[] {
  const { status, created_at, sent_at, delivered_at, read_at, played_at, failed_at } = message;
  const hasFailed = status === 'failed';
  const step = (name: string, words: string, at: string | null, icon: IconName): Step[] =>
    at === null && (hasFailed || status === 'unconfirmed') ? [] : [{ status: name, words, at, icon }];
  return [
    { status: 'accepted', words: t('life.accepted'), at: created_at, icon: 'done' },
    ...step('sent', t('life.sent'), sent_at, 'once'),
    ...step('delivered', t('life.delivered'), delivered_at, 'twice'),
    ...step('read', t('life.read'), read_at, 'twice'),
    ...(played_at === null ? [] : step('played', t('life.played'), played_at, 'twice')),
    ...(status === 'unconfirmed'
      ? [{ status, words: t('life.unconfirmed'), at: null, icon: 'question', look: 'doubt' } as const]
      : []),
    ...(hasFailed ? [{ status, words: t('life.failed'), at: failed_at, icon: 'close', look: 'bad' } as const] : []),
  ];
}
