import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IThemeManager, Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Panel } from '@lumino/widgets';
import { createElement } from 'react';
import { ModelWidget } from '../../ui/model-widget.js';
import { IHopslabPanel, IProject } from '../projects/projects.tokens.js';
import { aboutPlugin } from './datasets.about.plugin.js';
import { asBatch } from './datasets.batches.js';
import { DatasetsBrowser } from './datasets.browser.js';
import { createDatasetsDrive } from './datasets.drive.js';
import { DatasetsFolder } from './datasets.folder.js';
import { addKeys } from './datasets.keys.js';
import { followProject } from './datasets.live.js';
import { addMenu, addPublicCommand, trashCommand } from './datasets.menu.js';
import { createDatasetsModel } from './datasets.model.js';
import { createOpening } from './datasets.opening.js';
import { createPreviewTabs } from './datasets.preview.tabs.js';
import { DatasetsRenderer } from './datasets.renderer.js';
import {
  carryRefusal,
  changeRefusal,
  datasetRefusal,
  folderRefusal,
  importRefusal,
  isReadOnly,
  lentRefusal,
  publishRefusal,
  shareRefusal
} from './datasets.rights.js';
import { DatasetsHeader, DatasetsState } from './datasets.section.js';
import { localPathOf, placeOf, type Place } from './datasets.places.js';
import { sharingPlugin } from './datasets.sharing.plugin.js';
import { byParts, leftIn } from './datasets.sending.js';
import { tellDeleted } from './datasets.trash.told.js';
import { trashPlugin } from './datasets.trash.plugin.js';
import { createUploads } from './datasets.uploads.js';
import { createWork } from './datasets.work.js';
import { UploadsList } from './datasets.uploads-list.js';

const showCommand = 'hopslab:show-datasets';

/** The head of a request has 16 KiB. */
const longestAddress = 8000;

/** Lets the browser save what is at an address. */
const save = (address: string): void => {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
};

const section: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:datasets',
  description: 'The datasets of the project, as a drive and a section of the Hopslab panel.',
  autoStart: true,
  requires: [IProject, IHopslabPanel, IDocumentManager],
  optional: [ICommandPalette, ILayoutRestorer, IThemeManager, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    project: IProject,
    panel: IHopslabPanel,
    manager: IDocumentManager,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    themes: IThemeManager | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    const model = createDatasetsModel(project);
    const work = createWork(project, words);
    const drive = createDatasetsDrive({
      model,
      work,
      words,
      isReadOnly: dataset => isReadOnly(project, dataset)
    });
    app.serviceManager.contents.addDrive(drive);

    const download = (place: Place) => carryRefusal(project, 'out', place, words);
    const listed = (dataset: string) => model.listed.find(({ name }) => name === dataset);
    const lent = ({ dataset }: Place) => lentRefusal(listed(dataset), words);
    const into = (place: Place) => lent(place) ?? folderRefusal(project, place, words);
    const createDataset = () => datasetRefusal(project, words);
    const uploads = createUploads(words);
    const projectName = () => project.me?.project?.name ?? '';
    const folder = new DatasetsFolder({
      manager,
      drive,
      words,
      uploads,
      byParts: (place, file, ifNew) => byParts(project.api, projectName(), place, file, ifNew),
      asBatch: (into, files) => asBatch(project.api, projectName(), into, files),
      refusal: place => lent(place) ?? carryRefusal(project, 'in', place, words)
    });
    const openAsText = createOpening({ model, manager, downloadRefusal: download, words });
    const onDrive = (place: Place): string => `${drive.name}:${localPathOf(place)}`;
    const { preview } = createPreviewTabs({
      app,
      project,
      restorer,
      themes,
      words,
      actions: place => ({
        openAsText: () => {
          openAsText(onDrive(place));
        },
        download: () => {
          save(model.address(place));
        },
        downloadRefusal: () => download(place)
      })
    });
    const open = (path: string): void => {
      const place = placeOf(manager.services.contents.localPath(path));
      if (!place || !preview(place)) openAsText(path);
    };
    const browser = new DatasetsBrowser(
      'hopslab-datasets',
      folder,
      {
        downloadRefusal: download,
        createDataset: name => model.create(name),
        open,
        downloadArchive: places => {
          const address = model.archiveAddress(places);
          if (address.length <= longestAddress) save(address);
          else
            Notification.warning(
              words.__('These are too many to be named at once. Download the folder that they are in.'),
              { autoClose: 8000 }
            );
        },
        deleted: places => {
          tellDeleted(project, places, words);
        },
        work
      },
      words,
      { renderer: new DatasetsRenderer(words), ...(translator && { translator }) }
    );
    addMenu(
      app,
      browser,
      {
        download,
        into,
        compress: place => into(place) ?? importRefusal(project, words),
        createDataset,
        share: () => shareRefusal(project, words),
        publish: dataset => publishRefusal(project, listed(dataset), words),
        isPublic: dataset => listed(dataset)?.public === true,
        change: (place, isFolder) => lent(place) ?? changeRefusal(project, place, isFolder, words)
      },
      words
    );
    addKeys(app, browser, words);

    const ofPlace = (refusal: (place: Place) => string | null, otherwise: () => string | null) =>
      folder.place ? refusal(folder.place) : otherwise();
    const actions = {
      createFolder: () => void browser.createNewDirectory(),
      upload: () => void browser.uploadFiles(),
      showTrash: () => void app.commands.execute(trashCommand),
      addPublic: () => void app.commands.execute(addPublicCommand),
      addRefusal: () => shareRefusal(project, words),
      createRefusal: () => ofPlace(into, createDataset),
      uploadRefusal: () => ofPlace(into, () => null)
    };
    const changes = [folder.refreshed, folder.stateChanged, project.stateChanged];
    const draw = (view: typeof DatasetsHeader | typeof DatasetsState) =>
      new ModelWidget(() => createElement(view, { folder, actions }), changes, words);
    const content = new Panel();
    content.addClass('hop-Datasets');
    const state = draw(DatasetsState);
    state.addClass('hop-Datasets-state');
    const list = new ModelWidget(
      () => createElement(UploadsList, { uploads }),
      [uploads.stateChanged],
      words
    );
    for (const part of [draw(DatasetsHeader), browser, state, list]) content.addWidget(part);
    void model
      .list()
      .then(all =>
        leftIn(
          project.api,
          projectName(),
          all.map(({ name }) => name)
        )
      )
      // Without a connection the section says so itself.
      .then(left => {
        uploads.remember(left);
      })
      .catch(() => undefined);
    panel.add({ id: 'datasets', title: words.__('Datasets'), rank: 20, share: 1.3, content });
    followProject(project, folder);

    app.commands.addCommand(showCommand, {
      label: words.__('Show the datasets'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        panel.reveal('datasets');
        browser.activate();
      }
    });
    palette?.addItem({ command: showCommand, category: words.__('Hopslab') });
  }
};

export const datasetPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [
  section,
  sharingPlugin,
  trashPlugin,
  aboutPlugin
];
