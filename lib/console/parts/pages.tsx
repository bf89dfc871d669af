import { useEffect, useState } from 'preact/hooks';
import { ApiError, call, useQuery } from '../api.js';
import { t } from '../i18n.js';

const PAGE_SIZE = 50;

interface Pages<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly hasAnswer: boolean;
  readonly error: ApiError | undefined;
  readonly reload: () => void;
  /** Asks for the next page; undefined when all are shown. */
  readonly more: (() => void) | undefined;
}

/** An answer with a page of a list: under some name, next to how many there are. */
interface PageAnswer<Item> {
  readonly total: number;
  readonly [name: string]: readonly Item[] | number;
}

/**
 * A list that comes in numbered pages: the first as it is now, further ones as they were when they were asked for.
 * @param name of the list in the answer
 */
export function usePages<Item extends { readonly id: number | string }>(
  key: string,
  name: string,
  options: Parameters<typeof useQuery>[1] = {},
): Pages<Item> {
  const [path = '', text = ''] = key.split('?', 2);
  const query = new URLSearchParams(text);
  query.set('page_size', String(PAGE_SIZE));
  const first = useQuery<PageAnswer<Item>>(`${path}?${query.toString()}`, options);
  const [further, setFurther] = useState<readonly Item[]>([]);
  const [failure, setFailure] = useState<ApiError>();
  useEffect(() => {
    setFurther([]);
    setFailure(undefined);
  }, [key]);

  const read = (answer: PageAnswer<Item>): readonly Item[] => {
    const list = answer[name];
    return typeof list === 'object' ? list : [];
  };
  const known = first.data ? read(first.data) : [];
  const total = first.data?.total ?? 0;
  const items = [...new Map([...known, ...further].map((item) => [item.id, item])).values()];

  const more = async () => {
    try {
      query.set('page', String(Math.floor(items.length / PAGE_SIZE) + 1));
      const next = read(await call<PageAnswer<Item>>('GET', path, { query }));
      setFurther((before) => [...before, ...next]);
      setFailure(undefined);
    } catch (error) {
      if (error instanceof ApiError) setFailure(error);
    }
  };
  const reload = () => {
    setFurther([]);
    first.reload();
  };

  return {
    items,
    total,
    hasAnswer: first.data !== undefined,
    error: first.error ?? failure,
    reload,
    more: items.length < total ? () => void more() : undefined,
  };
}

/** How many of a list are shown, with a way to more. */
export const PagesFoot = ({ list: { items, total, more } }: { readonly list: Pages<unknown> }) =>
  items.length === 0 ? null : (
    <div class="list-foot">
      {more && (
        <button class="button" type="button" onClick={more}>
          {t('list.more')}
        </button>
      )}
      <span class="small muted" role="status">
        {t('list.shownOf', { n: items.length, all: total })}
      </span>
    </div>
  );
