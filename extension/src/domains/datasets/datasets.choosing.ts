/** Lets the person choose files of this computer; none where they think better of it. */
export const chooseFiles = (): Promise<readonly File[]> =>
  new Promise(resolve => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.addEventListener('change', () => {
      resolve([...(input.files ?? [])]);
    });
    input.addEventListener('cancel', () => {
      resolve([]);
    });
    input.click();
  });

/** A file and its path below what was chosen or dropped. */
export interface Carried {
  readonly file: File;
  readonly path: string;
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });

/** A folder tells a hundred of its entries at a time. */
const entriesOf = async (folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> => {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
};

async function* below(entry: FileSystemEntry, path: string): AsyncGenerator<Carried> {
  if (entry.isFile) yield { file: await fileOf(entry as FileSystemFileEntry), path };
  else
    for (const inside of await entriesOf(entry as FileSystemDirectoryEntry))
      yield* below(inside, `${path}/${inside.name}`);
}

/** What was dropped, folders with all that is in them. To be called while the drop is handled: later it is gone. */
export const droppedFiles = (given: DataTransfer): Promise<Carried[]> => {
  const entries = [...given.items].map(item => item.webkitGetAsEntry()).filter(entry => entry !== null);
  return (async () => {
    const all: Carried[] = [];
    for (const entry of entries) for await (const one of below(entry, entry.name)) all.push(one);
    return all;
  })();
};
