import { shouldOverwrite, type IDocumentManager } from '@jupyterlab/docmanager';
import { FilterFileBrowserModel } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';
import type { Translate } from '../../ui/index.js';
import { driveName, type DatasetsDrive } from './datasets.drive.js';
import { folderOf, localPathOf, placeOf, within, type Place } from './datasets.places.js';
import type { Uploads } from './datasets.uploads.js';

/** Programs write without telling anybody: while it is in sight, the folder is read again so often. */
const refreshInterval = 30_000;

interface Deps {
  readonly manager: IDocumentManager;
  readonly drive: DatasetsDrive;
  readonly uploads: Uploads;
  /** Why a file may not be carried in there; null where it may. */
  readonly refusal: (place: Place) => string | null;
  readonly words: Translate;
}

/** The folder that the browser shows: JupyterLab’s model of one, with uploads that are streamed to the platform. */
export class DatasetsFolder extends FilterFileBrowserModel {
  constructor(private readonly deps: Deps) {
    super({ manager: deps.manager, driveName, refreshInterval, auto: false });
    this.connectionFailure.connect((_, error) => {
      this.problem = error;
      this.changes.emit();
    });
    this.pathChanged.connect(() => {
      this.narrow('');
    });
  }

  /** Why it could not be read the last time. */
  problem: Error | null = null;
  /** It was read once. */
  loaded = false;
  /** Part of the names that are shown. */
  part = '';

  get stateChanged(): ISignal<unknown, void> {
    return this.changes;
  }

  /** Where we are; null among the datasets. */
  get place(): Place | null {
    return placeOf(this.manager.services.contents.localPath(this.path));
  }

  /** There is more than is shown. */
  get hasMore(): boolean {
    return this.deps.drive.hasMore;
  }

  get isEmpty(): boolean {
    return this.items().next().done === true;
  }

  /** Shows only names with this in them; the server looks where the folder holds more than is shown. */
  narrow(part: string): void {
    if (part === this.part) return;
    this.part = part;
    if (this.deps.drive.part !== '' || this.hasMore) this.deps.drive.part = part;
    const wanted = part.toLowerCase();
    this.setFilter(({ name }) => (name.toLowerCase().includes(wanted) ? {} : null));
  }

  /** A file of this computer goes where the browser is, or where it was dropped. */
  override upload(file: File, folder = this.path): Promise<Contents.IModel> {
    const { drive, uploads, refusal, words } = this.deps;
    return uploads.track(file, async () => {
      const into = placeOf(this.manager.services.contents.localPath(folder));
      if (!into) throw new Error(words.__('Files lie in datasets: open one first.'));
      const place = within(into, file.name);
      const refused = refusal(place);
      if (refused !== null) throw new Error(refused);
      const path = localPathOf(place);
      try {
        return await drive.upload(path, file, false);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'request.stale') throw error;
        if (!(await shouldOverwrite(path)))
          throw new Error(words.__('The file of that name was kept.'), { cause: error });
        return drive.upload(path, file, true);
      }
    });
  }

  /** JupyterLab names the drive twice before it compares, and so would miss what happens here. */
  protected override onFileChanged(sender: Contents.IManager, change: Contents.IChangedArgs): void {
    super.onFileChanged(sender, change);
    const here = [change.oldValue, change.newValue].map(item => folderOf(item?.path ?? ''));
    if (here.includes(this.path)) void this.refresh();
  }

  protected override handleContents(contents: Contents.IModel): void {
    this.problem = null;
    this.loaded = true;
    super.handleContents(contents);
    this.changes.emit();
  }

  override dispose(): void {
    super.dispose();
    Signal.clearData(this.changes);
  }

  private readonly changes = new Signal<object, void>({});
}
