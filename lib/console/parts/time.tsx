import { useEffect, useState } from 'preact/hooks';
import { absolute, relative } from '../format.js';

/** How long ago something was; the exact moment on hover and for screen readers. */
export function Time({ at }: { readonly at: string }) {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setTurn((turn) => turn + 1), 15_000);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={absolute(at)}>
      {relative(at)}
    </time>
  );
}
