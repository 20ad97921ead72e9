export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Remembers which theme the person chose. */
export interface ThemeMemory {
  read(): Theme;
  write(theme: Theme): void;
}

export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] as Theme;
}

/** `system` leaves the choice to `prefers-color-scheme`. */
export function applyTheme(page: HTMLElement, theme: Theme): void {
  if (theme === 'system') delete page.dataset['theme'];
  else page.dataset['theme'] = theme;
}
