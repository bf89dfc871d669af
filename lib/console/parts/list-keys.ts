import { useEffect, useRef, useState } from 'preact/hooks';

const STEPS: Readonly<Record<string, number>> = { j: 1, k: -1 };

/**
 * `j` and `k` move through a list, `Enter` opens, `x` selects where something can be done with several.
 * @returns the row that is chosen, -1 for none
 */
export function useListKeys<Item>(
  items: readonly Item[],
  open: (item: Item) => void,
  select?: (item: Item) => void,
): number {
  const [chosen, setChosen] = useState(-1);
  // Keys may come faster than the page is drawn: what counts is what was pressed, not what is seen.
  const now = useRef({ items, open, select, chosen });
  now.current = { items, open, select, chosen: now.current.chosen };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isIn(event, 'input, select, textarea, dialog')) return;
      const { current } = now;
      const step = STEPS[event.key];
      if (step !== undefined) {
        current.chosen = Math.min(current.items.length - 1, Math.max(0, current.chosen + step));
        setChosen(current.chosen);
      }
      const item = current.items[current.chosen];
      if (event.key === 'x' && item !== undefined) current.select?.(item);
      if (event.key === 'Enter' && item !== undefined && !isIn(event, 'button, a, summary')) current.open(item);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  useEffect(() => {
    document.querySelector('.table tr.chosen')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return Math.min(chosen, items.length - 1);
}

const isIn = ({ target }: KeyboardEvent, places: string): boolean =>
  target instanceof HTMLElement && target.closest(places) !== null;
