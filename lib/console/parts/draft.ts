import { useState } from 'preact/hooks';

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
    sessionStorage.setItem(key, JSON.stringify(next));
  };
  const clear = () => sessionStorage.removeItem(key);
  return [value, set, clear];
}

function kept<Value>(key: string, isDraft: (value: unknown) => value is Value): Value | undefined {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    return isDraft(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
