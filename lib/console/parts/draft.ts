import { useState } from 'preact/hooks';
import { recall, remember } from '../stored.js';

const PREFIX = 'whatsapp-console-draft:';

/**
 * What one types, kept while the tab is open: leaving the page, a reload or a server that is away lose nothing of it.
 * @param isDraft whether what is kept is still of the shape that the form knows
 */
export function useDraft<Value>(
  name: string,
  first: () => Value,
  isDraft: (value: unknown) => value is Value,
): readonly [value: Value, set: (value: Value) => void, clear: () => void] {
  const key = PREFIX + name;
  const [value, setValue] = useState(() => kept(key, isDraft) ?? first());
  const set = (next: Value) => {
    setValue(next);
    remember('tab', key, JSON.stringify(next));
  };
  const clear = () => remember('tab', key, null);
  return [value, set, clear];
}

function kept<Value>(key: string, isDraft: (value: unknown) => value is Value): Value | undefined {
  try {
    const value: unknown = JSON.parse(recall('tab', key) ?? 'null');
    return isDraft(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
