import { recall, remember } from './stored.js';

/** `system` follows the person's system. */
export type Theme = 'system' | 'light' | 'dark';

const STORED = 'whatsapp-console-theme';

export function currentTheme(): Theme {
  const stored = recall('always', STORED);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function applyTheme(chosen?: Theme): void {
  if (chosen) remember('always', STORED, chosen);
  document.documentElement.dataset['theme'] = currentTheme();
}

/** Whether the page is dark at the moment. */
export const isDark = (): boolean => {
  const theme = currentTheme();
  return theme === 'dark' || (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
};
