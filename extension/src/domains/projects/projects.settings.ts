import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { ISettingsSection } from './projects.tokens.js';

/** The sections of the tab “Project settings”, in the order of their ranks, whether or not it is open. */
export interface SettingsSections {
  readonly items: readonly ISettingsSection[];
  readonly changed: ISignal<unknown, void>;
  add(section: ISettingsSection): IDisposable;
}

export const createSettingsSections = (): SettingsSections => {
  const changed = new Signal<object, void>({});
  let items: readonly ISettingsSection[] = [];
  const put = (next: readonly ISettingsSection[]): void => {
    items = next;
    changed.emit();
  };
  return {
    get items() {
      return items;
    },
    changed,
    add: section => {
      put([...items, section].sort((a, b) => a.rank - b.rank));
      return new DisposableDelegate(() => {
        put(items.filter(other => other !== section));
      });
    }
  };
};
