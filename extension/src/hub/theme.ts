import { useSyncExternalStore } from 'react';

/** What the person chose; `system` follows the machine. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const key = 'hopslab-theme';
const choices: readonly ThemeChoice[] = ['system', 'light', 'dark'];
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

const chosen = (): ThemeChoice => {
  const stored = localStorage.getItem(key);
  return choices.find(choice => choice === stored) ?? 'system';
};

const apply = (): void => {
  const choice = chosen();
  document.documentElement.dataset['theme'] =
    choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
  for (const listener of listeners) listener();
};

/** Puts the theme on and keeps it as chosen here, in another tab, or by the machine. */
export const followTheme = (): void => {
  dark.addEventListener('change', apply);
  window.addEventListener('storage', apply);
  apply();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export const useTheme = (): { choice: ThemeChoice; next: () => void } => {
  const choice = useSyncExternalStore(subscribe, chosen);
  return {
    choice,
    next: () => {
      localStorage.setItem(key, choices[(choices.indexOf(choice) + 1) % choices.length] ?? 'system');
      apply();
    }
  };
};
