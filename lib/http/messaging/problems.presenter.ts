import type { Problem } from '../../errors.js';

/** What this API calls the fields of the services' inputs. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['to', 'phone'],
  ['person', 'phone'],
  ['text', 'message'],
  ['text.body', 'message'],
  ['template', 'template_name'],
]);

/** Problems in sentences, each of which begins with its field. */
export function presentProblems(problems: readonly Problem[]): string {
  const sentences = problems.map(({ path, message }) => {
    const field = FIELDS.get(path) ?? path.replace(/^location\./, '');
    return path === 'body' ? `The body ${message}` : `${field} ${message}`;
  });
  return [...new Set(sentences)].join(' ');
}
