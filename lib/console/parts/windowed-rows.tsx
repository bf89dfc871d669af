import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Rows that come and go together. */
const GROUP = 50;

/** How far from what one sees rows are there already. */
const MARGIN = '1200px 0px';

/**
 * The body of a table of any length: of rows that are far from what one sees only the space is there, so that a thousand of
 * them scroll as a few do.
 * @param columns how many the table has
 * @param chosen index of the row that is always there, -1 for none
 */
export function WindowedRows<Item>({
  items,
  columns,
  chosen,
  row,
}: {
  readonly items: readonly Item[];
  readonly columns: number;
  readonly chosen: number;
  readonly row: (item: Item, index: number) => ComponentChildren;
}) {
  const starts = Array.from({ length: Math.ceil(items.length / GROUP) }, (_, group) => group * GROUP);
  return (
    <>
      {starts.map((start) => (
        <Group key={start} columns={columns} isKept={chosen >= start && chosen < start + GROUP}>
          {() => items.slice(start, start + GROUP).map((item, index) => row(item, start + index))}
        </Group>
      ))}
    </>
  );
}

function Group({
  columns,
  isKept,
  children,
}: {
  readonly columns: number;
  readonly isKept: boolean;
  readonly children: () => ComponentChildren;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  /** Of the rows that are not there. */
  const [space, setSpace] = useState<number>();
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (last) setSpace(last.isIntersecting ? undefined : last.boundingClientRect.height);
      },
      { rootMargin: MARGIN },
    );
    if (body.current) observer.observe(body.current);
    return () => observer.disconnect();
  }, []);
  const isThere = isKept || space === undefined;
  return (
    <tbody ref={body}>
      {isThere ? (
        children()
      ) : (
        <tr class="space-row" aria-hidden="true">
          <td colSpan={columns} style={{ height: `${space}px` }} />
        </tr>
      )}
    </tbody>
  );
}
