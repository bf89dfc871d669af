import { useEffect, useState } from 'preact/hooks';

/** `j` and `k` move through a list, `Enter` opens. @returns the row that is chosen, -1 for none */
export function useListKeys<Item>(items: readonly Item[], open: (item: Item) => void): number {
  const [chosen, setChosen] = useState(-1);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      const isBusy = target instanceof HTMLElement && target.closest('input, select, textarea, button, a, dialog');
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = { j: 1, k: -1 }[event.key];
      if (step !== undefined && !(target instanceof HTMLElement && target.closest('input, select, textarea, dialog'))) {
        setChosen((before) => Math.min(items.length - 1, Math.max(0, before + step)));
      }
      const item = items[chosen];
      if (event.key === 'Enter' && item !== undefined && !isBusy) open(item);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [items, chosen, open]);
  useEffect(() => {
    document.querySelectorAll('.table tbody tr')[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return Math.min(chosen, items.length - 1);
}
