import type { IProject } from '../projects/projects.tokens.js';

/** Many files at once are one reading. */
const pause = 200;

interface Folder {
  refresh(): Promise<void>;
}

const changesFiles = (action: string): boolean =>
  /^(file|folder|dataset|share|public|trash)\./.test(action) && action !== 'file.downloaded';

/** Reads the folder again whenever somebody changed something in a dataset, and when that may have been missed. */
export const followProject = (project: IProject, folder: Folder): void => {
  let soon: ReturnType<typeof setTimeout> | undefined;
  const again = (): void => {
    clearTimeout(soon);
    soon = setTimeout(() => void folder.refresh(), pause);
  };
  project.on('journal', ({ action }) => {
    if (changesFiles(action)) again();
  });
  project.missed.connect(again);
  void project.known.then(() => folder.refresh());
};
