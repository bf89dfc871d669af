// docs/README.md is the list of all pages: the sidebar, the order of pages and llms.txt are made from it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Page {
  readonly title: string;
  /** In `docs/`, without its ending. */
  readonly name: string;
  readonly about: string;
}

export interface Chapter {
  readonly title: string;
  readonly pages: readonly Page[];
}

/** The chapters of docs/README.md with their pages, in its order. */
export function readContents(docs: string): Chapter[] {
  const [, ...chapters] = readFileSync(join(docs, 'README.md'), 'utf8').split(/^## /m);
  return chapters.map((chapter) => ({
    title: chapter.slice(0, chapter.indexOf('\n')),
    pages: [...chapter.matchAll(/^- \[(.+?)\]\((.+?)\.md\): (.+)$/gm)].map(([, title = '', name = '', about = '']) => ({
      title,
      name,
      about,
    })),
  }));
}
