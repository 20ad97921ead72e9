import { type ThemeMemory, themes } from './theme.ts';

const key = 'peerage:theme';

/** Shared by all peers of one browser. Where storage is forbidden the choice lasts as long as the tab. */
export const localThemeMemory: ThemeMemory = {
  read() {
    try {
      const kept = localStorage.getItem(key);
      return themes.find((theme) => theme === kept) ?? 'system';
    } catch {
      return 'system';
    }
  },
  write(theme) {
    try {
      localStorage.setItem(key, theme);
    } catch {
      return;
    }
  },
};
