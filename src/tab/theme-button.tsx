import { useLayoutEffect, useState } from 'react';
import { Icon } from './design/icon.tsx';
import { type Theme, applyTheme, nextTheme } from './design/theme.ts';
import { localThemeMemory } from './design/theme.localstorage.ts';

const icons = { system: 'screen', light: 'sun', dark: 'moon' } as const;
const words: Readonly<Record<Theme, string>> = { system: 'as the system', light: 'light', dark: 'dark' };

/** Goes round system, light, dark. */
export function ThemeButton() {
  const [theme, setTheme] = useState(() => localThemeMemory.read());
  useLayoutEffect(() => applyTheme(document.documentElement, theme), [theme]);
  const label = `Colours: ${words[theme]}`;
  return (
    <button
      type="button"
      className="button button-quiet button-square"
      title={label}
      onClick={() => {
        const next = nextTheme(theme);
        localThemeMemory.write(next);
        setTheme(next);
      }}
    >
      <Icon name={icons[theme]} />
      <span className="aloud">{label}. Change</span>
    </button>
  );
}
