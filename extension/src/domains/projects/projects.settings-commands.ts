import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker, type ICommandPalette } from '@jupyterlab/apputils';
import type { Translate } from '../../ui/index.js';
import { hopslabIcon } from '../../ui/hopslab-icon.js';
import { createSettingsTab, type SettingsTab } from './projects.settings-tab.js';
import type { SettingsSections } from './projects.settings.js';

export const settingsCommand = 'hopslab:project-settings';

interface Context {
  readonly app: JupyterFrontEnd;
  readonly sections: SettingsSections;
  readonly palette: ICommandPalette | null;
  readonly restorer: ILayoutRestorer | null;
  readonly words: Translate;
}

/** The command that opens the one tab of the project's settings, which is back after a reload as it was. */
export const addSettingsCommand = ({
  app,
  sections,
  palette,
  restorer,
  words
}: Context): WidgetTracker<SettingsTab['widget']> => {
  const tracker = new WidgetTracker<SettingsTab['widget']>({ namespace: 'hopslab-project-settings' });
  let tab: SettingsTab | undefined;

  const create = (): SettingsTab => {
    const made = createSettingsTab(sections, words);
    made.sectionChanged.connect(() => void tracker.save(made.widget));
    made.widget.disposed.connect(() => {
      tab = undefined;
    });
    void tracker.add(made.widget);
    return made;
  };

  app.commands.addCommand(settingsCommand, {
    label: words.__('Project settings'),
    caption: words.__('Members and everything else about this project'),
    icon: hopslabIcon,
    describedBy: { args: { type: 'object', properties: { section: { type: 'string' } } } },
    execute: args => {
      tab ??= create();
      if (typeof args['section'] === 'string') tab.show(args['section']);
      if (!tab.widget.isAttached) app.shell.add(tab.widget, 'main');
      app.shell.activateById(tab.widget.id);
      return tab.widget;
    }
  });
  palette?.addItem({ command: settingsCommand, category: words.__('Hopslab') });
  if (restorer)
    void restorer.restore(tracker, {
      command: settingsCommand,
      args: () => (tab?.section === undefined ? {} : { section: tab.section }),
      name: () => 'project-settings'
    });
  return tracker;
};
