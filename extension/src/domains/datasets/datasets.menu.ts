import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import type { Contents } from '@jupyterlab/services';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { Translate } from '../../ui/index.js';
import type { DatasetsBrowser } from './datasets.browser.js';
import { placeOf, sandboxPathOf, type Place } from './datasets.places.js';

/** Why something cannot be done in or with a place; null where it can. */
export interface Refusals {
  readonly download: (place: Place) => string | null;
  readonly change: (place: Place, isFolder: boolean) => string | null;
  /** Of a folder: why nothing can be put into it. */
  readonly into: (folder: Place) => string | null;
  /** Why nothing can be made of several files at once. */
  readonly compress: (folder: Place) => string | null;
  readonly createDataset: () => string | null;
  readonly share: () => string | null;
  /** Of a dataset of this project: why it cannot be made public. */
  readonly publish: (dataset: string) => string | null;
  readonly isPublic: (dataset: string) => boolean;
}

interface Entry {
  readonly label: string;
  readonly act: () => unknown;
  readonly refusal?: string | null;
}

const entryCommand = 'hopslab:datasets-menu-entry';
/** Asks with whom a dataset is to be shared: `{ dataset }`. */
export const shareCommand = 'hopslab:share-dataset';
/** Asks whether a dataset is to be made public, or with `end` private again: `{ dataset, end? }`. */
export const publicCommand = 'hopslab:publish-dataset';
/** Opens the tab about a dataset: `{ dataset }`. */
export const aboutCommand = 'hopslab:about-dataset';
/** Opens the tab with what was deleted. */
export const trashCommand = 'hopslab:show-trash';
/** The experiments' own: begins one from a program. */
const experimentCommand = 'hopslab:new-experiment';
export const addPublicCommand = 'hopslab:add-public-dataset';
/** Where code finds the datasets. */
const mount = '/project';

/**
 * A right click in the browser. JupyterLab’s own menu would offer what datasets have not: terminals, links that nobody
 * else can use.
 */
export const addMenu = (
  { commands }: JupyterFrontEnd,
  browser: DatasetsBrowser,
  refusals: Refusals,
  words: Translate
): void => {
  const menu = new MenuSvg({ commands });
  let entries: readonly Entry[] = [];
  const index = (args: { readonly [name: string]: unknown }): number => Number(args['index'] ?? 0);

  commands.addCommand(entryCommand, {
    label: args => entries[index(args)]?.label ?? '',
    isEnabled: args => !entries[index(args)]?.refusal,
    execute: args => entries[index(args)]?.act(),
    describedBy: { args: { type: 'object', properties: { index: { type: 'number' } } } }
  });

  const localPath = ({ path }: Contents.IModel): string =>
    browser.model.manager.services.contents.localPath(path);
  const first = (items: readonly Contents.IModel[], refusal: Refusals['change']): string | null => {
    for (const item of items) {
      const place = placeOf(localPath(item));
      const refused = place && refusal(place, item.type === 'directory');
      if (refused) return refused;
    }
    return null;
  };

  /** What another project shares is not this one's to share on. */
  const ofDataset = (dataset: string): Entry[] =>
    dataset.includes('::')
      ? []
      : [
          {
            label: words.__('Share…'),
            act: () => commands.execute(shareCommand, { dataset }),
            refusal: refusals.share()
          },
          refusals.isPublic(dataset)
            ? {
                label: words.__('Make private…'),
                act: () => commands.execute(publicCommand, { dataset, end: true }),
                refusal: refusals.share()
              }
            : {
                label: words.__('Make public…'),
                act: () => commands.execute(publicCommand, { dataset }),
                refusal: refusals.publish(dataset)
              }
        ];

  const ofItems = (items: readonly Contents.IModel[]): Entry[] => {
    const [only] = items;
    const change = first(items, refusals.change);
    const open = {
      label: words.__('Open'),
      act: () => {
        browser.openSelected();
      }
    };
    const copyPath = {
      label: words.__('Copy path for code'),
      act: () => {
        const places = items.map(item => placeOf(localPath(item))).filter(place => place !== null);
        Clipboard.copyToSystem(places.map(place => `${mount}/${sandboxPathOf(place)}`).join('\n'));
      }
    };
    if (!only) return [];
    if (browser.folder.place === null)
      return [
        open,
        {
          label: words.__('About this dataset'),
          act: () => commands.execute(aboutCommand, { dataset: localPath(only) })
        },
        ...ofDataset(localPath(only)),
        copyPath
      ];
    return [
      open,
      ...(items.length === 1 && /\.(ipynb|py)$/.test(only.path)
        ? [
            {
              label: words.__('New experiment…'),
              act: () => commands.execute(experimentCommand, { path: only.path })
            }
          ]
        : []),
      {
        label: words.__('Download'),
        act: () => browser.download(),
        refusal: first(items, refusals.download)
      },
      ...(items.length === 1
        ? [{ label: words.__('Rename'), act: () => browser.rename(), refusal: change }]
        : []),
      {
        label: words.__('Cut'),
        act: () => {
          browser.cut();
        },
        refusal: change
      },
      {
        label: words.__('Copy'),
        act: () => {
          browser.copy();
        }
      },
      {
        label: words.__('Duplicate'),
        act: () => browser.duplicate(),
        refusal: change ?? refusals.into(browser.folder.place)
      },
      {
        label: words.__('Compress to a zip'),
        act: () => browser.compress(),
        refusal: refusals.compress(browser.folder.place)
      },
      ...(items.every(({ name, type }) => type !== 'directory' && /\.zip$/i.test(name))
        ? [
            {
              label: words.__('Extract here'),
              act: () => browser.extract(),
              refusal: refusals.into(browser.folder.place)
            }
          ]
        : []),
      { label: words.__('Delete…'), act: () => browser.delete(), refusal: change },
      copyPath
    ];
  };

  const ofFolder = (place: Place | null): Entry[] =>
    place === null
      ? [
          {
            label: words.__('New dataset…'),
            act: () => browser.createNewDirectory(),
            refusal: refusals.createDataset()
          },
          {
            label: words.__('Add a public dataset…'),
            act: () => commands.execute(addPublicCommand),
            refusal: refusals.share()
          },
          { label: words.__('Trash'), act: () => commands.execute(trashCommand) }
        ]
      : [
          {
            label: words.__('About this dataset'),
            act: () => commands.execute(aboutCommand, { dataset: place.dataset })
          },
          { label: words.__('Paste'), act: () => browser.paste(), refusal: refusals.into(place) },
          {
            label: words.__('New folder'),
            act: () => browser.createNewDirectory(),
            refusal: refusals.into(place)
          },
          { label: words.__('Upload…'), act: () => browser.uploadFiles(), refusal: refusals.into(place) }
        ];

  browser.node.addEventListener('contextmenu', event => {
    if (!(event.target as HTMLElement).closest('.jp-DirListing-content') || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    const onItem = (event.target as HTMLElement).closest('.jp-DirListing-item') !== null;
    const offered = [
      ...(onItem ? ofItems([...browser.selectedItems()]) : []),
      ...ofFolder(browser.folder.place)
    ];
    // A menu has no tips: what is refused is explained below it.
    const reasons = new Set(offered.flatMap(({ refusal }) => refusal ?? []));
    entries = [...offered, ...[...reasons].map(label => ({ label, refusal: label, act: () => undefined }))];
    menu.clearItems();
    for (const [number] of entries.entries())
      menu.addItem({ command: entryCommand, args: { index: number } });
    menu.open(event.clientX, event.clientY);
  });
  browser.disposed.connect(() => {
    menu.dispose();
  });
};
