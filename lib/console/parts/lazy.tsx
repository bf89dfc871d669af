import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../request.js';
import { Failed, Loading } from './states.js';

/** A page of which the code comes when it is first gone to. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [, setTurn] = useState(0);
    const [isBroken, setBroken] = useState(false);
    const fetchPage = async () => {
      setBroken(false);
      try {
        loaded = await load();
        setTurn((turn) => turn + 1);
      } catch {
        setBroken(true);
      }
    };
    useEffect(() => {
      if (!loaded) void fetchPage();
    }, []);
    const Page = loaded;
    if (Page) return <Page {...props} />;
    return isBroken ? <Failed error={new ApiError(0, 'OFFLINE', '')} again={() => void fetchPage()} /> : <Loading />;
  };
}
