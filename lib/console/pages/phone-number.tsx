import { useState } from 'preact/hooks';
import { ApiError, call, may, type PhoneNumber, type Session } from '../api.js';
import { absolute, relative } from '../format.js';
import { t } from '../i18n.js';
import { Icon, type IconName } from '../icons.js';

const QUALITIES = {
  GREEN: ['done', 'good'],
  YELLOW: ['alert', 'doubt'],
  RED: ['alert', 'failed'],
} as const satisfies Record<string, readonly [IconName, string]>;

const isRated = (quality: string | null): quality is keyof typeof QUALITIES => quality !== null && quality in QUALITIES;

/** Meta's rating of a number, by sign, word and colour. */
export function QualityChip({ quality }: { readonly quality: string | null }) {
  const [icon, look] = isRated(quality) ? QUALITIES[quality] : (['question', ''] as const);
  return (
    <span class={`chip ${look}`}>
      <Icon name={icon} size={14} />
      {isRated(quality) ? t(`number.${quality}`) : t('number.unknown')}
    </span>
  );
}

/** How a phone number is: what Meta says of it, how much of its limit is left, and why it sends nothing. */
export function PhoneNumberCard({
  number,
  session,
  reload,
}: {
  readonly number: PhoneNumber;
  readonly session: Session;
  readonly reload: () => void;
}) {
  const { quality, limit, used, webhook_at } = number;
  return (
    <div class="card padded phone-number">
      <div class="summary">
        <div>
          <div class="who number">{number.display_phone_number ?? number.phone_number_id}</div>
          <div class="muted">
            <bdi>{number.verified_name}</bdi>
            {number.is_primary && ` · ${t('number.primary')}`}
            {number.status !== null && number.status !== 'CONNECTED' && ` · ${number.status}`}
          </div>
        </div>
        <QualityChip quality={quality} />
      </div>
      {limit !== null && used !== null ? (
        <div>
          <div class="bar-of" aria-hidden="true">
            <i
              class={used >= limit ? 'full' : ''}
              style={{ width: `${Math.min(100, (used / Math.max(1, limit)) * 100)}%` }}
            />
          </div>
          <p class="small muted">{t('number.limit', { used, n: limit })}</p>
        </div>
      ) : (
        <p class="small muted">{t('number.noLimit')}</p>
      )}
      <p class="small muted">{t('number.pace', { pace: Math.round(number.pace * 10) / 10, n: number.throughput })}</p>
      <p class={`small ${webhook_at === null ? 'warning' : 'muted'}`}>
        {webhook_at === null ? t('number.noWebhook') : t('number.webhook', { when: relative(webhook_at) })}
      </p>
      {number.pause && <Pause number={number} pause={number.pause} session={session} reload={reload} />}
    </div>
  );
}

/** Why it sends nothing, and a way on. */
export function Pause({
  number,
  pause,
  session,
  reload,
}: {
  readonly number: PhoneNumber;
  readonly pause: NonNullable<PhoneNumber['pause']>;
  readonly session: Session;
  readonly reload: () => void;
}) {
  const [problem, setProblem] = useState('');
  const resume = async () => {
    try {
      await call('POST', `numbers/${encodeURIComponent(number.phone_number_id)}/resume`, { body: {} });
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message || t('error.offline') : String(error));
    }
    reload();
  };
  return (
    <div class="notice waiting">
      <Icon name="pause" />
      <div>
        <p>{t('number.paused', { when: absolute(pause.since) })}</p>
        {pause.until !== null && <p>{t('number.until', { when: absolute(pause.until) })}</p>}
        <p class="small">
          <bdi>{pause.message}</bdi>
        </p>
        {may(session, 'messages.send') && (
          <div class="actions">
            <button class="button" type="button" onClick={() => void resume()}>
              <Icon name="play" size={16} />
              {t('number.resume')}
            </button>
          </div>
        )}
        {problem !== '' && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </div>
  );
}
