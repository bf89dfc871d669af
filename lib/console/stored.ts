// What the browser keeps for a person. In a frame of another site it may keep nothing: then it lasts as long as the page.
const instead = new Map<string, string>();

const stores = { always: () => window.localStorage, tab: () => window.sessionStorage } as const;

/** Where something is kept: in this browser, or in this tab until it is closed. */
export type Kept = keyof typeof stores;

export function recall(kept: Kept, name: string): string | null {
  try {
    return stores[kept]().getItem(name);
  } catch {
    return instead.get(name) ?? null;
  }
}

/** @param text null forgets it */
export function remember(kept: Kept, name: string, text: string | null): void {
  try {
    if (text === null) stores[kept]().removeItem(name);
    else stores[kept]().setItem(name, text);
  } catch {
    if (text === null) instead.delete(name);
    else instead.set(name, text);
  }
}
