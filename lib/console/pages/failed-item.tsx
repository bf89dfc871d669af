import { useState } from 'preact/hooks';
import { ApiError, call, type FailedItemDetail, may, type Session, useQuery } from '../api.js';
import { absolute } from '../format.js';
import { formatNumber, t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Copyable } from '../parts/copy.js';
import { Panel } from '../parts/panel.js';
import { Failed, Loading } from '../parts/states.js';

/** What an item of a webhook is. */
export const kindWords = (kind: FailedItemDetail['kind']): string => t(`webhooks.kind.${kind}`);

interface Props {
  readonly id: string;
  readonly session: Session;
  readonly close: () => void;
}

/** An item that could not be applied: why, and what came. */
export function FailedItemPanel({ id, session, close }: Props) {
  const { data, error, reload } = useQuery<FailedItemDetail>(`webhooks/failed/${encodeURIComponent(id)}`);
  const [isApplied, setApplied] = useState(false);
  const title = t('webhooks.item', { id });
  if (isApplied) {
    return (
      <Panel title={title} close={close}>
        <p role="status">{t('webhooks.applied')}</p>
      </Panel>
    );
  }
  return (
    <Panel title={title} close={close}>
      {error && !data && <Failed error={error} again={reload} />}
      {!error && !data && <Loading />}
      {data && (
        <>
          <div class="failure">
            <div>
              <h3>{t('failure.what')}</h3>
              <p>
                <bdi>{data.error}</bdi>
              </p>
            </div>
            <div>
              <h3>{t('failure.done')}</h3>
              <p>{t('webhooks.kept', { n: data.tries })}</p>
            </div>
            <div>
              <h3>{t('failure.do')}</h3>
              <p>{t('webhooks.advice')}</p>
              {may(session, 'webhooks.update') && (
                <Apply id={data.id} onApplied={() => setApplied(true)} onFailed={reload} />
              )}
            </div>
          </div>
          <section>
            <h2 class="section-title">{t('message.facts')}</h2>
            <dl class="facts">
              <dt>{t('webhooks.what')}</dt>
              <dd>
                {kindWords(data.kind)}{' '}
                <code>
                  <bdi>{data.field}</bdi>
                </code>
              </dd>
              <dt>{t('templates.account')}</dt>
              <dd>
                {data.business_account_id === '' ? (
                  t('webhooks.noAccount')
                ) : (
                  <Copyable text={data.business_account_id} />
                )}
              </dd>
              <dt>{t('webhooks.tries')}</dt>
              <dd>{formatNumber(data.tries)}</dd>
              <dt>{t('webhooks.received')}</dt>
              <dd>{absolute(data.received_at)}</dd>
            </dl>
          </section>
          <details class="fold">
            <summary>{t('webhooks.content')}</summary>
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
            <pre tabIndex={0}>{data.content}</pre>
          </details>
        </>
      )}
    </Panel>
  );
}

function Apply({
  id,
  onApplied,
  onFailed,
}: {
  readonly id: number;
  readonly onApplied: () => void;
  readonly onFailed: () => void;
}) {
  const [problem, setProblem] = useState('');
  const apply = async () => {
    try {
      const { is_applied: isApplied } = await call<{ is_applied: boolean }>('POST', `webhooks/failed/${id}/apply`, {
        body: {},
      });
      if (isApplied) return onApplied();
      setProblem(t('webhooks.failedAgain'));
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message || t('error.offline') : String(error));
    }
    onFailed();
  };
  return (
    <>
      <div class="actions">
        <button class="button" type="button" onClick={() => void apply()}>
          <Icon name="retry" size={16} />
          {t('webhooks.apply')}
        </button>
      </div>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
