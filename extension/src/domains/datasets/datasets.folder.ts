import { shouldOverwrite, type IDocumentManager } from '@jupyterlab/docmanager';
import { FilterFileBrowserModel } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';
import type { Translate } from '../../ui/index.js';
import { driveName, type DatasetsDrive } from './datasets.drive.js';
import { folderOf, localPathOf, placeOf, within, type Place } from './datasets.places.js';
import { ApiProblem } from '../../api/index.js';
import { divided, nameOfBatch, sizeOf } from './datasets.batches.js';
import type { Carried } from './datasets.choosing.js';
import { askForMany, type Conflict } from './datasets.conflict.js';
import { atOnce, large } from './datasets.sending.js';
import type { Send, Uploads } from './datasets.uploads.js';

/** Programs write without telling anybody: while it is in sight, the folder is read again so often. */
const refreshInterval = 30_000;

interface Deps {
  readonly manager: IDocumentManager;
  readonly drive: DatasetsDrive;
  readonly uploads: Uploads;
  /** A large file by parts; `ifNew`: only where nothing is there. */
  readonly byParts: (place: Place, file: File, ifNew: boolean) => Send;
  /** Many small files in one stream. */
  readonly asBatch: (into: Place, files: readonly Carried[]) => Send;
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

  /** Files of this computer go where the browser is, each below it by its path; what becomes of each is in the list. */
  async carryIn(files: readonly Carried[], folder = this.path): Promise<void> {
    const { words } = this.deps;
    const into = placeOf(this.manager.services.contents.localPath(folder));
    if (!into && files.length > 0) throw new Error(words.__('Files lie in datasets: open one first.'));
    if (!into) return;
    const [allowed, refused]: [Carried[], Carried[]] = [[], []];
    for (const one of files)
      (this.deps.refusal(within(into, one.path)) === null ? allowed : refused).push(one);
    const { batches, singles } = divided(allowed);
    // Whoever is asked once means all of what they have dropped.
    let asked: Promise<Conflict | null> | undefined;
    const ask = (reason: string) => (asked ??= askForMany(reason, words));
    await Promise.allSettled([
      ...batches.map(batch => this.carryBatch(batch, into, ask)),
      ...[...singles, ...refused].map(({ file, path }) => this.carry(file, within(into, path)))
    ]);
  }

  /** Nothing is replaced in a batch: where something is there, its files go one by one. */
  private async carryBatch(
    files: readonly Carried[],
    into: Place,
    ask: (reason: string) => Promise<Conflict | null>
  ): Promise<void> {
    const { uploads, asBatch, words } = this.deps;
    const what = { name: nameOfBatch(files, into, words), place: into, size: sizeOf(files) };
    try {
      await uploads.add({ ...what, files: files.length, canPause: false }, asBatch(into, files));
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== 'file.exists') throw error;
      const how = await ask(error.detail);
      if (how === null) throw error;
      await Promise.allSettled(files.map(({ file, path }) => this.carry(file, within(into, path), how)));
    }
    await this.refresh();
  }

  /** What JupyterLab itself uploads. */
  override async upload(file: File, folder = this.path): Promise<Contents.IModel> {
    const into = placeOf(this.manager.services.contents.localPath(folder));
    if (!into) throw new Error(this.deps.words.__('Files lie in datasets: open one first.'));
    const place = within(into, file.name);
    await this.carry(file, place);
    return this.deps.drive.get(localPathOf(place), { content: false });
  }

  private async carry(file: File, place: Place, conflict: Conflict = 'ask'): Promise<void> {
    const { uploads, refusal, words } = this.deps;
    const what = { name: file.name, place, size: file.size, canPause: file.size > large };
    const refused = refusal(place);
    if (refused !== null) {
      uploads.refuse(what, refused);
      throw new Error(refused);
    }
    const path = localPathOf(place);
    try {
      await uploads.add(what, this.send(place, file, conflict === 'replace'));
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'request.stale') throw error;
      if (conflict === 'keep' || !(await shouldOverwrite(path)))
        throw new Error(words.__('The file of that name was kept.'), { cause: error });
      await uploads.add(what, this.send(place, file, true));
    }
    if (what.canPause) await this.deps.drive.arrived(path);
  }

  private send(place: Place, file: File, replace: boolean): Send {
    if (file.size > large) return this.deps.byParts(place, file, !replace);
    return atOnce(signal => this.deps.drive.upload(localPathOf(place), file, replace, signal));
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
