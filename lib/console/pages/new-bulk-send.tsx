import { useEffect, useRef } from 'preact/hooks';
import { may } from '../api.js';
import { type Key, t } from '../i18n.js';
import { Icon } from '../icons.js';
import { Link } from '../parts/link.js';
import { Empty } from '../parts/states.js';
import { go } from '../router.js';
import { EstimateStep } from './new-bulk-send-estimate.js';
import { isFine, isMapped, useWizard, type Wizard } from './new-bulk-send-draft.js';
import { PreviewStep } from './new-bulk-send-preview.js';
import { RecipientsStep } from './new-bulk-send-recipients.js';
import { SendStep } from './new-bulk-send-send.js';
import { TemplateStep } from './new-bulk-send-template.js';
import type { PageProps } from './page.js';

const STEPS = ['template', 'recipients', 'preview', 'estimate', 'send'] as const;
type Step = (typeof STEPS)[number];

const TITLES = {
  template: 'new.template',
  recipients: 'new.recipients',
  preview: 'new.preview',
  estimate: 'new.estimate',
  send: 'new.when',
} as const satisfies Record<Step, Key>;

/** Makes a bulk send step by step. One may leave it and come back: what was entered is kept. */
export function NewBulkSendPage({ session, place }: PageProps) {
  const wizard = useWizard();
  const furthest = furthestOf(wizard);
  const asked = STEPS.findIndex((step) => step === place.query.get('step'));
  const now = Math.min(Math.max(asked, 0), furthest);
  const step = STEPS[now] ?? 'template';
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (asked > 0) heading.current?.focus();
  }, [step]);
  if (!may(session, 'messages.send') || !may(session, 'templates.read')) return <Empty text={t('error.forbidden')} />;

  const next = () => go('bulk-sends/new', new URLSearchParams({ step: STEPS[now + 1] ?? step }));
  const props = { wizard, session, next };
  return (
    <div class="wizard">
      <div class="page-head">
        <h1>{t('new.title')}</h1>
        <span class="space" />
        <Link class="button" to="bulk-sends">
          {t('new.later')}
        </Link>
      </div>
      <ol class="steps" aria-label={t('new.steps')}>
        {STEPS.map((name, index) => (
          <li key={name} class={index < now ? 'done' : ''}>
            {index <= furthest ? (
              <Link
                to="bulk-sends/new"
                query={new URLSearchParams({ step: name })}
                aria-current={index === now ? 'step' : undefined}
              >
                <StepNumber index={index} isDone={index < now} />
                <span>{t(TITLES[name])}</span>
              </Link>
            ) : (
              <span class="muted">
                <StepNumber index={index} isDone={false} />
                <span>{t(TITLES[name])}</span>
              </span>
            )}
          </li>
        ))}
      </ol>
      <h2 class="step-title" ref={heading} tabIndex={-1}>
        {t(TITLES[step])}
      </h2>
      {step === 'template' && <TemplateStep {...props} />}
      {step === 'recipients' && <RecipientsStep {...props} />}
      {step === 'preview' && <PreviewStep {...props} />}
      {step === 'estimate' && <EstimateStep {...props} />}
      {step === 'send' && <SendStep {...props} />}
    </div>
  );
}

const StepNumber = ({ index, isDone }: { readonly index: number; readonly isDone: boolean }) => (
  <span class="step-number number">{isDone ? <Icon name="done" size={14} /> : index + 1}</span>
);

/** No step makes sense before those that it builds on. */
function furthestOf({ draft, list, checked }: Wizard): number {
  if (!draft.template) return 0;
  if (!list || !isMapped(draft) || (checked && !isFine(checked))) return 1;
  return STEPS.length - 1;
}
