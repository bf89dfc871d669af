import { useEffect, useState } from 'preact/hooks';

/** Where the console is, with a slash at its end; the server writes it relative to the page that was asked for. */
const BASE = new URL(document.baseURI);

/** An address below that of the console. */
export interface Place {
  /** Such as `messages/12`; empty for the first page. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Fixes what relative addresses are relative to, before the address of the page changes. */
export function fixBase(): void {
  document.querySelector('base')?.setAttribute('href', BASE.href);
}

/** The address of a part of the console, for links and requests. */
export const addressOf = (path: string, query?: URLSearchParams): string => {
  const text = query?.toString() ?? '';
  return `${BASE.pathname}${path}${text && `?${text}`}`;
};

export function placeNow(): Place {
  const { pathname, search } = window.location;
  const below = pathname.startsWith(BASE.pathname) ? pathname.slice(BASE.pathname.length) : '';
  return { path: decodeURI(below.replace(/\/+$/, '')), query: new URLSearchParams(search) };
}

/** Whether the page shows one list of conversations in a frame, and nothing else of the console. */
export const isEmbedded = /^embedded(?:\/|$)/.test(placeNow().path);

/** The token of the link that it was opened by. It stays in the address, for when the frame is loaded again. */
export const linkToken = isEmbedded ? window.location.hash.slice(1) : undefined;

const changes = new EventTarget();
window.addEventListener('popstate', () => changes.dispatchEvent(new Event('change')));

/** The address of a page. The phone number that all pages are about stays in it, unless the query has another or none: `number=`. */
export function pageAddressOf(path: string, query = new URLSearchParams()): string {
  const number = query.get('number') ?? placeNow().query.get('number') ?? '';
  return addressOf(path, withQuery(query, { number }));
}

/** Goes to another part of the console. @param replace whether "back" skips where one is now */
export function go(path: string, query?: URLSearchParams, { replace = false } = {}): void {
  const address = pageAddressOf(path, query) + (isEmbedded ? window.location.hash : '');
  if (replace) window.history.replaceState(null, '', address);
  else window.history.pushState(null, '', address);
  changes.dispatchEvent(new Event('change'));
}

/** The place that is shown, again whenever it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const update = () => setPlace(placeNow());
    changes.addEventListener('change', update);
    return () => changes.removeEventListener('change', update);
  }, []);
  return place;
}

/** Changes some of the query and keeps the rest; what is empty is left out. */
export function withQuery(query: URLSearchParams, changed: Readonly<Record<string, string>>): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changed)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  return next;
}
