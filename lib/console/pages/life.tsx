import type { MessageDetail } from '../api.js';
import { absolute, dayOf, duration, secondOfDay } from '../format.js';
import { t } from '../i18n.js';
import { Icon, type IconName } from '../icons.js';

interface Step {
  readonly words: string;
  readonly at: string | null;
  readonly icon: IconName;
  readonly look?: 'bad' | 'doubt';
}

/** What happened to a message, each step with its time and how long it took after the one before. */
export function Life({ message }: { readonly message: MessageDetail }) {
  const steps = stepsOf(message);
  return (
    <ol class="life">
      {steps.map(({ words, at, icon, look }, index) => (
        <li key={words} class={look ?? (at === null ? 'ahead' : '')}>
          <span class="dot">{at !== null && <Icon name={icon} size={12} />}</span>
          <span class="what">{words}</span>
          {at === null ? <span /> : <When at={at} last={lastTime(steps, index)} />}
          <Gap from={lastTime(steps, index)} to={at} />
        </li>
      ))}
    </ol>
  );
}

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
  const step = (words: string, at: string | null, icon: IconName): Step[] =>
    at === null && (hasFailed || status === 'unconfirmed') ? [] : [{ words, at, icon }];
  const steps: Step[] = [
    { words: t('life.accepted'), at: created_at, icon: 'done' },
    ...step(t('life.sent'), sent_at, 'once'),
    ...step(t('life.delivered'), delivered_at, 'twice'),
    ...step(t('life.read'), read_at, 'twice'),
    ...(played_at === null ? [] : [{ words: t('life.played'), at: played_at, icon: 'twice' as const }]),
    ...(status === 'unconfirmed'
      ? [{ words: t('life.unconfirmed'), at: null, icon: 'question' as const, look: 'doubt' as const }]
      : []),
    ...(hasFailed ? [{ words: t('life.failed'), at: failed_at, icon: 'close' as const, look: 'bad' as const }] : []),
  ];
  return steps;
}
