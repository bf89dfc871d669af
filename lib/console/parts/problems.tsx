import { t } from '../i18n.js';

/** What is wrong with what was typed, by the path of each field. */
export type Problems = Readonly<Record<string, readonly string[]>>;

/** Those of a field, and of what is within it. */
export const problemsAt = (problems: Problems, path: string): readonly string[] =>
  Object.entries(problems).flatMap(([at, texts]) =>
    at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`) ? texts : [],
  );

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What is wrong with one field, below it. */
export const FieldProblems = ({ id, problems }: { readonly id: string; readonly problems: readonly string[] }) =>
  problems.length === 0 ? null : (
    <span class="field-problems" id={id}>
      {problems.map((text) => (
        <bdi key={text}>{sentence(text)}</bdi>
      ))}
    </span>
  );

/** All that is wrong, on top of a form. @param nameOf what a field is called there */
export function ProblemList({
  problems,
  nameOf,
}: {
  readonly problems: Problems;
  readonly nameOf: (path: string) => string;
}) {
  const lines = Object.entries(problems).flatMap(([path, texts]) => texts.map((text) => [path, text] as const));
  if (lines.length === 0) return null;
  return (
    <div class="notice bad" role="alert">
      <div>
        <p>{t('problems', { n: lines.length })}</p>
        <ul class="problem-list">
          {lines.map(([path, text]) => (
            <li key={path + text}>
              <strong>
                <bdi>{nameOf(path)}</bdi>
              </strong>{' '}
              <bdi>{text}</bdi>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
