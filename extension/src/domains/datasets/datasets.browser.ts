import { Dialog, InputDialog, Notification, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { FileBrowser } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import type { Translate } from '../../ui/index.js';
import type { DatasetsFolder } from './datasets.folder.js';
import { nameOf, placeOf, within, type Place } from './datasets.places.js';
import { freeName } from './datasets.free-name.js';
import type { Work } from './datasets.work.js';
import { chooseFiles, droppedFiles, type Carried } from './datasets.choosing.js';

/** What the browser asks of its domain. */
export interface BrowserActions {
  /** Why a file may not be carried out; null where it may. */
  readonly downloadRefusal: (place: Place) => string | null;
  readonly createDataset: (name: string) => Promise<unknown>;
  readonly open: (path: string) => void;
  /** Lets the browser get several things, or a folder, as one zip. */
  readonly downloadArchive: (places: readonly Place[]) => void;
  /** Says that something is in the trash now, and lets it be undone. */
  readonly deleted: (places: readonly Place[]) => void;
  readonly work: Pick<Work, 'zip' | 'unzip'>;
}

const isFolder = ({ type }: Contents.IModel): boolean => type === 'directory';

/** JupyterLab’s file browser over the datasets: what is dangerous is asked, and what is refused says why. */
export class DatasetsBrowser extends FileBrowser {
  constructor(
    id: string,
    readonly folder: DatasetsFolder,
    private readonly actions: BrowserActions,
    private readonly words: Translate,
    options: Pick<FileBrowser.IOptions, 'renderer' | 'translator'>
  ) {
    super({ id, model: folder, restore: false, handleOpenFile: actions.open, ...options });
    this.showFileCheckboxes = false;
    // JupyterLab would send what is in a folder one by one, and make one folder more where it is there already.
    this.node.addEventListener('drop', this.onDrop, { capture: true });
  }

  private placeOf({ path }: Contents.IModel): Place | null {
    return placeOf(this.model.manager.services.contents.localPath(path));
  }

  /** Whole datasets cannot be renamed, moved or deleted here. */
  private get isAtRoot(): boolean {
    return this.folder.place === null;
  }

  override rename(): Promise<string> {
    return this.isAtRoot ? Promise.resolve('') : super.rename();
  }

  override cut(): void {
    if (!this.isAtRoot) super.cut();
  }

  /** JupyterLab’s own leaves folders out. */
  override async duplicate(): Promise<void> {
    if (this.isAtRoot) return;
    for (const { path } of this.selectedItems())
      await this.attempt(() => this.model.manager.copy(path, this.model.path));
  }

  override async delete(): Promise<void> {
    const items = [...this.selectedItems()];
    if (items.length === 0 || this.isAtRoot) return;
    const [first] = items;
    const name = first?.name ?? '';
    const answer = await showDialog({
      title: this.words._n('Delete %2?', 'Delete %1 items?', items.length, name),
      body: this.lossOf(items),
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: this.words.__('Delete') })],
      // Delete and Enter lie side by side.
      defaultButton: 0
    });
    if (!answer.button.accept) return;
    const { manager } = this.model;
    const results = await Promise.allSettled(items.map(({ path }) => manager.deleteFile(path)));
    const failed = results.find(result => result.status === 'rejected');
    if (failed) void showErrorMessage(this.words.__('Not everything was deleted'), failed.reason as Error);
    const gone = items.filter((_, at) => results[at]?.status === 'fulfilled');
    if (gone.length > 0) this.actions.deleted(this.placesOf(gone));
    this.node.querySelector<HTMLElement>('.jp-DirListing-content [tabindex="0"]')?.focus();
  }

  private lossOf(items: readonly Contents.IModel[]): string {
    const folders = items.filter(isFolder).length;
    const files = items.length - folders;
    const parts = [
      ...(folders > 0
        ? [this.words._n('a folder with everything in it', '%1 folders with everything in them', folders)]
        : []),
      ...(files > 0 ? [this.words._n('one file', '%1 files', files)] : [])
    ];
    return this.words.__(
      'Every member of the project loses %1. It goes to the trash, from where it can be brought back for a while.',
      parts.join(this.words.__(' and '))
    );
  }

  override async createNewDirectory(): Promise<Contents.IModel> {
    return this.isAtRoot ? this.createDataset() : super.createNewDirectory();
  }

  private async createDataset(): Promise<Contents.IModel> {
    const { value } = await InputDialog.getText({
      title: this.words.__('New dataset'),
      label: this.words.__('Name: letters and digits, with single . _ - between them'),
      okLabel: this.words.__('Create')
    });
    if (value !== null && value !== '')
      try {
        await this.actions.createDataset(value);
        await this.model.refresh();
        await this.selectItemByName(value);
      } catch (error) {
        await showErrorMessage(this.words.__('The dataset was not created'), error as Error);
      }
    return this.model.manager.services.contents.get(this.model.path, { content: false });
  }

  override async download(): Promise<void> {
    const items = [...this.selectedItems()];
    const refusals = this.placesOf(items).map(this.actions.downloadRefusal);
    const refused = refusals.find(Boolean);
    if (refused) Notification.warning(refused, { autoClose: 8000 });
    else if (items.length === 1 && !items.some(isFolder)) await super.download();
    else if (!this.isAtRoot) this.actions.downloadArchive(this.placesOf(items));
  }

  /** Everything that is selected becomes one zip file beside it. */
  compress(): Promise<void> {
    const items = [...this.selectedItems()];
    const [first] = items;
    const here = this.folder.place;
    if (!first || !here) return Promise.resolve();
    const name = `${items.length === 1 ? first.name : nameOf(this.model.path)}.zip`;
    const to = within(here, this.free(name));
    return this.attempt(() => this.actions.work.zip(this.placesOf(items), to));
  }

  /** A zip file becomes a folder beside it. */
  async extract(): Promise<void> {
    const here = this.folder.place;
    for (const place of this.placesOf([...this.selectedItems()])) {
      const to = this.free(nameOf(place.path).replace(/\.zip$/i, '') || 'zip');
      if (here) await this.attempt(() => this.actions.work.unzip(place, within(here, to)));
    }
  }

  private placesOf(items: readonly Contents.IModel[]): Place[] {
    return items.map(item => this.placeOf(item)).filter(place => place !== null);
  }

  /** A name that nothing here has, as far as it is shown. */
  private free(wanted: string): string {
    const taken = [...this.model.items()].map(({ name }) => name);
    return taken.includes(wanted) ? freeName(wanted, taken, '-') : wanted;
  }

  private async attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      await showErrorMessage(this.words.__('It was not done'), error as Error);
    }
    await this.model.refresh();
  }

  /** Opens what is selected: of folders the last. */
  openSelected(): void {
    for (const item of this.selectedItems())
      if (isFolder(item)) void this.model.cd(`/${this.model.manager.services.contents.localPath(item.path)}`);
      else this.actions.open(item.path);
  }

  /** Files of this computer, chosen in its own dialog. */
  async uploadFiles(): Promise<void> {
    const files = await chooseFiles();
    await this.folder.carryIn(files.map(file => ({ file, path: file.name })));
  }

  private readonly onDrop = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    // JupyterLab marks where it would be dropped, and does not see that it was.
    for (const marked of this.node.querySelectorAll('.jp-mod-native-drop'))
      marked.classList.remove('jp-mod-native-drop');
    void this.carryDropped(droppedFiles(event.dataTransfer));
  };

  private async carryDropped(dropped: Promise<readonly Carried[]>): Promise<void> {
    try {
      await this.folder.carryIn(await dropped);
    } catch (error) {
      await showErrorMessage(this.words.__('It could not be read'), error as Error);
    }
  }

  override dispose(): void {
    this.node.removeEventListener('drop', this.onDrop, { capture: true });
    super.dispose();
  }
}
