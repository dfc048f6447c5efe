import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { IMarkdownParser } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { folderIcon } from '@jupyterlab/ui-components';
import { createElement } from 'react';
import { viewOf } from '../../ui/model-widget.js';
import { IProject } from '../projects/projects.tokens.js';
import { createAboutModel } from './datasets.about.model.js';
import { AboutView } from './datasets.about.js';
import { aboutCommand } from './datasets.menu.js';

const prefix = 'hopslab-about-';
const nameIn = ({ id }: { readonly id: string }): string => decodeURIComponent(id.slice(prefix.length));

export const aboutPlugin: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:about-dataset',
  description: 'The tab about one dataset: its description, its README, and who changed what in it.',
  autoStart: true,
  requires: [IProject],
  optional: [IMarkdownParser, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    project: IProject,
    parser: IMarkdownParser | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    const tracker = new WidgetTracker<MainAreaWidget>({ namespace: 'hopslab-about' });
    const plain = (text: string): Promise<string> => {
      const shown = document.createElement('pre');
      shown.textContent = text;
      return Promise.resolve(shown.outerHTML);
    };
    const render = parser ? (text: string) => parser.render(text) : plain;

    const create = (name: string): MainAreaWidget => {
      const content = viewOf(
        createAboutModel(project, name),
        model => createElement(AboutView, { model, project, render }),
        [project.stateChanged],
        words
      );
      content.addClass('hop-Tab');
      const tab = new MainAreaWidget({ content });
      tab.toolbar.hide();
      tab.id = prefix + encodeURIComponent(name);
      tab.title.label = name;
      tab.title.icon = folderIcon;
      tab.title.caption = words.__('About the dataset %1', name);
      tab.title.closable = true;
      return tab;
    };
    app.commands.addCommand(aboutCommand, {
      label: words.__('Show what is to know of a dataset'),
      describedBy: {
        args: { type: 'object', properties: { dataset: { type: 'string' } }, required: ['dataset'] }
      },
      execute: ({ dataset }) => {
        if (typeof dataset !== 'string') return;
        const tab = tracker.find(one => nameIn(one) === dataset) ?? create(dataset);
        if (!tracker.has(tab)) void tracker.add(tab);
        if (!tab.isAttached) app.shell.add(tab, 'main');
        app.shell.activateById(tab.id);
      }
    });
    if (restorer)
      void restorer.restore(tracker, {
        command: aboutCommand,
        args: tab => ({ dataset: nameIn(tab) }),
        name: nameIn
      });
  }
};
