import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';

/** What readers look for by name. Types are linked where they are used, listed on the entry point's page, and found by search. */
const KINDS = [
  ['classes', 'Classes'],
  ['functions', 'Functions and decorators'],
  ['variables', 'Constants'],
] as const;

/** The reference in the sidebar, as TypeDoc wrote it to `docs/api/`. */
export function apiSidebar(docs: string): DefaultTheme.SidebarItem[] {
  return ['nestjs-whatsapp', 'nestjs-whatsapp/testing'].map((entry) => ({
    text: entry,
    link: `/api/${entry}/`,
    items: KINDS.filter(([kind]) => existsSync(join(docs, 'api', entry, kind))).map(([kind, text]) => ({
      text,
      collapsed: kind !== 'classes',
      items: readdirSync(join(docs, 'api', entry, kind)).map((file) => {
        const name = file.replace(/\.md$/, '');
        return { text: name, link: `/api/${entry}/${kind}/${name}` };
      }),
    })),
  }));
}
