// The site of the documentation: `npm run site` builds it from docs/ and from the comments in lib/.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type MarkdownOptions } from 'vitepress';
import { apiSidebar } from './api-sidebar.mjs';
import { readContents } from './contents.mjs';

const DOCS = join(import.meta.dirname, '..');
const REPOSITORY = 'https://github.com/nestjs-whatsapp/nestjs-whatsapp';

export default defineConfig({
  title: 'nestjs-whatsapp',
  description: 'WhatsApp Business messages for NestJS apps, through Meta’s Cloud API',
  lang: 'en',
  base: process.env['SITE_BASE'] ?? '/',
  cleanUrls: true,
  rewrites: { 'README.md': 'contents.md' },
  markdown: { config: useRepository },
  vite: { build: { chunkSizeWarningLimit: 4_000 } },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/contents' },
      { text: 'API', link: '/api/nestjs-whatsapp/' },
    ],
    sidebar: {
      '/api/': apiSidebar(DOCS),
      '/': readContents(DOCS).map(({ title, pages }) => ({
        text: title,
        items: pages.map((page) => ({ text: page.title, link: `/${page.name}` })),
      })),
    },
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      // Who looks for a word wants the page about it before each field that is called so.
      options: {
        miniSearch: { searchOptions: { boostDocument: (page: string) => (page.includes('/api/') ? 0.1 : 1) } },
      },
    },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
  },
  buildEnd: ({ outDir }) => assertSelfContained(outDir),
});

/** What readers on GitHub have as well: links to files outside docs/, and names of files as comments before their code. */
function useRepository(md: Parameters<NonNullable<MarkdownOptions['config']>>[0]): void {
  md.core.ruler.push('repository', ({ tokens }) => {
    for (const token of tokens) {
      const [, name] = /^<!-- file: (\S+) -->$/.exec(token.content.trim()) ?? [];
      if (token.type === 'html_block' && name !== undefined) token.content = `<p class="file-name">${name}</p>\n`;
      for (const link of token.children ?? []) {
        const href = link.attrGet('href');
        if (href?.startsWith('../')) link.attrSet('href', `${REPOSITORY}/blob/main/${href.slice(3)}`);
      }
    }
  });
}

/** Pages load nothing from other addresses. */
function assertSelfContained(outDir: string): void {
  const pages = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(html|css)$/.test(name));
  const loading =
    /<(?:script|img|iframe)[^>]+src="https?:|<link(?![^>]+rel="canonical")[^>]+href="https?:|url\(["']?https?:/;
  const outside = pages.filter((name) => loading.test(readFileSync(join(outDir, name), 'utf8')));
  if (outside.length > 0) throw new Error(`These pages load from other addresses: ${outside.join(', ')}`);
}
