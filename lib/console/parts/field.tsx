import type { ComponentChildren, JSX } from 'preact';
import { t } from '../i18n.js';
import { FieldProblems } from './problems.js';

/** What an input of a field has to have, so that its label, its help and its problems are its own. */
export interface FieldInput {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

interface Props {
  readonly id: string;
  readonly label: ComponentChildren;
  readonly help?: string | undefined;
  readonly isOptional?: boolean;
  readonly problems?: readonly string[];
  readonly children: (input: FieldInput) => JSX.Element;
}

/** A field of a form: its label above, its help and what is wrong with it below. */
export function Field({ id, label, help, isOptional = false, problems = [], children }: Props) {
  const described = [help !== undefined && `${id}-help`, problems.length > 0 && `${id}-problems`].filter(Boolean);
  return (
    <div class="field">
      <label for={id}>
        {label}
        {isOptional && <span class="muted"> {t('form.optional')}</span>}
      </label>
      {children({
        id,
        'aria-invalid': problems.length > 0,
        'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
      })}
      {help !== undefined && (
        <span class="small muted" id={`${id}-help`}>
          {help}
        </span>
      )}
      <FieldProblems id={`${id}-problems`} problems={problems} />
    </div>
  );
}
