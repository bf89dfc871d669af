import { useState } from 'preact/hooks';
import { Icon } from './icons.js';
import { currentLanguage, isLanguage, LANGUAGES, loadLanguage, t } from './i18n.js';
import { applyTheme, currentTheme, type Theme } from './theme.js';

/** Called when language or theme were chosen: everything is shown anew. */
export const preferencesChanged = new EventTarget();
const announce = () => preferencesChanged.dispatchEvent(new Event('change'));

/** Chooses the language of the console. */
export const LanguageSelect = () => (
  <select
    class="select quiet"
    aria-label={t('language')}
    value={currentLanguage()}
    onChange={({ currentTarget: { value } }) => void (isLanguage(value) && loadLanguage(value).then(announce))}
  >
    {Object.entries(LANGUAGES).map(([name, words]) => (
      <option key={name} value={name}>
        {words}
      </option>
    ))}
  </select>
);

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const satisfies Record<Theme, Theme>;
const ICONS = { system: 'system', light: 'sun', dark: 'moon' } as const;

/** Goes from the system's colours to light, to dark, and back. */
export function ThemeButton() {
  const [theme, setTheme] = useState(currentTheme);
  const change = () => {
    applyTheme(NEXT[theme]);
    setTheme(NEXT[theme]);
    announce();
  };
  const words = t(`theme.${theme}`);
  return (
    <button class="icon-button" type="button" onClick={change} aria-label={words} title={words}>
      <Icon name={ICONS[theme]} />
    </button>
  );
}
