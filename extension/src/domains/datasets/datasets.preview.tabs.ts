import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker, type IThemeManager } from '@jupyterlab/apputils';
import { spreadsheetIcon } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';
import { createElement, type JSX } from 'react';
import { previews } from '@hopslab/schema';
import { ModelWidget } from '../../ui/model-widget.js';
import type { Translate } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createPreviewGrid } from './datasets.preview.grid.js';
import { createPreviewModel } from './datasets.preview.model.js';
import { PreviewBar, PreviewDetail, type PreviewActions } from './datasets.preview.view.js';
import { localPathOf, nameOf, placeOf, type Place } from './datasets.places.js';

const openCommand = 'hopslab:preview-dataset-file';

interface Context {
  readonly app: JupyterFrontEnd;
  readonly project: IProject;
  readonly actions: (place: Place) => PreviewActions;
  readonly restorer: ILayoutRestorer | null;
  readonly themes: IThemeManager | null;
  readonly words: Translate;
}

type Tab = MainAreaWidget<Panel>;
const prefix = 'hopslab-preview-';
const pathOf = (tab: Tab): string => decodeURIComponent(tab.id.slice(prefix.length));
const idOf = (place: Place): string => prefix + encodeURIComponent(localPathOf(place));

/** The tabs in which data files are looked at, one a file, back after a reload. */
export const createPreviewTabs = (
  context: Context
): {
  /** Opens a file's; answers whether it is one that can be looked at so. */
  readonly preview: (place: Place) => boolean;
  readonly tabs: WidgetTracker<Tab>;
} => {
  const { app, project, actions, restorer, themes, words } = context;
  const tracker = new WidgetTracker<Tab>({ namespace: 'hopslab-previews' });

  const create = (place: Place): Tab => {
    const model = createPreviewModel(project, place);
    const { grid, dress } = createPreviewGrid(model, words);
    const content = new Panel();
    content.addClass('hop-Preview');
    const moved = new Signal<object, void>({});
    const changes = [model.stateChanged, project.stateChanged];
    grid.node.setAttribute('role', 'application');
    grid.node.setAttribute(
      'aria-label',
      words.__('Rows of %1: move with the arrow keys', nameOf(place.path))
    );
    grid.selectionModel?.changed.connect(() => {
      moved.emit();
    });
    const drawn = (view: () => JSX.Element): ModelWidget => new ModelWidget(view, [...changes, moved], words);
    const bar = drawn(() => createElement(PreviewBar, { model, actions: actions(place) }));
    const detail = drawn(() => {
      const { cursorRow: row = -1, cursorColumn: column = -1 } = grid.selectionModel ?? {};
      return createElement(PreviewDetail, { model, row, column });
    });
    for (const part of [bar, grid, detail]) content.addWidget(part);
    const show = (): void => {
      grid.setHidden(!model.about || model.about.columnCount === 0);
    };
    show();
    model.stateChanged.connect(show);
    themes?.themeChanged.connect(dress);
    const tab = new MainAreaWidget({ content });
    tab.toolbar.hide();
    tab.id = idOf(place);
    tab.title.icon = spreadsheetIcon;
    tab.title.label = nameOf(place.path);
    tab.title.caption = words.__('%1, looked at', localPathOf(place));
    tab.title.closable = true;
    tab.disposed.connect(() => {
      themes?.themeChanged.disconnect(dress);
      Signal.clearData(moved);
      model.dispose();
    });
    return tab;
  };

  const open = (place: Place): void => {
    const existing = tracker.find(tab => tab.id === idOf(place));
    const tab = existing ?? create(place);
    if (!existing) void tracker.add(tab);
    if (!tab.isAttached) app.shell.add(tab, 'main');
    app.shell.activateById(tab.id);
  };

  app.commands.addCommand(openCommand, {
    label: words.__('Look at a data file'),
    describedBy: { args: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] } },
    execute: ({ path }) => {
      const place = typeof path === 'string' ? placeOf(path) : null;
      if (place) open(place);
    }
  });
  if (restorer)
    void restorer.restore(tracker, {
      command: openCommand,
      args: tab => ({ path: pathOf(tab) }),
      name: pathOf
    });

  const preview = (place: Place): boolean => {
    if (previews.formatOf(place.path) === undefined) return false;
    open(place);
    return true;
  };
  return { preview, tabs: tracker };
};
