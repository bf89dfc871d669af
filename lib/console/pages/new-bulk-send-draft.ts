import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, call, type CheckedList, type ListRows, newKey, type Session, type Template } from '../api.js';
import { useDraft } from '../parts/draft.js';
import { fieldsOf, type TemplateValues } from '../parts/template-values.js';
import { guessColumns, hasNames } from './new-bulk-send-columns.js';

/** What one has entered for a new bulk send, but for the list itself. */
export interface Draft {
  readonly template: Template | null;
  /** Meta's id of the number that sends; empty for the primary one. */
  readonly number: string;
  readonly isPasted: boolean;
  readonly pasted: string;
  /** The file that was chosen: its bytes are not kept where they are many. */
  readonly file: { readonly name: string; readonly size: number } | null;
  /** Whether the first row has the names of the columns. */
  readonly hasHeader: boolean;
  /** The column of each value, by its path; `phone` among them. */
  readonly columns: Readonly<Record<string, number>>;
  /** Whether one has chosen columns; until then they are guessed. */
  readonly isOwnChoice: boolean;
  /** Values that are the same for all, by path. */
  readonly values: TemplateValues;
  readonly testTo: string;
  readonly name: string;
  readonly isLater: boolean;
  /** As its zone has it, to the minute: `2026-12-24T09:30`. */
  readonly at: string;
  readonly zone: string;
  readonly budget: string;
  /** Of the request: as long as nothing is changed, a second click makes no second bulk send. */
  readonly key: string;
}

const NEW = (): Draft => ({
  template: null,
  number: '',
  isPasted: false,
  pasted: '',
  file: null,
  hasHeader: true,
  columns: {},
  isOwnChoice: false,
  values: {},
  testTo: '',
  name: '',
  isLater: false,
  at: '',
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  budget: '',
  key: newKey(),
});

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false;
  const known = new Map<string, unknown>(Object.entries(value));
  return Object.entries(NEW()).every(([name, first]) =>
    first === null ? known.has(name) : typeof known.get(name) === typeof first,
  );
}

/** What is not the same list any more once one of these has changed. */
const OF_LIST = ['template', 'number', 'isPasted', 'pasted', 'file', 'hasHeader', 'columns', 'values'] as const;

const KEPT_FILE = 'whatsapp-console-draft:new-bulk-send-file';
const MOST_KEPT = 1024 * 1024;

/** The file as long as the page is not loaded anew. */
let opened: File | undefined;

/** Characters of a list from which its first rows are shown. */
const SHOWN = 256 * 1024;

export interface Rows {
  /** Undefined while they are read. */
  readonly rows: ListRows['rows'] | undefined;
  readonly error: ApiError | undefined;
}

export interface Wizard {
  readonly draft: Draft;
  readonly update: (changed: Partial<Draft>) => void;
  readonly open: (file: File) => Promise<void>;
  /** The list; undefined where there is none, or its bytes are gone. */
  readonly list: Blob | undefined;
  readonly first: Rows;
  readonly checked: CheckedList | undefined;
  readonly checkError: ApiError | undefined;
  readonly isChecking: boolean;
  /** Checks the whole list. @returns what was found; undefined where the server did not answer */
  readonly check: () => Promise<CheckedList | undefined>;
  readonly clear: () => void;
}

/** What a step is given. */
export interface StepProps {
  readonly wizard: Wizard;
  readonly session: Session;
  readonly next: () => void;
}

/** The bulk send that one is about to make. */
export function useWizard(): Wizard {
  const [draft, setDraft, clearDraft] = useDraft('new-bulk-send', NEW, isDraft);
  const latest = useRef(draft);
  const [list, setList] = useState(() => listOf(draft));
  const [checked, setChecked] = useState<CheckedList>();
  const [checkError, setCheckError] = useState<ApiError>();
  const [isChecking, setChecking] = useState(false);
  const first = useFirstRows(list, draft.isPasted ? 400 : 0);

  const update = (changed: Partial<Draft>) => {
    const next = { ...latest.current, ...changed, key: newKey() };
    latest.current = next;
    setDraft(next);
    if (OF_LIST.some((name) => name in changed)) {
      setChecked(undefined);
      setCheckError(undefined);
    }
    if ('isPasted' in changed || 'pasted' in changed || 'file' in changed) setList(listOf(next));
  };

  const open = async (file: File) => {
    opened = file;
    await keep(file);
    update({ file: { name: file.name, size: file.size }, isOwnChoice: false });
  };

  // The columns of a new list are found by their names; those that one has chosen stay.
  useEffect(() => {
    const { template, isOwnChoice, ...before } = latest.current;
    if (!first.rows || first.rows.length === 0 || !template || isOwnChoice) return;
    const hasHeader = hasNames(first.rows);
    const columns = guessColumns(template, first.rows, hasHeader);
    const isNews = JSON.stringify([hasHeader, columns]) !== JSON.stringify([before.hasHeader, before.columns]);
    if (isNews) update({ hasHeader, columns });
  }, [first.rows, draft.template]);

  const check = async () => {
    if (!list) return undefined;
    const { key } = latest.current;
    setChecking(true);
    setCheckError(undefined);
    try {
      const found = await call<CheckedList>('POST', 'bulk-sends/check', {
        file: asCsv(list),
        query: listQuery(latest.current),
      });
      // Of what was changed meanwhile it says nothing.
      if (latest.current.key !== key) return undefined;
      setChecked(found);
      return found;
    } catch (error) {
      if (latest.current.key === key) setCheckError(error instanceof ApiError ? error : new ApiError(0, 'OFFLINE', ''));
      return undefined;
    } finally {
      setChecking(false);
    }
  };

  const clear = () => {
    opened = undefined;
    sessionStorage.removeItem(KEPT_FILE);
    clearDraft();
  };
  return { draft, update, open, list, first, checked, checkError, isChecking, check, clear };
}

/** Its beginning, read by the server: it knows each kind of list. */
function useFirstRows(list: Blob | undefined, wait: number): Rows {
  const [state, setState] = useState<Rows & { readonly of?: Blob }>({ rows: undefined, error: undefined });
  useEffect(() => {
    if (!list) return undefined;
    const leaving = new AbortController();
    const read = async () => {
      const query = new URLSearchParams({ is_cut: String(list.size > SHOWN) });
      const options = { file: asCsv(list.slice(0, SHOWN)), query, signal: leaving.signal };
      try {
        const { rows } = await call<ListRows>('POST', 'bulk-sends/rows', options);
        setState({ of: list, rows, error: undefined });
      } catch (error) {
        if (leaving.signal.aborted) return;
        setState({
          of: list,
          rows: undefined,
          error: error instanceof ApiError ? error : new ApiError(0, 'OFFLINE', ''),
        });
      }
    };
    const timer = window.setTimeout(() => void read(), wait);
    return () => {
      window.clearTimeout(timer);
      leaving.abort();
    };
  }, [list]);
  // While one goes on pasting, the rows of before stay.
  return list && (state.of === list || wait > 0) ? state : { rows: undefined, error: undefined };
}

/** Systems have names of their own for the type of a file that is CSV. */
export const asCsv = (list: Blob): Blob => list.slice(0, list.size, 'text/csv');

function listOf({ isPasted, pasted, file }: Draft): Blob | undefined {
  if (isPasted) return pasted.trim() === '' ? undefined : new Blob([pasted]);
  if (!file) return undefined;
  if (opened?.name === file.name && opened.size === file.size) return opened;
  const kept = sessionStorage.getItem(KEPT_FILE);
  return kept === null ? undefined : new Blob([kept]);
}

/** Keeps a file that is small, for after a reload; of others the name alone is known then. */
async function keep(file: File): Promise<void> {
  sessionStorage.removeItem(KEPT_FILE);
  if (file.size > MOST_KEPT) return;
  try {
    sessionStorage.setItem(KEPT_FILE, new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()));
  } catch {
    // In another encoding, or there is no room: it has to be chosen again.
  }
}

/** What of the draft the server is asked with, next to the list. */
export function listQuery(draft: Draft): URLSearchParams {
  const { template, columns, values, hasHeader, number } = draft;
  const paths = targetsOf(template);
  const used = paths.filter((path) => (columns[path] ?? -1) >= 0);
  const width = used.reduce((widest, path) => Math.max(widest, (columns[path] ?? 0) + 1), 0);
  const names = Array.from({ length: width }, (_, column) => used.find((path) => columns[path] === column) ?? '');
  const fixed = paths.filter((path) => columns[path] === undefined && values[path]?.trim());
  return new URLSearchParams({
    template_name: template?.name ?? '',
    language: template?.language ?? '',
    columns: names.join(','),
    has_header: String(hasHeader),
    ...(fixed.length > 0 && {
      values: JSON.stringify(Object.fromEntries(fixed.map((path) => [path, values[path]?.trim()]))),
    }),
    ...(number !== '' && { phone_number_id: number }),
  });
}

/** What a list may have a column for: the number, and each value of the template. */
export const targetsOf = (template: Template | null): readonly string[] => [
  'phone',
  ...listFieldsOf(template).map(({ field }) => field.path),
];

/**
 * The values of a template that a list may have, each once: header and body may share one. The name of a file is left to the
 * file itself.
 */
export function listFieldsOf(template: Pick<Template, 'variables'> | null) {
  const all = template?.variables.flatMap((variable) => fieldsOf(variable).map((field) => ({ variable, field }))) ?? [];
  const byPath = new Map(all.toReversed().map((one) => [one.field.path, one]));
  return [...byPath.values()].toReversed().filter(({ field }) => field.name !== 'filename');
}

/** Whether each value that the template needs has a column, or is the same for all. */
export function isMapped({ template, columns, values }: Draft): boolean {
  if (!template || columns['phone'] === undefined) return false;
  const needed = listFieldsOf(template).filter(({ field }) => field.isRequired);
  return needed.every(({ field: { path } }) => columns[path] !== undefined || Boolean(values[path]?.trim()));
}

/** The values of one recipient, for the preview. @param row one of the first rows, without that of the names */
export function valuesOf({ template, columns, values }: Draft, row: readonly string[]): TemplateValues {
  const cell = (path: string) => {
    const column = columns[path];
    return column === undefined ? (values[path] ?? '') : (row[column]?.trim() ?? '');
  };
  return Object.fromEntries(targetsOf(template).map((path) => [path, cell(path)]));
}

/** Whether a list can be sent to as it is. */
export const isFine = ({ problem_count: problems, recipients }: CheckedList): boolean =>
  problems === 0 && recipients > 0;
