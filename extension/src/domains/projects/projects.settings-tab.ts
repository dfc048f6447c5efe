import { MainAreaWidget } from '@jupyterlab/apputils';
import { Signal, type ISignal } from '@lumino/signaling';
import { Panel, type Widget } from '@lumino/widgets';
import { createElement } from 'react';
import { hopslabIcon } from '../../ui/hopslab-icon.js';
import { ModelWidget } from '../../ui/model-widget.js';
import type { Translate } from '../../ui/index.js';
import { SettingsNav } from './projects.settings-nav.js';
import type { SettingsSections } from './projects.settings.js';

export interface SettingsTab {
  readonly widget: MainAreaWidget<Panel>;
  /** The section that is shown, or asked for and not there yet. */
  readonly section: string | undefined;
  readonly sectionChanged: ISignal<unknown, void>;
  show(id: string): void;
}

/** The tab: sections by name at the left, the shown one beside. A section is made when it is first shown. */
export const createSettingsTab = (sections: SettingsSections, words: Translate): SettingsTab => {
  const sectionChanged = new Signal<object, void>({});
  const made = new Map<string, Widget>();
  let wanted: string | undefined;
  const current = () => sections.items.find(({ id }) => id === wanted) ?? sections.items[0];

  const show = (id: string): void => {
    wanted = id;
    sync();
  };
  const nav = new ModelWidget(
    () => createElement(SettingsNav, { sections: sections.items, shown: current()?.id, show }),
    [sections.changed, sectionChanged],
    words
  );
  const body = new Panel();
  body.addClass('hop-Settings-body');
  body.node.setAttribute('role', 'region');

  const sync = (): void => {
    const now = current();
    for (const [id, widget] of made)
      if (sections.items.every(section => section.id !== id)) {
        made.delete(id);
        widget.dispose();
      }
    if (now && !made.has(now.id)) {
      const widget = now.content();
      made.set(now.id, widget);
      body.addWidget(widget);
    }
    for (const [id, widget] of made) widget.setHidden(id !== now?.id);
    body.node.setAttribute('aria-label', now?.title ?? '');
    sectionChanged.emit();
  };

  const content = new Panel();
  content.addClass('hop-Settings');
  content.addWidget(nav);
  content.addWidget(body);
  const widget = new MainAreaWidget({ content });
  widget.toolbar.hide();
  widget.id = 'hopslab-project-settings';
  widget.title.label = words.__('Project settings');
  widget.title.icon = hopslabIcon;
  widget.title.closable = true;
  sections.changed.connect(sync);
  widget.disposed.connect(() => {
    sections.changed.disconnect(sync);
    Signal.clearData(sectionChanged);
  });
  sync();

  return {
    widget,
    get section() {
      return wanted ?? current()?.id;
    },
    sectionChanged,
    show
  };
};
