import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Loading } from './states.js';

/** A component that is loaded when it is shown first; until then there is the shape of a page. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [, setTurn] = useState(0);
    useEffect(() => {
      const show = async () => {
        loaded ??= await load();
        setTurn((turn) => turn + 1);
      };
      if (!loaded) void show();
    }, []);
    const Component = loaded;
    return Component ? <Component {...props} /> : <Loading />;
  };
}
