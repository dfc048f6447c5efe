import { Time } from '@jupyterlab/coreutils';
import { DirListing } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import { formatBytes, type Translate } from '../../ui/index.js';
import { createAges } from './datasets.ages.js';
import type { DatasetItem } from './datasets.contents.js';

const badgeClass = 'hop-Datasets-badge';

type Update = Parameters<DirListing.Renderer['updateItemNode']>;

/** What a dataset holds: `3.3 MiB in 12 files`. */
const sayHolds = ({ bytes, files, countedAt }: DatasetItem['holds'], words: Translate): string => {
  if (files === 0) return countedAt === null ? '' : words.__('Empty');
  return words._n('%2 in %1 file', '%2 in %1 files', files, formatBytes(bytes));
};

/** Draws datasets with what they are for, and a badge where programs only read them. */
export class DatasetsRenderer extends DirListing.Renderer {
  constructor(private readonly words: Translate) {
    super();
  }

  override updateItemNode(...update: Update): void {
    super.updateItemNode(...update);
    const [node, item, , , , , style = 'short'] = update;
    const isDataset = 'description' in item;
    this.sayAge(node, item, style);
    if (isDataset) this.sayDataset(node, item as unknown as DatasetItem);
    else this.sayEntry(node, item);
    this.drawBadge(
      node,
      'public',
      isDataset && (item as Partial<DatasetItem>).isPublic === true,
      this.words.__('public')
    );
    this.drawBadge(node, 'read-only', isDataset && !item.writable, this.words.__('read-only'));
  }

  override updateItemModified(element: HTMLElement, date: string, style: Time.HumanStyle): void {
    this.age(element, date, style);
  }

  /** JupyterLab leaves a row as it is where its item is the same, and so its age. */
  private sayAge(node: HTMLElement, item: Contents.IModel, style: Time.HumanStyle): void {
    const element = node.querySelector<HTMLElement>('.jp-DirListing-itemModified');
    if (!element || item.last_modified === '') return;
    this.age(element, item.last_modified, style);
    // Of a whole dataset nobody knows when a program last wrote to it.
    if ('description' in item)
      element.title = this.words.__('Created %1', Time.format(new Date(item.last_modified)));
  }

  private readonly age = createAges();

  private sayDataset(node: HTMLElement, { name, description, holds, isPublic, writable }: DatasetItem): void {
    const readOnly = this.words.__('Your programs only read it.');
    const open = this.words.__('Everybody in the organisation finds it.');
    const said = [isPublic ? open : '', writable ? '' : readOnly];
    node.title = [name, description, sayHolds(holds, this.words), ...said].filter(Boolean).join('\n');
  }

  /** JupyterLab’s own hint names the drive and an empty date. */
  private sayEntry(node: HTMLElement, { name }: Contents.IModel): void {
    const kept = node.title.split('\n').filter(line => /^(Size|Modified)/.test(line));
    node.title = [name, ...kept].join('\n');
  }

  /** A badge stays the same from drawing to drawing: of two clicks both have to meet it. */
  private drawBadge(node: HTMLElement, kind: string, wanted: boolean, text: string): void {
    const there = node.querySelector(`.${badgeClass}[data-kind='${kind}']`);
    if (there && !wanted) there.remove();
    if (there || !wanted) return;
    const badge = document.createElement('span');
    badge.className = badgeClass;
    badge.dataset['kind'] = kind;
    badge.textContent = text;
    node.querySelector('.jp-DirListing-itemName')?.append(badge);
  }
}
