import { useState } from 'preact/hooks';
import { type FirstSteps, useQuery } from '../api.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';

/** By workspace: who looks at one that works need not be asked again. */
const stored = (workspace: string): string => `whatsapp-console-first-steps ${workspace}`;

/** What a new workspace still needs, step by step; gone once all are done, or someone has had enough of it. */
export function FirstStepsCard({ workspace }: { readonly workspace: string }) {
  const [isOver, setOver] = useState(() => localStorage.getItem(stored(workspace)) !== null);
  const { data } = useQuery<FirstSteps>(isOver ? undefined : 'first-steps', {
    live: ['message', 'inbound', 'template', 'webhook'],
    pace: 3_000,
    every: 8_000,
  });
  if (isOver || !data) return null;
  const end = () => {
    localStorage.setItem(stored(workspace), 'over');
    setOver(true);
  };
  const done = data.steps.filter(({ is_done }) => is_done).length;
  if (done === data.steps.length) {
    localStorage.setItem(stored(workspace), 'over');
    return null;
  }
  const next = data.steps.find(({ is_done }) => !is_done);
  return (
    <section class="card padded first-steps">
      <div class="summary">
        <h2>{t('steps.title', { done, n: data.steps.length })}</h2>
        <button class="button" type="button" onClick={end}>
          {t('steps.dismiss')}
        </button>
      </div>
      <ol>
        {data.steps.map(({ name, is_done }) => (
          <li key={name} class={is_done ? 'done' : ''}>
            <Icon name={is_done ? 'done' : 'clock'} size={16} />
            <div>
              {t(`steps.${name}`)}
              <span class="hidden-text"> {t(is_done ? 'steps.isDone' : 'steps.isOpen')}</span>
              {name === next?.name && <p class="small muted">{t(`steps.${name}.how`)}</p>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
