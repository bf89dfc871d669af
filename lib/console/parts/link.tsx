import type { ComponentChildren } from 'preact';
import { go, pageAddressOf } from '../router.js';

interface Props {
  readonly to: string;
  readonly query?: URLSearchParams | undefined;
  readonly class?: string;
  readonly 'aria-current'?: 'page' | 'step' | 'true' | undefined;
  readonly title?: string;
  readonly children: ComponentChildren;
}

/** A link within the console: a real address, which opens without loading the page anew. */
export function Link({ to, query, children, ...rest }: Props) {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to, query);
  };
  return (
    <a {...rest} href={pageAddressOf(to, query)} onClick={follow}>
      {children}
    </a>
  );
}
