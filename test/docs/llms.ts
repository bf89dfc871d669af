import { readFileSync } from 'node:fs';
import { readContents } from '../../docs/.vitepress/contents.mjs';

const PAGES = 'https://github.com/nestjs-whatsapp/nestjs-whatsapp/blob/main/docs';

/** `llms.txt` (https://llmstxt.org): the pages of docs/README.md, for programs that read. */
export function llmsTxt(): string {
  const { description } = JSON.parse(readFileSync('package.json', 'utf8'));
  const chapters = readContents('docs').map(({ title, pages }) =>
    [`## ${title}`, '', ...pages.map((page) => `- [${page.title}](${PAGES}/${page.name}.md): ${page.about}`)].join(
      '\n',
    ),
  );
  return [`# nestjs-whatsapp`, `> ${description}.`, ...chapters].join('\n\n').concat('\n');
}
